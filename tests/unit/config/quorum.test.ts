import { expect, test } from 'vitest';
import { problemLine } from '../../../engine/base/problem.ts';
import { quorumProblems } from '../../../engine/config/quorum.ts';
import { environment, read, SOUND } from './repository.ts';

const PEOPLE =
  'version: 1\npeople: { ana: {}, dan: {}, eve: {} }\nteams: { leads: [ana], qa: [dan, eve], nobody: [] }\n';

function found(policy: string): readonly string[] {
  const { config } = read({
    ...SOUND,
    'tidegate.yaml': PEOPLE,
    'policies/four-eyes.yaml': policy,
    'environments/production/environment.yaml': environment({ policies: '[four-eyes]' }),
  });
  return config === null
    ? ['no config']
    : quorumProblems(config).map((each) => `${each.severity} ${problemLine(each)}`);
}

test('a group with too few people to ever satisfy its count', () => {
  expect(found('approval: { require: [{ from: qa, count: 3 }] }\n')).toEqual([
    expect.stringMatching(
      /^error policies\/four-eyes\.yaml:1:\d+: .*can never be given: it asks for 3 of qa \(dan, eve\)/,
    ),
  ]);
  expect(found('approval: { require: [{ from: nobody }] }\n')[0]).toMatch(/^error .*1 of nobody \(nobody\)/);
  expect(found('approval: { paths: [{ match: "*", from: eve, count: 2 }] }\n')[0]).toContain('2 of eve');
});

test('a group whose own changes can never pass', () => {
  expect(found('approval: { require: [{ from: leads }] }\n')[0]).toMatch(
    /^warning .*a change by ana can never be approved/,
  );
  expect(found('approval: { require: [{ from: qa, count: 2 }] }\n')[0]).toContain('a change by any of dan, eve');
  expect(found('approval: { require: [{ from: leads }], author: counts }\n')).toEqual([]);
  expect(found('approval: { require: [{ from: qa }] }\n')).toEqual([]);
});

test('an override that asks for more people than there are', () => {
  const window = 'window: { allow: [{ days: mon-fri }] }\n';
  expect(found(`${window}override: { by: [leads], people: 2 }\n`)[0]).toMatch(
    /^error .*four-eyes can never be overridden: its override asks for 2 people of leads, which is ana/,
  );
  expect(found(`${window}override: { by: [leads, qa], people: 3 }\n`)).toEqual([]);
});
