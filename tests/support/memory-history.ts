// History in memory: plain walks, written apart from the adapter's so that the contract compares two answers.

import type { ObjectReader } from '../../engine/git/object-reader.ts';
import type { CommitFacts, GitRepository } from '../../engine/ports/git.ts';
import { knownContents, knownFiles } from './memory-known.ts';

export function memoryHistory(
  reader: ObjectReader,
): Pick<GitRepository, 'firstParents' | 'introducedBy' | 'isAncestor' | 'history' | 'log' | 'commitsSince'> {
  async function* firstParentChain(from: string): AsyncIterable<CommitFacts> {
    for (let at: string | undefined = from; at !== undefined; ) {
      const facts: CommitFacts = await reader.commit(at);
      yield facts;
      at = facts.parents[0];
    }
  }

  const digest = async (commit: string, paths: readonly string[]) =>
    (await knownContents(reader, commit, [paths]))[0]?.digest;

  const files = async (commit: string, paths: readonly string[]) =>
    new Map((await knownFiles(reader, commit, paths)).map(({ path, oid, mode }) => [path, `${mode} ${oid}`]));

  return {
    async firstParents(from, limit, until) {
      const found: { oid: string; tree: string }[] = [];
      if (limit <= 0) return found;
      for await (const { oid, tree } of firstParentChain(from)) {
        if (oid === until) break;
        found.push({ oid, tree });
        if (found.length >= limit) break;
      }
      return found;
    },
    async introducedBy(from, paths) {
      const present = await digest(from, paths);
      let introduced = from;
      for await (const { oid } of firstParentChain(from)) {
        if ((await digest(oid, paths)) !== present) break;
        introduced = oid;
      }
      return introduced;
    },
    async *log(tip, paths) {
      for await (const { oid, parents, author, committer, committedAt, message } of firstParentChain(tip)) {
        const [before = null] = parents;
        const [now, then] = await Promise.all([files(oid, paths), before === null ? new Map() : files(before, paths)]);
        const changed = [...new Set([...now.keys(), ...then.keys()])].filter(
          (path) => now.get(path) !== then.get(path),
        );
        if (changed.length === 0) continue;
        const said = message.replace(/\n+$/, '');
        yield { oid, author, committer, committedAt, message: said, paths: changed.sort() };
      }
    },
    async isAncestor(ancestor, descendant) {
      await reader.commit(ancestor);
      const seen = new Set<string>();
      for (const open = [descendant]; open.length > 0; ) {
        const next = open.pop() ?? '';
        if (next === ancestor) return true;
        if (seen.has(next)) continue;
        seen.add(next);
        open.push(...(await reader.commit(next)).parents);
      }
      return false;
    },
    async *commitsSince(without, tip, paths) {
      const known = new Set<string>();
      for (const open = [...without]; open.length > 0; ) {
        const next = open.pop() ?? '';
        if (known.has(next)) continue;
        known.add(next);
        open.push(...(await reader.commit(next)).parents);
      }
      for await (const facts of wholeHistory(tip)) {
        if (known.has(facts.oid)) continue;
        if (paths.includes('')) yield facts;
        else if (facts.parents.length < 2) {
          const [before = null] = facts.parents;
          const then = before === null ? new Map() : await files(before, paths);
          const now = await files(facts.oid, paths);
          const isSame = now.size === then.size && [...now].every(([path, id]) => then.get(path) === id);
          if (!isSame) yield facts;
        }
      }
    },
    history: wholeHistory,
  };
  async function* wholeHistory(tip: string): AsyncIterable<CommitFacts> {
    const told = new Set<string>();
    // Parents before children, without recursion: a commit is told when it is met the second time.
    for (const open = [tip]; open.length > 0; ) {
      const next = open.at(-1) ?? '';
      const facts = await reader.commit(next);
      const untold = facts.parents.filter((parent) => !told.has(parent));
      if (untold.length > 0) {
        open.push(...untold);
        continue;
      }
      open.pop();
      if (told.has(next)) continue;
      told.add(next);
      yield facts;
    }
  }
}
