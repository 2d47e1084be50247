// Environments that a push gets into, beside such that have gates: one controller for both would make the gates worth
// nothing.

import { expect, test } from 'vitest';
import { judgeParting } from '../../../engine/explain/doctor-parting.ts';
import type { Config } from '../../../engine/model/config.ts';
import { configOf, environmentConfig, pipelineConfig } from '../../support/config-builders.ts';
import { officeHours } from '../../support/observed-builders.ts';

function config(gated: readonly string[], open: readonly string[]): Config {
  const environments = [
    ...gated.map((name) => ({ ...environmentConfig(name), policies: ['business-hours'] })),
    ...open.map(environmentConfig),
  ];
  return {
    ...configOf(),
    environments: Object.fromEntries(environments.map((environment) => [environment.name, environment])),
    policies: { 'business-hours': officeHours() },
  };
}

test('are named, with how to part them', () => {
  expect(judgeParting(config(['production'], ['development', 'staging']))).toEqual([
    {
      name: 'parted',
      status: 'unknown',
      sentence:
        "a push is enough to have a step run in development, staging (no rules), and gates, here of production, do not hold against anyone who gets any step run by the controller's user",
      hint: 'serve those without rules by a controller of their own, with a user and a key of its own: `--environments development,staging` (docs/operations.md says how)',
    },
  ]);
});

test.each([
  ['all have rules', ['production', 'staging'], []],
  ['none has', [], ['production', 'staging']],
  ['there is one', ['production'], []],
])('nothing is said where %s', (_, gated, open) => {
  expect(judgeParting(config(gated, open))).toEqual([]);
});

test('gates of stages are gates', () => {
  const pipeline = pipelineConfig();
  const stages = pipeline.stages.map((stage) => ({ ...stage, policies: ['business-hours'] }));
  const all = config(['production'], ['staging']);
  expect(judgeParting({ ...all, pipelines: { verified: { ...pipeline, stages } } })).toEqual([]);
});

test('a fleet is not told in full', () => {
  const [said] = judgeParting(
    config(
      ['production'],
      Array.from({ length: 40 }, (_, at) => `preview-${at}`),
    ),
  );
  expect(said?.sentence).toContain('preview-5 and 34 more (no rules)');
  expect(said?.hint).toContain('`--environments <names>`');
});
