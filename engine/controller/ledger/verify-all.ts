// All ledgers of a repository, each from its first commit, and what they say of each other: a tip that one names has
// to stand in the other's history for good.

import type { LedgerEntry } from '../../ledger/entry.ts';
import type { GitRepository } from '../../ports/git.ts';
import { type Checked, verifyRef } from './verify.ts';
import type { VerifyReport } from './verify-report.ts';
import type { WordsCheck } from './verify-words.ts';

export async function verifyAll(
  git: GitRepository,
  entries: Iterable<LedgerEntry>,
  words: WordsCheck | null,
): Promise<VerifyReport> {
  const problems: VerifyReport['problems'][number][] = [];
  const ledgers = new Map<string, Checked & { readonly ref: string }>();
  for (const { environment, ref, remote } of entries) {
    const { oid } = remote;
    if (remote.type === 'damaged') problems.push({ ref, commit: oid ?? '', message: remote.sentence });
    if (oid === null) continue;
    const checked = await verifyRef(git, environment, ref, oid, words);
    ledgers.set(environment, { ...checked, ref });
    problems.push(...checked.problems);
  }
  for (const ledger of ledgers.values()) {
    for (const { environment, oid, by } of ledger.confirmed.values()) {
      const other = ledgers.get(environment);
      // One that is not there at all is told as such.
      if (other === undefined || !other.isWhole || other.oids.has(oid)) continue;
      const message = `names ${oid.slice(0, 12)} as a tip of ${other.ref}, in whose history it is not: either that was set back, or this is not true`;
      problems.push({ ref: ledger.ref, commit: by, message });
    }
  }
  const sum = (count: (ledger: Checked) => number) =>
    [...ledgers.values()].reduce((total, one) => total + count(one), 0);
  return {
    refs: ledgers.size,
    commits: sum(({ commits }) => commits),
    records: sum(({ records }) => records),
    problems,
  };
}
