// Who a name in Git is, among the people of tidegate.yaml; and whether a list of people and teams includes them.
// An unsigned identity is a claim: the answer is only as good as the access to the repository.

import type { Gates } from '../model/observed.ts';

type Directory = Pick<Gates, 'people' | 'teams'>;

/** The key of `people` whose e-mail stands in `Name <email>`, or null. */
export function personOf(identity: string, directory: Directory): string | null {
  const email = /<([^<>]*)>\s*$/.exec(identity)?.[1]?.toLowerCase() ?? identity.toLowerCase();
  const found = Object.entries(directory.people).find(([, person]) => person.email?.toLowerCase() === email);
  return found?.[0] ?? null;
}

export function isAmong(identity: string, list: readonly string[], directory: Directory): boolean {
  const person = personOf(identity, directory);
  if (person === null) return false;
  return list.some((name) => name === person || directory.teams[name]?.includes(person) === true);
}
