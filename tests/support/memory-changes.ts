// What lies between two commits, in memory: two plain walks, written apart from the adapter's so that the contract
// compares two answers. Only merges, and what comes back, are judged by the same rule.

import { changesOf, earlierThatCount, type MergeJudge, mergesThatCount, sameAt } from '../../engine/git/changes.ts';
import { listFiles } from '../../engine/git/contents.ts';
import type { CommitFacts, GitRepository } from '../../engine/ports/git.ts';

export function memoryChanges(judge: MergeJudge): GitRepository['changesBetween'] {
  const { reader } = judge;

  async function reached(from: string): Promise<ReadonlyMap<string, CommitFacts>> {
    const found = new Map<string, CommitFacts>();
    for (const open = [from]; open.length > 0; ) {
      const next = open.pop() ?? '';
      if (found.has(next)) continue;
      const facts = await reader.commit(next);
      found.set(next, facts);
      open.push(...facts.parents);
    }
    return found;
  }

  async function touches({ oid, parents, tree }: CommitFacts, paths: readonly string[]): Promise<boolean> {
    const [parent] = parents;
    if (parent === undefined) return (await listFiles(reader, oid, paths)).length > 0;
    return !(await sameAt(reader, [tree, (await reader.commit(parent)).tree], paths));
  }

  return async (from, to, paths, bounds) => {
    if (from === null) return changesOf(reader, to, paths, bounds);
    const [before, after] = [await reached(from), await reached(to)];
    const between = [...before, ...after].flatMap(([oid, facts]) => (before.has(oid) && after.has(oid) ? [] : [facts]));
    const commits: CommitFacts[] = [];
    for (const commit of between) {
      if (commit.parents.length < 2 && (await touches(commit, paths))) commits.push(commit);
    }
    const merges = between.filter(({ parents }) => parents.length > 1);
    commits.push(...(await mergesThatCount(judge, merges, paths)));
    const files = async (oid: string) =>
      new Map((await listFiles(reader, oid, paths)).map(({ path, oid: id, mode }) => [path, `${mode} ${id}`]));
    const [old, now] = [await files(from), await files(to)];
    const differ = [...new Set([...old.keys(), ...now.keys()])].filter((path) => old.get(path) !== now.get(path));
    const undone = commits.filter(({ oid }) => before.has(oid));
    const both = async () => [...before.values()].filter(({ oid }) => after.has(oid));
    const back = (await earlierThatCount(judge, { from, to, between: commits, undone, files: differ }, both)) ?? [];
    if (commits.length + back.length > bounds.commitsMax || differ.length > bounds.pathsMax) return null;
    return { commits: [...commits, ...back], paths: differ.sort() };
  };
}
