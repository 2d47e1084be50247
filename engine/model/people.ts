// Who a name in Git is, among the people of tidegate.yaml; and whether a list of people and teams includes them.
// An unsigned identity is a claim: the answer is only as good as the access to the repository.

import type { Login, Person } from './config.ts';
import type { Directory, Signed } from './policy-facts.ts';
import type { ForgePerson } from './proposal.ts';

/** The key of `people` to whom the e-mail in `Name <email>` belongs, or null. */
export function personOf(identity: string, { people }: Directory): string | null {
  const address = addressOf(identity);
  const known = Object.entries(people);
  const listed = known.find(([, { emails }]) => emails.some((email) => foldAddress(email) === address));
  const found = listed ?? known.find(([, person]) => isNoreplyOf(person, address));
  return found?.[0] ?? null;
}

/**
 * Upper and lower case of ASCII are one: no mailbox in use tells them apart. Whatever else looks alike is not the
 * same.
 */
export function foldAddress(address: string): string {
  return /[A-Z]/.test(address) ? address.replaceAll(/[A-Z]/g, (letter) => letter.toLowerCase()) : address;
}

/** Of `Name <email>`, or a bare address; folded. */
export function addressOf(identity: string): string {
  return foldAddress((/<([^<>]*)>\s*$/.exec(identity)?.[1] ?? identity).trim());
}

/**
 * `ana-p@users.noreply.github.com` and `583231+ana-p@users.noreply.github.com` are GitHub's for a login
 * (https://docs.github.com/en/account-and-profile/reference/email-addresses-reference),
 * `583231-ana@users.noreply.gitlab.com` is GitLab's. Where the number is known it decides, whatever the login is by
 * now.
 */
function isNoreplyOf({ github, gitlab }: Person, address: string): boolean {
  const onGithub = /^(?:(\d+)\+)?([^@+]+)@users\.noreply\.github\.com$/.exec(address);
  if (onGithub !== null) return isAccount(github, onGithub[1], onGithub[2] ?? '');
  const onGitlab = /^(\d+)-([^@]+)@users\.noreply\.gitlab\.com$/.exec(address);
  return onGitlab !== null && isAccount(gitlab, onGitlab[1], onGitlab[2] ?? '');
}

function isAccount(known: Login | null, id: string | undefined, login: string): boolean {
  if (known === null) return false;
  if (known.id !== null && id !== undefined) return String(known.id) === id;
  return foldAddress(known.login) === login;
}

/**
 * By signer first: what a key proves goes before what a name claims. The principal is a key of `people` or an e-mail.
 */
export function speakerOf(identity: string, signed: Signed, directory: Directory): string | null {
  if (signed.type === 'invalid') return null;
  if (signed.type === 'unsigned') return personOf(identity, directory);
  return Object.hasOwn(directory.people, signed.by) ? signed.by : personOf(signed.by, directory);
}

/** How Git names an account of GitHub: its number stays whose it is, whatever the login. */
export function identityOf({ login, id }: ForgePerson): string {
  return `${login} <${id}+${login}@users.noreply.github.com>`;
}

/** The key of `people` whose login somebody else's account has now; null where that is nobody's. */
export function loginTakenFrom({ login, id }: ForgePerson, { people }: Directory): string | null {
  const found = Object.entries(people).find(
    ([, { github }]) =>
      github !== null && github.id !== null && github.id !== id && foldAddress(github.login) === foldAddress(login),
  );
  return found?.[0] ?? null;
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
