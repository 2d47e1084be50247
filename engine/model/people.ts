// Who a name in Git is, among the people of tidegate.yaml; and whether a list of people and teams includes them.
// An unsigned identity is a claim: the answer is only as good as the access to the repository.

import type { Directory, Signed } from './policy-facts.ts';

/** The key of `people` whose e-mail stands in `Name <email>`, or null. */
export function personOf(identity: string, directory: Directory): string | null {
  const email = /<([^<>]*)>\s*$/.exec(identity)?.[1]?.toLowerCase() ?? identity.toLowerCase();
  const found = Object.entries(directory.people).find(([, person]) => person.email?.toLowerCase() === email);
  return found?.[0] ?? null;
}

/** By signer first: what a key proves goes before what a name claims. The principal is a key of `people` or an e-mail. */
export function speakerOf(identity: string, signed: Signed, directory: Directory): string | null {
  if (signed.type === 'invalid') return null;
  if (signed.type === 'unsigned') return personOf(identity, directory);
  return Object.hasOwn(directory.people, signed.by) ? signed.by : personOf(signed.by, directory);
}

export function isAmong(identity: string, list: readonly string[], directory: Directory): boolean {
  const person = personOf(identity, directory);
  return person !== null && includesPerson(list, person, directory);
}

/** `person` is a key of `people`; the list holds people and teams. */
export function includesPerson(list: readonly string[], person: string, directory: Directory): boolean {
  const { teams } = directory;
  return list.some((name) => name === person || (Object.hasOwn(teams, name) && teams[name]?.includes(person) === true));
}
