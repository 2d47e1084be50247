import { expect, test } from 'vitest';
import { problemLine } from '../../../engine/base/problem.ts';
import { quorumWarnings } from '../../../engine/config/quorum-warnings.ts';
import { environment, read, SOUND } from './repository.ts';

const PEOPLE =
  'version: 1\npeople: { ana: {}, dan: {}, eve: {} }\nteams: { leads: [ana], qa: [dan, eve], nobody: [] }\n';

function warnings(policy: string): readonly string[] {
  const { config } = read({
    ...SOUND,
    'tidegate.yaml': PEOPLE,
    'policies/four-eyes.yaml': policy,
    'environments/production/environment.yaml': environment({ policies: '[four-eyes]' }),
  });
  return config === null ? ['no config'] : quorumWarnings(config).map(problemLine);
}

test('a group with too few people to ever satisfy its count', () => {
  expect(warnings('approval: { require: [{ from: qa, count: 3 }] }\n')).toEqual([
    expect.stringMatching(/^policies\/four-eyes\.yaml:1:\d+: .*can never be given: it asks for 3 of qa \(dan, eve\)/),
  ]);
  expect(warnings('approval: { require: [{ from: nobody }] }\n')[0]).toContain('1 of nobody (nobody)');
  expect(warnings('approval: { paths: [{ match: "*", from: eve, count: 2 }] }\n')[0]).toContain('2 of eve');
});

test('a group whose own changes can never pass', () => {
  expect(warnings('approval: { require: [{ from: leads }] }\n')[0]).toContain('a change by ana can never be approved');
  expect(warnings('approval: { require: [{ from: qa, count: 2 }] }\n')[0]).toContain('a change by any of dan, eve');
  expect(warnings('approval: { require: [{ from: leads }], author: counts }\n')).toEqual([]);
  expect(warnings('approval: { require: [{ from: qa }] }\n')).toEqual([]);
});

test('an override that asks for more people than there are', () => {
  const window = 'window: { allow: [{ days: mon-fri }] }\n';
  expect(warnings(`${window}override: { by: [leads], people: 2 }\n`)[0]).toContain(
    'four-eyes can never be lifted: its override asks for 2 people of leads, which is ana',
  );
  expect(warnings(`${window}override: { by: [leads, qa], people: 3 }\n`)).toEqual([]);
});
