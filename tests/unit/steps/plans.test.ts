// What each kind of step and target makes of its settings for a run: values are resolved, and never become text of a
// shell.

import { describe, expect, test } from 'vitest';
import type { EnvironmentConfig, StepConfig, TargetConfig } from '../../../engine/model/config.ts';
import type { JobSubject } from '../../../engine/model/job.ts';
import { planStep } from '../../../engine/steps/table.ts';
import { planTarget } from '../../../engine/targets/table.ts';
import { environmentConfig, pipelineConfig } from '../../support/config-builders.ts';
import { environment, read } from '../config/repository.ts';

const ENV = 'environments/production/environment.yaml';
const PIPE = 'pipelines/deploy.yaml';
const VALUES = { 'variables.PORT': '7103', 'variables.EVIL': '$(touch pwned)', 'environment.url': 'http://h' };
const WITH_VALUES = environment({ url: 'http://h', variables: '{ PORT: 7103, EVIL: x }' });
const COMMIT = 'c0ffee'.padEnd(40, '0');

function subject(more: Partial<JobSubject> = {}): JobSubject {
  const version = { commit: COMMIT, tag: null };
  return { environment: environmentConfig('production'), version, epoch: 7, values: VALUES, targetMark: 'm', ...more };
}

function step(text: string): StepConfig {
  const files = { [PIPE]: `stages:\n  - name: only\n    steps:\n      - ${text}\n      - deploy: target\n` };
  const found = read({ ...files, [ENV]: WITH_VALUES }).config?.pipelines['deploy']?.stages[0]?.steps[0];
  if (found === undefined) throw new Error(`${text} is no step`);
  return found;
}

function target(text: string): EnvironmentConfig {
  const found = read({ [ENV]: environment({ target: text }) }).config?.environments['production'];
  if (found === undefined) throw new Error(`${text} is no target`);
  return found;
}

describe('a step', () => {
  test('`run` hands values over in the environment', () => {
    const plan = planStep(
      step('{ run: "echo ${{ variables.EVIL }}", env: { P: "${{ variables.PORT }}" } }'),
      subject(),
    );
    const script = 'echo "${TIDEGATE_VALUE_1}"';
    expect(plan.work).toEqual([{ type: 'process', script }]);
    expect(plan.env).toEqual({ P: '7103', TIDEGATE_VALUE_1: '$(touch pwned)' });
    expect(plan.sentence).toBe(script);
  });

  test('`http` has its url, headers and body resolved', () => {
    const text =
      '{ http: { url: "${{ environment.url }}/a", headers: { x-port: "${{ variables.PORT }}" }, body: "p=${{ variables.PORT }}" } }';
    const { work, sentence } = planStep(step(text), subject());
    const input = { url: 'http://h/a', method: 'GET', headers: { 'x-port': '7103' }, body: 'p=7103', status: [200] };
    expect(work).toMatchObject([{ type: 'in-process', kind: 'http', input }]);
    expect(sentence).toBe('GET http://h/a');
  });

  test('`tcp` has a number for a port', () => {
    const { work, sentence } = planStep(step('tcp: "db:${{ variables.PORT }}"'), subject());
    const input = { host: 'db', port: 7103, withinMs: 0, everyMs: 2_000 };
    expect(work).toEqual([{ type: 'in-process', kind: 'tcp', input }]);
    expect(sentence).toBe('connect to db:7103');
  });

  test('`wait` waits', () => {
    const { work, sentence } = planStep(step('wait: 2s'), subject());
    expect(work).toEqual([{ type: 'in-process', kind: 'wait', input: { waitMs: 2_000 } }]);
    expect(sentence).toBe('wait 2000 ms');
  });

  test('`deploy` does what the target of its environment says, and is the one that touches it', () => {
    const steps = pipelineConfig().stages.flatMap((stage) => stage.steps);
    const deploy = steps.find(({ touches }) => touches);
    expect(deploy?.type).toBe('deploy');
    if (deploy !== undefined) expect(planStep(deploy, subject())).toEqual(planTarget(subject()));
  });

  test('of a kind that is not in the table is a defect of ours, not a step that does nothing', () => {
    expect(() => planStep({ ...step('wait: 1s'), type: 'gone' }, subject())).toThrow('a kind that is in the table');
  });
});

describe('a target', () => {
  const claimed = (config: TargetConfig) => ({ claim: config.claim, scripts: config.scripts });

  test('`files` claims its place in one spelling, and knows it by epoch and mark', () => {
    const own = target('{ files: { to: /srv//./shop/, keep: 3 } }');
    expect(claimed(own.target)).toEqual({ claim: '/srv/shop', scripts: [] });
    const { work, sentence } = planTarget(subject({ environment: own }));
    const place = { from: 'environments/production', to: '/srv//./shop/', release: COMMIT.slice(0, 12), keep: 3 };
    const owner = { environment: 'production', mark: 'm' };
    expect(work).toEqual([{ type: 'in-process', kind: 'files', input: { ...place, epoch: 7, owner } }]);
    expect(sentence).toBe(`put environments/production in place at /srv//./shop/ as ${COMMIT.slice(0, 12)}`);
    const { work: before } = planTarget(subject({ environment: own, targetMark: null }));
    expect(before).toEqual([{ type: 'in-process', kind: 'files', input: { ...place, epoch: 7 } }]);
  });

  test('`files` names a release by tag and commit, so that a moved tag never meets another release', () => {
    const tagged = (tag: string) => planTarget(subject({ version: { commit: COMMIT, tag } })).work[0];
    expect(tagged('v1/2 é')).toMatchObject({ input: { release: `v1_2_-${COMMIT.slice(0, 12)}` } });
    expect(tagged('../x')).toMatchObject({ input: { release: `x-${COMMIT.slice(0, 12)}` } });
  });

  test('`script` claims nothing, and is an input by all of its scripts', () => {
    const own = target('{ script: { apply: scripts/test.sh a, observe: scripts/test.sh b } }');
    expect(claimed(own.target)).toEqual({ claim: null, scripts: ['scripts/test.sh a', 'scripts/test.sh b'] });
    const script = "scripts/test.sh a && echo 'in place:' && scripts/test.sh b";
    expect(planTarget(subject({ environment: own })).work).toEqual([{ type: 'process', script }]);
    const alone = target('{ script: { apply: scripts/test.sh } }');
    expect(planTarget(subject({ environment: alone })).work).toEqual([{ type: 'process', script: 'scripts/test.sh' }]);
  });
});
