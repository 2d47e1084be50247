// What a merge would do, asked of the very decision: the merge is made here, in the local copy alone, and the
// repository is looked at as if its branch were there already. Nothing of a branch is run, and nothing is pushed.

import type { Instant } from '../../base/instant.ts';
import type { Carried, GatesReplay } from '../../explain/branch-plan.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Changes, CommitFacts, RemoteRefs } from '../../ports/git.ts';
import type { HolidayTable } from '../../ports/holidays.ts';
import { ifMissing } from '../../ports/missing.ts';
import { LEDGER_AUTHOR } from '../ledger/ledger.ts';
import type { HeadConfig } from '../observe/config-reader.ts';
import type { Survey } from '../observe/survey.ts';
import type { BranchAsk, BranchSeen } from './commands.ts';
import { simulate } from './simulation.ts';

/** Commits and files of one branch that are looked through; beyond that the plan names none. */
const BOUNDS = { commitsMax: 500, pathsMax: 20_000 };
const DIFF_BYTES = 256 * 1024;

type Parts = {
  readonly survey: Survey;
  readonly clock: Pick<Clock, 'now' | 'monotonicMs'>;
  readonly openHolidays: () => Promise<HolidayTable>;
};

/** The survey has looked; it must be nobody else's, because it is left as if the branch were merged. Throws Fault. */
export async function seeMerged(
  parts: Parts,
  { branch, onto, ref = `refs/heads/${branch}` }: BranchAsk,
): Promise<BranchSeen> {
  const { survey } = parts;
  const target = onto ?? survey.defaultBranch;
  const refs = await withRefs(survey, [ref, `refs/heads/${target}`]);
  const head = refs.refs.get(ref);
  const base = refs.refs.get(`refs/heads/${target}`);
  if (base === undefined) return { type: 'unknown-branch', branch: target };
  if (head === undefined) return { type: 'unknown-branch', branch };
  await survey.git.fetch(
    new Map([
      [ref, head],
      [`refs/heads/${target}`, base],
    ]),
  );
  const tips = await Promise.all([survey.git.commit(head), survey.git.commit(base)]);
  const merged = await survey.git.writeMerge({
    ours: base,
    theirs: head,
    message: `Merge ${branch} into ${target}\n`,
    author: LEDGER_AUTHOR,
    // The same commit at every look: nothing piles up.
    at: Math.max(...tips.map(({ committedAt }) => committedAt)),
  });
  if (merged === null) return { type: 'conflict', branch, onto: target };
  if (merged === base) return { type: 'nothing-left', branch, onto: target };
  const changed = await survey.git.changesBetween(base, head, [''], BOUNDS).catch(ifMissing(null));
  const before = await survey.observe(null, NOTHING, [base]);
  const headBefore = survey.head;
  // Before the merge is made believe: it is no version of the days that are replayed.
  const isOurs = ref === `refs/heads/${branch}`;
  const replays =
    isOurs && (changed?.paths ?? ['policies/']).some(holdsGates) ? await replay(parts, branch, refs) : new Map();
  await survey.take(
    { ...refs, refs: new Map([...refs.refs, [`refs/heads/${target}`, merged]]) },
    parts.clock.monotonicMs(),
  );
  const after = await survey.observe(null, NOTHING, [base, merged]);
  const heads = [headBefore, survey.head].filter((each): each is HeadConfig => each !== null);
  const names = [...new Set([...before.environments, ...after.environments].map(({ name }) => name))].sort();
  const changes = new Map<string, string>();
  for (const name of names) changes.set(name, await diffOf(survey, name, heads, base, merged));
  return {
    type: 'merged',
    ahead: {
      branch,
      onto: target,
      head,
      base,
      merged,
      before,
      after,
      paths: changed?.paths ?? null,
      carried: changed === null ? null : await carried(survey, base, changed),
      changes,
      replays,
    },
    problems: survey.head?.problems ?? [],
    timezone: survey.serving?.config?.repository.timezone ?? 'UTC',
  };
}

const NOTHING = { jobs: new Map(), effects: new Map() };

async function withRefs(survey: Survey, names: readonly string[]): Promise<RemoteRefs> {
  const seen = survey.refs ?? (await survey.look());
  if (names.every((name) => seen.refs.has(name))) return seen;
  const more = await survey.git.look(names);
  return { ...seen, refs: new Map([...seen.refs, ...more.refs]), peeled: new Map([...seen.peeled, ...more.peeled]) };
}

async function diffOf(
  survey: Survey,
  environment: string,
  heads: readonly HeadConfig[],
  base: string,
  merged: string,
): Promise<string> {
  const inputs = await Promise.all(
    heads.flatMap((head) => [base, merged].map((commit) => survey.reader.inputs(commit, environment, head))),
  );
  const paths = [...new Set(inputs.flat())].sort();
  return paths.length === 0 ? '' : survey.git.diff(base, merged, paths, DIFF_BYTES);
}

async function carried(survey: Survey, base: string, changes: Changes): Promise<readonly Carried[]> {
  const told: { readonly carried: Carried; readonly at: Instant }[] = [];
  for (const commit of changes.commits) {
    if (await survey.git.isAncestor(commit.oid, base)) continue;
    told.push({ carried: carriedOf(commit), at: commit.committedAt });
  }
  return told.sort((a, b) => b.at - a.at).map((each) => each.carried);
}

/** Files that say who may deploy and when. */
function holdsGates(path: string): boolean {
  return /^(?:policies|pipelines)\/|^tidegate\.yaml$|\/environment\.yaml$/.test(path);
}

/** What the branch's policies would have made of the last days. */
async function replay(
  { survey, clock, openHolidays }: Parts,
  branch: string,
  refs: RemoteRefs,
): Promise<ReadonlyMap<string, GatesReplay>> {
  const tallies = new Map<string, { versions: number; later: number; refused: number }>();
  survey.refs = refs;
  const to = clock.now();
  const ask = { from: to - REPLAYED_DAYS * DAY_MS, to, policies: branch, environment: null };
  await simulate(survey, await openHolidays(), ask, ({ environment, outcome, status }) => {
    const tally = tallies.get(environment) ?? { versions: 0, later: 0, refused: 0 };
    tally.versions += 1;
    if (outcome === 'refused') tally.refused += 1;
    else if (status === 'waiting') tally.later += 1;
    tallies.set(environment, tally);
  });
  return new Map([...tallies].map(([name, tally]) => [name, { days: REPLAYED_DAYS, ...tally }]));
}

const REPLAYED_DAYS = 30;
const DAY_MS = 86_400_000;

function carriedOf({ oid, author, message }: CommitFacts): Carried {
  return { commit: oid, author: author.name, subject: message.split('\n', 1)[0] ?? '' };
}
