// Who a name in Git is: by any listed address, by the forge's noreply address of a login, and by nothing that only
// looks alike.

import { expect, test } from 'vitest';
import type { Person } from '../../../engine/model/config.ts';
import { personOf } from '../../../engine/model/people.ts';

const nobody: Person = { emails: [], github: null, gitlab: null };
const people = {
  ana: {
    ...nobody,
    emails: ['ana@example.org', 'Ana@Home.example.org'],
    github: { login: 'Ana-P', id: null },
    gitlab: { login: 'ana', id: null },
  },
  dan: { ...nobody, github: { login: 'dan', id: 583231 }, gitlab: { login: 'dan', id: 77 } },
};

test.each([
  ['Ana <ana@example.org>', 'ana'],
  ['ana@example.org', 'ana'],
  ['Somebody else <ANA@EXAMPLE.ORG>', 'ana'],
  ['Ana < ana@home.example.org >', 'ana'],
  ['Ana <1234567+ana-p@users.noreply.github.com>', 'ana'],
  ['Ana <ana-p@users.noreply.github.com>', 'ana'],
  ['Ana <1234567+ANA-P@Users.Noreply.GitHub.com>', 'ana'],
  ['Ana <1234-ana@users.noreply.gitlab.com>', 'ana'],
  ['Dan <583231+dan@users.noreply.github.com>', 'dan'],
  ['Dan <583231+called-so-now@users.noreply.github.com>', 'dan'],
  ['Dan <dan@users.noreply.github.com>', 'dan'],
  ['Dan <77-dan@users.noreply.gitlab.com>', 'dan'],
])('%s is %s', (identity, person) => expect(personOf(identity, { people, teams: {} })).toBe(person));

test.each([
  'Dan <583232+dan@users.noreply.github.com>',
  'Dan <0583231+dan@users.noreply.github.com>',
  'Dan <78-dan@users.noreply.gitlab.com>',
  'Ana <ana+work@example.org>',
  'Ana <ana@example.org.>',
  'Ana <ana@example.org,dan@example.org>',
  'Ana <ana%40example.org>',
  'Ana <\u0430na@example.org>',
  'Ana <ana@\u212Aome.example.org>',
  'Ana <ana\u200B@example.org>',
  'Ana <ana-p@users.noreply.github.com.example.org>',
  'Ana <ana-p@users.noreply.gitlab.com>',
  'Ana <1234567+ana-p+x@users.noreply.github.com>',
  'Ana <+ana-p@users.noreply.github.com>',
  'Ana <1234567+@users.noreply.github.com>',
  'Ana <1234567+ana-p@users.noreply.github.com> <eve@example.org>',
  'ana@example.org <eve@example.org>',
  'Ana <>',
  'Ana',
  '',
])('%s is nobody that is known', (identity) => expect(personOf(identity, { people, teams: {} })).toBeNull());

test('a letter of another alphabet never becomes one of ours', () => {
  const kim = { ...nobody, emails: ['kim@example.org'] };
  expect(personOf('Kim <\u212Aim@example.org>', { people: { kim }, teams: {} })).toBeNull();
  expect(personOf('Kim <KIM@example.org>', { people: { kim }, teams: {} })).toBe('kim');
});
