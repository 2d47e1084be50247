// Questions about history. A few steps back are walked in process over remembered commits (a changed environment was
// nearly always changed by one of the last commits, and 200 of them ask at once); what lies further back is asked of
// native git, whose commit-graph and path filters answer in milliseconds on 100,000 commits.

import { boundedMap } from '../base/bounded-map.ts';
import { Fault } from '../ports/fault.ts';
import type { CommitFacts, LogEntry } from '../ports/git.ts';
import { entriesAt } from './contents.ts';
import type { Git } from './exec.ts';
import { gitFault } from './failure.ts';
import { firstParentLog } from './log.ts';
import { assertOid, assertTreePath } from './names.ts';
import type { ObjectReader } from './object-reader.ts';

export type History = {
  firstParents(from: string, limit: number, until?: string): Promise<readonly { oid: string; tree: string }[]>;
  introducedBy(from: string, paths: readonly string[]): Promise<string>;
  isAncestor(ancestor: string, descendant: string): Promise<boolean>;
  history(tip: string): AsyncIterable<CommitFacts>;
  log(tip: string, paths: readonly string[]): AsyncIterable<LogEntry>;
  commitsSince(without: readonly string[], tip: string, paths: readonly string[]): AsyncIterable<CommitFacts>;
};

/** Beyond this a process is cheaper than round trips. */
const STEPS_IN_PROCESS = 32;
/** Some for each of a thousand environments. */
const ANSWERS_REMEMBERED = 5_000;
const HISTORY_CHUNK = 500;
const HISTORY_TIMEOUT_MS = 300_000;
const HISTORY_BYTES_MAX = 512 * 1024 * 1024;

export function createHistory(git: Git, reader: ObjectReader): History {
  const ancestry = boundedMap<string, boolean>(ANSWERS_REMEMBERED);
  const introductions = boundedMap<string, { from: string; introduced: string }>(ANSWERS_REMEMBERED);

  async function revList(args: readonly string[], what: string): Promise<string[]> {
    const ending = await git.run(['rev-list', ...args], {
      timeoutMs: HISTORY_TIMEOUT_MS,
      stdoutMax: HISTORY_BYTES_MAX,
    });
    if (ending.code !== 0) throw gitFault(ending, { what, secrets: [] });
    return ending.stdout.toString('latin1').split('\n').filter(Boolean);
  }

  async function firstParents(
    from: string,
    limit: number,
    until?: string,
  ): Promise<readonly { oid: string; tree: string }[]> {
    assertOid(from);
    const found: { oid: string; tree: string }[] = [];
    let at: string | undefined = from;
    while (at !== undefined && at !== until && found.length < Math.min(limit, STEPS_IN_PROCESS)) {
      const { tree, parents }: CommitFacts = await reader.commit(at);
      found.push({ oid: at, tree });
      at = parents[0];
    }
    if (at === undefined || at === until || found.length >= limit) return found;
    const rest = await revList(
      [
        '--first-parent',
        `--max-count=${limit - found.length}`,
        '--no-commit-header',
        '--format=%H %T',
        '--end-of-options',
        at,
      ],
      'read the first-parent history',
    );
    for (const line of rest) {
      const [oid = '', tree = ''] = line.split(' ');
      if (oid === until) break;
      found.push({ oid, tree });
    }
    return found;
  }

  async function introducedBy(from: string, paths: readonly string[]): Promise<string> {
    assertOid(from);
    const normal = [...new Set(paths.map(assertTreePath))].sort();
    const key = normal.join('\0');
    const introduced = await findIntroduction(from, normal, introductions.get(key));
    introductions.set(key, { from, introduced });
    return introduced;
  }

  async function findIntroduction(
    from: string,
    paths: readonly string[],
    before: { readonly from: string; readonly introduced: string } | undefined,
  ): Promise<string> {
    let at = from;
    let present = await idsAt(at, paths);
    for (let step = 0; step < STEPS_IN_PROCESS; step += 1) {
      // Nothing changed between `from` and where the same question was answered before.
      if (at === before?.from) return before.introduced;
      const [parent] = (await reader.commit(at)).parents;
      if (parent === undefined) return at;
      const earlier = await idsAt(parent, paths);
      if (earlier !== present) return at;
      at = parent;
      present = earlier;
    }
    const literal = paths.includes('') ? [] : paths;
    const [found] = await revList(
      ['--first-parent', '--max-count=1', '--end-of-options', at, '--', ...literal],
      'read history',
    );
    if (found !== undefined) return found;
    const [root] = await revList(['--first-parent', '--max-parents=0', '--end-of-options', at], 'read history');
    if (root !== undefined) return root;
    throw new Fault('object-missing', `the history of ${at} has no beginning here`, {
      retry: 'later',
      hint: 'fetch it again',
    });
  }

  /** Modes count too: a script that becomes executable is a change of a commit, although no id differs. */
  async function idsAt(commit: string, paths: readonly string[]): Promise<string> {
    const { tree } = await reader.commit(commit);
    const found = await entriesAt(reader, tree, paths);
    return paths.map((path) => found.get(path)?.oid ?? '-').join(' ');
  }

  async function isAncestor(ancestor: string, descendant: string): Promise<boolean> {
    assertOid(ancestor);
    assertOid(descendant);
    if (ancestor === descendant) return true;
    const key = `${ancestor} ${descendant}`;
    const known = ancestry.get(key);
    if (known !== undefined) return known;
    const answer = (await isNearParent(ancestor, descendant)) || (await askGit(ancestor, descendant));
    ancestry.set(key, answer);
    return answer;
  }

  async function isNearParent(ancestor: string, descendant: string): Promise<boolean> {
    let at: string | undefined = descendant;
    for (let step = 0; at !== undefined && step < 4; step += 1) {
      if (at === ancestor) return true;
      const facts: CommitFacts = await reader.commit(at);
      at = facts.parents[0];
    }
    return false;
  }

  async function askGit(ancestor: string, descendant: string): Promise<boolean> {
    const ending = await git.run(['merge-base', '--is-ancestor', '--end-of-options', ancestor, descendant]);
    if (ending.code === 0) return true;
    if (ending.code === 1) return false;
    throw gitFault(ending, { what: `compare the history of ${ancestor} and ${descendant}`, secrets: [] });
  }

  async function* history(tip: string): AsyncIterable<CommitFacts> {
    assertOid(tip);
    const oids = await revList(['--reverse', '--topo-order', '--end-of-options', tip], 'read the whole history');
    for (let start = 0; start < oids.length; start += HISTORY_CHUNK) {
      yield* await reader.commits(oids.slice(start, start + HISTORY_CHUNK));
    }
  }

  async function* commitsSince(
    without: readonly string[],
    tip: string,
    paths: readonly string[],
  ): AsyncIterable<CommitFacts> {
    assertOid(tip);
    for (const oid of without) assertOid(oid);
    const literal = [...new Set(paths.map(assertTreePath))].sort();
    const only = literal.includes('') ? [] : literal;
    const shape = ['--reverse', '--topo-order', ...(only.length === 0 ? [] : ['--no-merges', '--full-history'])];
    const range = [tip, ...without.map((oid) => `^${oid}`)];
    const oids = await revList([...shape, '--end-of-options', ...range, '--', ...only], 'read what is new');
    for (let start = 0; start < oids.length; start += HISTORY_CHUNK) {
      yield* await reader.commits(oids.slice(start, start + HISTORY_CHUNK));
    }
  }

  const log = (tip: string, paths: readonly string[]) => firstParentLog(git, tip, paths);

  return { firstParents, introducedBy, isAncestor, history, log, commitsSince };
}
