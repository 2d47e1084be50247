// `tidegate verify --json`: what was checked of the ledger, and where it does not hold together.

import { COMMIT, COUNT, listOf, object, type Shape, TEXT } from './shape.ts';

export const verifyAnswer = object({
  refs: COUNT,
  commits: COUNT,
  records: COUNT,
  problems: listOf(object({ ref: TEXT, commit: COMMIT, message: TEXT })),
});

export type VerifyJson = Shape<typeof verifyAnswer>;

export function verifyJson({ refs, commits, records, problems }: VerifyJson): VerifyJson {
  return {
    refs,
    commits,
    records,
    problems: problems.map(({ ref, commit, message }) => ({ ref, commit, message })),
  };
}
