// A soak time, and a promotion, are as strong as the gates of the environment that they name: said where they stand.

import { expect, test } from 'vitest';
import { problemLine } from '../../../engine/base/problem.ts';
import { assemble } from '../../../engine/config/assemble.ts';
import { parseFile } from '../../../engine/config/parse.ts';
import { relianceWarnings } from '../../../engine/config/reliance.ts';
import { environment, type Files, SOUND, tree } from './repository.ts';

const APPROVED = 'approval:\n  require: [{ from: leads, count: 1 }]\n';
const SOAKED = 'soak: { in: staging, for: 1h }\n';
const HINT = 'name policies under `policies:` of environments/staging/environment.yaml; where it is meant, leave it';

function warnings(production: Record<string, string>, staging: Record<string, string>, more: Files = {}) {
  const files: Files = {
    ...SOUND,
    'policies/approved.yaml': APPROVED,
    'policies/soaked.yaml': SOAKED,
    'environments/production/environment.yaml': environment(production),
    'environments/staging/environment.yaml': environment({ target: '{ files: { to: staging } }', ...staging }),
    ...more,
  };
  const parsed = Object.entries(files).map(([file, text]) => parseFile(file, text));
  const { config } = assemble(parsed, tree(files));
  if (config === null) throw new Error('no configuration');
  return relianceWarnings(config, parsed).map(problemLine);
}

const PROMOTED = { follow: '{ promoted: staging }' };

test.each<[string, Record<string, string>, Record<string, string>, readonly string[]]>([
  [
    'a soak where nothing is asked',
    { policies: '[soaked]' },
    { policies: '[]' },
    [
      `policies/soaked.yaml:1:1: what has run in staging counts in production, so this is as strong as the gates of staging, which has no rules (${HINT})`,
    ],
  ],
  [
    'a promotion from where nothing is asked',
    PROMOTED,
    { policies: '[]' },
    [
      `environments/production/environment.yaml:1:9: production is offered what got into staging, so this is as strong as the gates of staging, which has no rules (${HINT})`,
    ],
  ],
  [
    'a promotion from where nobody is asked, to where somebody is',
    { ...PROMOTED, policies: '[approved]' },
    {},
    [
      `environments/production/environment.yaml:1:9: production is offered what got into staging, so this is as strong as the gates of staging, which asks no people (${HINT})`,
    ],
  ],
  ['a promotion from where people are asked', { ...PROMOTED, policies: '[approved]' }, { policies: '[approved]' }, []],
  ['one that is as weak as what it follows', { ...PROMOTED, policies: '[]' }, { policies: '[]' }, []],
  ['windows on either side', PROMOTED, {}, []],
  ['a soak in what has a window', { policies: '[soaked]' }, {}, []],
  ['a policy that nobody uses', {}, { policies: '[]' }, []],
])('%s', (_, production, staging, lines) => {
  expect(warnings(production, staging)).toEqual(lines);
});

test('gates of stages are gates', () => {
  const pipeline = (policies: string) =>
    `stages:\n  - name: deploy\n    policies: ${policies}\n    steps: [{ deploy: target }]\n`;
  const gated = { pipeline: 'gated', policies: '[]' };
  const told = (policies: string) =>
    warnings({ ...PROMOTED, policies: '[approved]' }, gated, { 'pipelines/gated.yaml': pipeline(policies) });
  expect(told('[approved]')).toEqual([]);
  expect(told('[business-hours]')).toEqual([expect.stringContaining('which asks no people')]);
  expect(told('[]')).toEqual([expect.stringContaining('which has no rules')]);
});

test('each environment that relies on it is named', () => {
  const other = environment({ policies: '[approved, soaked]', target: '{ files: { to: zz } }' });
  const told = warnings({ policies: '[soaked]' }, { policies: '[]' }, { 'environments/zz/environment.yaml': other });
  expect(told.map((line) => / counts in (\w+),/.exec(line)?.[1])).toEqual(['production', 'zz']);
});

test('of an environment that cannot be read nothing is said', () => {
  expect(warnings(PROMOTED, { policies: '[nothing]' })).toEqual([]);
});
