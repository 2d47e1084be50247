// `people` of tidegate.yaml: who is known by which addresses. An address belongs to one person, also where one has it
// by a login; else two people would be one, or an author somebody else.

import type { Login, Person } from '../../model/config.ts';
import { foldAddress, personOf } from '../../model/people.ts';
import type { Cursor } from '../cursor.ts';
import { record } from '../record.ts';
import type { RepositoryFile } from '../schema/repository.ts';

type PersonFile = NonNullable<RepositoryFile['people']>[string];
type LoginFile = NonNullable<PersonFile['github']>;

const FORGES = ['github', 'gitlab'] as const;
const ONE_OF_THEM = 'a person is known by it, so it must belong to one of them';

export function buildPeople(
  file: NonNullable<RepositoryFile['people']>,
  cursor: Cursor,
): Readonly<Record<string, Person>> {
  const taken = new Map<string, string>();
  const made: [string, Person][] = [];
  const take = (name: string, key: string, what: string, at: Cursor) => {
    const other = taken.get(key);
    if (other === undefined) taken.set(key, name);
    else if (other === name) at.error('the same address stands here twice', 'write it once');
    else at.error(`\`${other}\` has the same ${what}`, ONE_OF_THEM);
  };
  for (const [name, person] of Object.entries(file)) {
    const at = cursor.at(name);
    for (const [index, email] of emailsOf(person).entries()) {
      const place = Array.isArray(person.email) ? at.at('email', index) : at.at('email');
      take(name, `email ${foldAddress(email)}`, 'email', place);
    }
    for (const forge of FORGES) {
      const login = loginOf(person[forge]);
      if (login === null) continue;
      take(name, `${forge} ${foldAddress(login.login)}`, forge, at.at(forge));
      if (login.id !== null) take(name, `${forge} id ${login.id}`, `${forge} id`, at.at(forge, 'id'));
    }
    made.push([name, { emails: emailsOf(person), github: loginOf(person.github), gitlab: loginOf(person.gitlab) }]);
  }
  const people = record(made);
  for (const [name, person] of made) checkNoreply(name, person, people, cursor.at(name, 'email'));
  return people;
}

/** The address that a forge gives to the login of one person, written down as another's. */
function checkNoreply(name: string, { emails }: Person, people: Readonly<Record<string, Person>>, at: Cursor): void {
  const others = record(Object.entries(people).filter(([other]) => other !== name));
  const directory = {
    people: record(
      Object.entries(others).map(([other, { github, gitlab }]) => [other, { emails: [], github, gitlab }]),
    ),
    teams: {},
  };
  for (const email of emails) {
    const other = personOf(email, directory);
    if (other !== null) at.error(`\`${other}\` has the address ${email} by their login`, ONE_OF_THEM);
  }
}

function emailsOf({ email }: PersonFile): readonly string[] {
  if (email === undefined) return [];
  return typeof email === 'string' ? [email] : email;
}

function loginOf(given: LoginFile | undefined): Login | null {
  if (given === undefined) return null;
  return typeof given === 'string' ? { login: given, id: null } : { login: given.login, id: given.id ?? null };
}
