// A stage that starts before the gates of the touching stage were asked gets no secrets, and is told so beforehand.

import { expect, test } from 'vitest';
import { problemLine } from '../../../engine/base/problem.ts';
import { assemble } from '../../../engine/config/assemble.ts';
import { earlyStageWarnings } from '../../../engine/config/early-stages.ts';
import { parseFile } from '../../../engine/config/parse.ts';
import { environment, type Files, SOUND, tree } from './repository.ts';

type Stage = readonly [name: string, step: string, policies?: string];

const TEST: Stage = ['test', 'run: "true"'];
const DEPLOY: Stage = ['deploy', 'deploy: target', '[business-hours]'];
const HINT =
  'where a step of it needs one, move that step to deploy or behind it, or name the policies in environment.yaml instead of at a stage';

function warnings(stages: readonly Stage[], secrets = '[TOKEN]'): readonly string[] {
  const text = stages.map(
    ([name, step, policies = '[]']) => `  - name: ${name}\n    policies: ${policies}\n    steps: [{ ${step} }]\n`,
  );
  const files: Files = {
    ...SOUND,
    'environments/production/environment.yaml': environment({ policies: '[]', secrets }),
    'pipelines/deploy.yaml': `stages:\n${text.join('')}`,
  };
  const { config } = assemble(
    Object.entries(files).map(([file, content]) => parseFile(file, content)),
    tree(files),
  );
  if (config === null) throw new Error('no configuration');
  return earlyStageWarnings(config).map(problemLine);
}

test('before a deploying stage that is gated', () => {
  expect(warnings([TEST, DEPLOY])).toEqual([
    `pipelines/deploy.yaml:2:5: the stage test starts before the gate of deploy was asked, and gets no secrets (of production) (${HINT})`,
  ]);
});

test('before another gated stage, and in it', () => {
  const asked: Stage = ['asked', 'run: "true"', '[business-hours]'];
  expect(warnings([TEST, asked, ['deploy', 'deploy: target']])).toEqual([
    expect.stringContaining('the stage test starts before the gate of asked was asked, and gets no secrets'),
    expect.stringContaining(
      'the stage asked starts before deploy, where the gate of asked is asked again, and gets no secrets',
    ),
  ]);
});

test.each<[string, readonly Stage[], string?]>([
  ['no stage is gated', [TEST, ['deploy', 'deploy: target']]],
  ['only a later stage is', [TEST, ['deploy', 'deploy: target'], ['more', 'run: "true"', '[business-hours]']]],
  ['the environment has no secrets', [TEST, DEPLOY], '[]'],
  ['the early stage runs nothing', [['test', 'wait: 1s'], DEPLOY]],
  ['the stage comes after it', [DEPLOY, ['verify', 'run: "true"']]],
])('nothing is said where %s', (_, stages, secrets) => {
  expect(warnings(stages, secrets)).toEqual([]);
});

test('where no stage deploys, the first that may not be skipped is the one that touches', () => {
  expect(warnings([TEST, ['apply', 'run: "true"', '[business-hours]']])).toEqual([]);
});
