// A stage whose steps ask about each other: which of them run, in which order, and how the stage ends, told by the
// decision itself, look by look, until its run is over.

import { describe, expect, test } from 'vitest';
import type { StepConfig } from '../../../engine/model/config.ts';
import type { JobEnding, JobSpec } from '../../../engine/model/job.ts';
import type { StageState } from '../../../engine/model/run.ts';
import { bareCondition, checkStepCondition } from '../../../engine/model/step-condition.ts';
import { reconcile } from '../../../engine/reconcile/reconcile.ts';
import { environmentConfig, pipelineConfig } from '../../support/config-builders.ts';
import { observedBy, Story, version } from '../../support/observed-builders.ts';

const WELL: JobEnding = {
  outcome: 'succeeded',
  sentence: 'succeeded',
  exitCode: 0,
  signal: null,
  tail: '',
  logDigest: null,
  outputBytes: 0,
  durationMs: 1,
};
const BAD: JobEnding = { ...WELL, outcome: 'failed', sentence: 'exit code 1', exitCode: 1 };

type Written = Partial<Pick<StepConfig, 'id' | 'continueOnError' | 'retry' | 'idempotent'>> & {
  readonly if?: string;
  readonly run?: string;
};

function stepsFrom(written: Readonly<Record<string, Written>>): readonly StepConfig[] {
  const [base] = pipelineConfig().stages[0]?.steps ?? [];
  if (base === undefined) throw new Error('the builders have a step');
  return Object.entries(written).map(([name, { if: condition, run = 'true', ...more }]) => {
    const step: StepConfig = { ...base, name, settings: { run, env: {} }, ...more };
    if (condition === undefined) return step;
    const checked = checkStepCondition(bareCondition(condition));
    if ('misstep' in checked) throw new Error(checked.misstep.message);
    return { ...step, if: checked.condition };
  });
}

/** One life of a run whose first stage has these steps. `ends` is asked for each job that is started. */
class Life {
  readonly story = new Story().at('2026-11-19 09:00').deployed('v1.4.1');
  readonly jobs = new Map<string, JobEnding | 'running'>();
  readonly started: JobSpec[] = [];
  readonly stopped: string[] = [];
  #epoch = 2;
  #stage: StageState | null = null;

  constructor(written: Readonly<Record<string, Written>>) {
    const steps = stepsFrom(written);
    const pipeline = pipelineConfig();
    const stages = pipeline.stages.map((stage, index) => (index === 0 ? { ...stage, steps } : stage));
    const read = {
      type: 'read',
      environment: environmentConfig('production'),
      pipeline: { ...pipeline, stages },
    } as const;
    this.story.at('2026-11-20 12:00').opens('v1.4.2');
    this.story.observes({
      lease: { type: 'mine', epoch: this.#epoch },
      versions: new Map(['v1.4.1', 'v1.4.2'].map((name) => [version(name).commit, read])),
      jobs: this.jobs,
    });
  }

  /** Until nothing moves any more, or a job runs that does not end. */
  until(ends: (step: string, job: JobSpec) => JobEnding | 'running'): this {
    for (let looks = 0; looks < 60; looks++) {
      if (this.stage.outcome !== null) return this;
      const plan = reconcile(
        { ...observedBy(this.story), controller: { id: 'controller-1', name: 'one' } },
        this.story.now,
      );
      for (const { record } of plan.append) {
        const { id: _, at: __, by: ___, ...told } = record;
        if ('run' in told) {
          const { run, ...bare } = told;
          this.story.record(bare, run);
        } else this.story.event(told);
        this.#see();
      }
      const before = this.jobs.size;
      for (const effect of plan.effects) {
        if (effect.type === 'start-job') {
          this.started.push(effect.job);
          this.jobs.set(effect.job.id, ends(effect.job.env['TIDEGATE_STEP'] ?? '', effect.job));
        }
        if (effect.type === 'stop-job') {
          this.stopped.push(effect.id);
          this.jobs.set(effect.id, { ...BAD, outcome: 'cancelled', sentence: 'cancelled' });
        }
      }
      if (
        plan.append.length === 0 &&
        this.jobs.size === before &&
        !plan.effects.some(({ type }) => type === 'stop-job')
      )
        return this;
    }
    throw new Error('it does not come to rest');
  }

  /** The controller is lost, and another takes over. */
  takenOver(): this {
    this.jobs.clear();
    this.#epoch += 1;
    this.story.record({ type: 'lease-taken', epoch: this.#epoch, controller: 'controller-1', because: 'expired' });
    this.story.observes({ lease: { type: 'mine', epoch: this.#epoch } });
    return this;
  }

  get ran(): readonly string[] {
    return this.started.map(({ env }) => env['TIDEGATE_STEP'] ?? '');
  }

  get stage(): StageState {
    this.#see();
    if (this.#stage === null) throw new Error('the run has stages');
    return this.#stage;
  }

  get skipped(): Readonly<Record<string, string>> {
    const steps = this.stage.steps.filter(({ outcome }) => outcome === 'skipped');
    return Object.fromEntries(steps.map(({ name, sentence }) => [name, sentence]));
  }

  #see(): void {
    const run = this.story.state.open.find(({ id }) => id === 'production-2');
    this.#stage = run?.stages[0] ?? this.#stage;
  }
}

const failing =
  (...names: readonly string[]) =>
  (step: string): JobEnding =>
    names.includes(step) ? BAD : WELL;

describe('after a step has failed', () => {
  const written = {
    build: {},
    test: {},
    publish: {},
    tell: { if: 'failure()' },
    onlyWell: { if: 'success()' },
    clean: { if: '${{ always() }}' },
    onCancel: { if: 'cancelled()' },
  };

  test('those run that say so, in order, and the stage fails for what failed first', () => {
    const life = new Life(written).until(failing('test'));
    expect(life.ran).toEqual(['build', 'test', 'tell', 'clean']);
    expect(life.skipped).toEqual({
      publish: 'an earlier step failed',
      onlyWell: '`if: success()` is false',
      onCancel: '`if: cancelled()` is false',
    });
    expect(life.stage).toMatchObject({ outcome: 'Failed', failed: { sentence: 'test: test: exit code 1' } });
  });

  test('a cleanup that fails too does not stop the next, and changes nothing about why', () => {
    const life = new Life(written).until(failing('test', 'tell'));
    expect(life.ran).toEqual(['build', 'test', 'tell', 'clean']);
    expect(life.stage.failed?.sentence).toBe('test: test: exit code 1');
  });

  test('nothing of it runs where all is well', () => {
    const life = new Life(written).until(failing());
    expect(life.ran.slice(0, 5)).toEqual(['build', 'test', 'publish', 'onlyWell', 'clean']);
    expect(life.stage.outcome).toBe('Succeeded');
  });

  test('of no cleanup the stage ends at once, as ever', () => {
    const life = new Life({ build: {}, test: {}, publish: {} }).until(failing('test'));
    expect(life.ran).toEqual(['build', 'test']);
    expect(life.stage).toMatchObject({ outcome: 'Failed', failed: null });
  });

  test('its tries come before what runs after it', () => {
    const retry = { attemptsMax: 3, delayMs: 0, factor: 1, delayMsMax: 0 };
    const life = new Life({ build: { retry }, clean: { if: 'always()' } }).until(failing('build'));
    expect(life.ran).toEqual(['build', 'build', 'build', 'clean']);
    expect(life.stage.outcome).toBe('Failed');
  });
});

describe('`continue_on_error`', () => {
  test('bears a failure: the stage goes on and succeeds', () => {
    const life = new Life({
      lint: { id: 'lint', continueOnError: true },
      build: {},
      say: { if: "steps.lint.outcome == 'failure' && steps.lint.conclusion == 'success'" },
    }).until(failing('lint'));
    expect(life.ran.slice(0, 3)).toEqual(['lint', 'build', 'say']);
    expect(life.stage).toMatchObject({ outcome: 'Succeeded', failed: null });
  });
});

describe('outputs', () => {
  test('reach later steps as data, and their conditions', () => {
    const life = new Life({
      build: { id: 'build' },
      push: { run: 'push ${{ steps.build.outputs.image }}', if: "steps.build.outputs.image != ''" },
      none: { run: 'echo "${{ steps.build.outputs.other }}"' },
    }).until((step) => (step === 'build' ? { ...WELL, outputs: { image: 'a b; rm -rf /' } } : WELL));
    const [, push, none] = life.started;
    expect(push?.work).toEqual([{ type: 'process', script: 'push "${TIDEGATE_VALUE_1}"' }]);
    expect(push?.env['TIDEGATE_VALUE_1']).toBe('a b; rm -rf /');
    expect(none?.env['TIDEGATE_VALUE_1']).toBe('');
    expect(life.stage.steps[0]?.outputs).toEqual({ image: 'a b; rm -rf /' });
  });

  test('of a step that was passed over are empty, and its outcome says so', () => {
    const life = new Life({
      never: { id: 'never', if: 'false' },
      after: { if: "steps.never.outcome == 'skipped' && steps.never.outputs.x == ''" },
    }).until(failing());
    expect(life.ran[0]).toBe('after');
    expect(life.skipped['never']).toBe('`if: false` is false');
  });
});

describe('a rollback that somebody asks for', () => {
  const written = {
    build: {},
    more: {},
    clean: { if: 'always()' },
    gone: { if: 'cancelled()' },
    bad: { if: 'failure()' },
  };
  const asked = (life: Life) => life.story.event({ type: 'rollback-requested', to: null, reason: 'wrong version' });

  test('stops what runs, lets what cleans up run, and then cancels the run', () => {
    const life = new Life(written).until((step) => (step === 'build' ? 'running' : WELL));
    expect(life.ran).toEqual(['build']);
    asked(life);
    life.until(() => WELL);
    expect(life.stopped).toEqual(['production-2/test/1/0']);
    expect(life.ran).toEqual(['build', 'clean', 'gone']);
    expect(life.stage.outcome).toBe('Cancelled');
    expect(life.story.state.requests).toEqual([]);
  });

  test('without anything that cleans up cancels at once', () => {
    const life = new Life({ build: {}, more: {} }).until(() => 'running');
    asked(life);
    life.until(() => WELL);
    expect(life.ran.filter((step) => step === 'more')).toEqual([]);
    expect(life.story.state.requests).toEqual([]);
  });
});

describe('when its controller was lost', () => {
  test('a cleanup that says `idempotent: false` is not run twice', () => {
    const life = new Life({ build: {}, clean: { if: 'always()', idempotent: false } });
    life.until((step) => (step === 'clean' ? 'running' : failing('build')(step)));
    life.takenOver().until(failing('build'));
    expect(life.ran).toEqual(['build', 'clean']);
    expect(life.stage.outcome).toBe('Failed');
  });

  test('while cleaning up, only the cleanup is in doubt', () => {
    const life = new Life({ build: {}, clean: { if: 'always()' }, last: { if: 'always()' } });
    life.until((step) => (step === 'clean' ? 'running' : failing('build')(step)));
    life.takenOver().until(failing('build'));
    expect(life.ran).toEqual(['build', 'clean', 'clean', 'last']);
    expect(life.skipped).toEqual({});
    expect(life.stage).toMatchObject({ outcome: 'Failed', failed: { sentence: 'test: build: exit code 1' } });
  });
});
