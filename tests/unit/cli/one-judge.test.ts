// Who may do what is decided in one place for all faces: docs/security.md says where. The command line asks the
// functions that the controller asks, and decides nothing of people by itself.

import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';

const ENGINE = path.join(import.meta.dirname, '..', '..', '..', 'engine');

function filesOf(folder: string): readonly string[] {
  return readdirSync(path.join(ENGINE, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => `${folder}/${name.split(path.sep).join('/')}`)
    .sort();
}

function text(file: string): string {
  return readFileSync(path.join(ENGINE, file), 'utf8');
}

/** What says of a person, a team or an exception whether it may. */
const JUDGING = /\b(isAmong|includesPerson|speakerOf|rollbackBy|overridableBy\(|override\.by|evaluateRule|groupsFor)\b/;

test('no command decides by itself who may do what', () => {
  expect(filesOf('cli').filter((file) => JUDGING.test(text(file)))).toEqual([]);
});

test('the judges are few, and each is known', () => {
  const judges = ['controller', 'policy', 'reconcile', 'explain', 'acts'].flatMap(filesOf);
  const deciding = judges.filter((file) => /\b(isAmong|includesPerson|speakerOf)\(/.test(text(file)));
  expect(deciding).toEqual([
    // Whose signature a record would bear: refused before it is written, judged again by the rules.
    'controller/commands/sign-event.ts',
    // Whose recorded exceptions a simulation replays; what they override is judged in policy/lifting.ts.
    'controller/commands/simulation.ts',
    'policy/approval-words.ts',
    'policy/approval.ts',
    'policy/lifting.ts',
    'policy/rules/deployers.ts',
    'policy/rules/signature.ts',
    // Whose voice is heard at all; what it overrides is judged in policy/lifting.ts.
    'reconcile/emergency.ts',
    // Who answers for a change of gates.
    'reconcile/gates-answer.ts',
    'reconcile/gates-pending.ts',
    'reconcile/gates-way-out.ts',
    'reconcile/requests.ts',
    // Whose no stands in the way of taking people away, and whose words by tag are nobody's.
    'reconcile/standing-nos.ts',
    'reconcile/words.ts',
  ]);
});

test.each([
  ['deploy', 'acts/deploy.ts', 'acts/requests.ts', 'reconcile/requests.ts'],
  ['rollback', 'acts/rollback.ts', 'acts/requests.ts', 'reconcile/requests.ts'],
  ['override', 'acts/override.ts', 'acts/exceptions.ts', 'reconcile/emergency.ts'],
  ['deploy', 'acts/deploy.ts', 'acts/exceptions.ts', 'reconcile/emergency.ts'],
  ['override', 'acts/override.ts', 'acts/exceptions.ts', 'policy/lifting.ts'],
  ['test', 'explain/policy-test.ts', 'explain/policy-test.ts', 'policy/lifting.ts'],
  ['approve', 'acts/answer.ts', 'acts/answers.ts', 'policy/rules/table.ts'],
  ['gates', 'acts/answer-gates.ts', 'explain/gates.ts', 'reconcile/gates-pending.ts'],
])('`%s` asks %s, that asks %s, and that asks %s as the controller does', (command, act, view, judge) => {
  const imports = (file: string) =>
    [...text(file).matchAll(/from '([^']+)'/g)].map(([, from = '']) => path.posix.join(path.posix.dirname(file), from));
  expect(imports(`cli/commands/${command}.ts`)).toContain(act);
  if (act !== view) expect(imports(act)).toContain(view);
  expect(imports(view)).toContain(judge);
  const others = filesOf('reconcile')
    .concat(filesOf('policy'))
    .filter((file) => file !== judge);
  expect(others.filter((file) => imports(file).includes(judge))).not.toEqual([]);
});

test('one file says whether words must be signed: a rollback is asked about what is in force', () => {
  const folders = ['cli', 'controller', 'policy', 'reconcile', 'explain', 'acts', 'model'].flatMap(filesOf);
  const asking = folders.filter((file) => /signatures\s*[!=]==\s*'(required|optional)'/.test(text(file)));
  expect(asking).toEqual(['model/must-sign.ts']);
});

test('no command writes a record that no act has answered with', () => {
  const writing = filesOf('cli').filter((file) => /\bcommands\.append\(/.test(text(file)));
  expect(writing.filter((file) => !/\/acts\//.test(text(file)))).toEqual([]);
  expect(filesOf('cli').filter((file) => /\bNewEvent\b/.test(text(file)))).toEqual([]);
});
