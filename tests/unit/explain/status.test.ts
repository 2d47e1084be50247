import { describe, expect, test } from 'vitest';
import { plainText } from '../../../engine/cli/text/line.ts';
import { environmentLines, statusLines } from '../../../engine/cli/text/status-shown.ts';
import { statusJson } from '../../../engine/contract/status.ts';
import { standingOf } from '../../../engine/explain/standing.ts';
import { ANA, instant, observedBy, officeHours, Story, version } from '../../support/observed-builders.ts';

const SATURDAY = '2026-11-21 20:00';

function standings(at: string, ...stories: readonly Story[]) {
  const observed = observedBy(...stories);
  return observed.environments.map((environment) => standingOf(environment, observed, instant(at)));
}

function shown(at: string, ...stories: readonly Story[]): string {
  return plainText(statusLines(standings(at, ...stories)));
}

function condition(at: string, story: Story) {
  const [found] = statusJson(standings(at, story)).environments;
  if (found === undefined) throw new Error('no environment');
  return found;
}

describe('status at a glance', () => {
  test('says what waits, until when and for what', () => {
    const staging = new Story('staging').at('2026-11-20 10:00').deployed('c0ffee');
    const production = new Story().gatedBy(officeHours()).at('2026-11-20 12:00').deployed('v1.4.1').offers('v1.4.2');
    expect(shown(SATURDAY, staging, production)).toMatchInlineSnapshot(`
      "ENVIRONMENT  CONDITION  CURRENT           CANDIDATE
      production   Ready      v1.4.1 (1164a97)  v1.4.2 (1264ab1)
        v1.4.2 (1264ab1) waits: business-hours: closed since Friday 18:00 Europe/Bucharest; opens Monday 2026-11-23 09:00 Europe/Bucharest
      staging      Ready      eff53ef           –
      "
    `);
  });

  test('names environments in one order, whatever the order of serving', () => {
    const [a, b] = [new Story('a'), new Story('b')];
    expect(shown(SATURDAY, b, a)).toBe(shown(SATURDAY, a, b));
  });

  test('shows a run under way, a rollback and a stall', () => {
    const development = new Story('development').deployed('one').opens('two').passes('test').starts('deploy');
    const staging = new Story('staging')
      .deployed('one')
      .opens('two')
      .passes('test')
      .passes('deploy')
      .fails('verify', 'health: answered 503', 'roll-back');
    staging.opens('one', {
      kind: 'rollback',
      trigger: 'failure',
      cause: 'staging-2',
      skip: 'skippable',
      requestedBy: null,
    });
    const production = new Story().deployed('v1.0.0').opens('v1.1.0').fails('test', 'unit tests: exit code 1', 'stall');
    production.ends('Failed', 'test: unit tests: exit code 1');
    expect(shown('2026-11-20 12:00', development, staging, production)).toMatchInlineSnapshot(`
      "ENVIRONMENT  CONDITION    CURRENT           CANDIDATE
      development  Reconciling  ba2719e           be24882 in development-2
        development-2: deploy be24882, stage deploy (2 of 3)
      production   Stalled      v1.0.0 (e4b6077)  –
        DeploymentFailed: production-2: test: unit tests: exit code 1; a person must look: to deploy tries a version, to resume waits for the next one, to roll back puts back what worked before
          deploy: tidegate deploy production <version> --reason "…"
          resume: tidegate resume production --reason "…"
          roll back: tidegate rollback production --reason "…"
      staging      Reconciling  ba2719e           –
        staging-2 failed: verify: health: answered 503; staging-3 puts ba2719e back, before test (1 of 3)
      "
    `);
  });
});

describe('the condition', () => {
  test('of an environment without a past is Ready, and says that nothing ran', () => {
    expect(condition(SATURDAY, new Story())).toMatchObject({
      condition: 'Ready',
      current: null,
      candidate: null,
      waiting: null,
      run: null,
    });
  });

  test('is Reconciling while a run moves', () => {
    const story = new Story().deployed('v1.4.1').offers('v1.4.2').opens('v1.4.2').starts('test');
    expect(condition(SATURDAY, story)).toMatchObject({
      condition: 'Reconciling',
      run: 'production-2',
      waiting: null,
      candidate: version('v1.4.2'),
    });
  });

  test('is Ready while a run only waits at a gate, and the gate is told', () => {
    const story = new Story().gatedBy(officeHours({ onWindowClose: 'pause' }));
    story.deployed('v1.4.1').offers('v1.4.2').opens('v1.4.2').passes('test');
    expect(condition(SATURDAY, story)).toMatchObject({
      condition: 'Ready',
      run: 'production-2',
      waiting: { until: '2026-11-23T07:00:00Z', for: ['window business-hours'] },
    });
  });

  test('a newer version waits for a run that has begun', () => {
    const story = new Story().deployed('v1.4.1').opens('v1.4.2').passes('test').starts('deploy').offers('v1.4.3');
    expect(condition(SATURDAY, story)).toMatchObject({
      condition: 'Reconciling',
      candidate: version('v1.4.3'),
      waiting: { until: null, for: ['run production-2'] },
    });
  });

  test('is Stalled when the head has problems, the ledger is damaged, or a run stalled it', () => {
    const problem = {
      file: 'policies/x.yaml',
      line: 3,
      column: 5,
      severity: 'error',
      message: 'unknown key',
      hint: '',
    } as const;
    const broken = condition(SATURDAY, new Story().deployed('v1.4.1').observes({ gates: null, problems: [problem] }));
    expect(broken).toMatchObject({ condition: 'Stalled', reason: 'ConfigurationBroken' });
    expect(broken.sentence).toContain('policies/x.yaml:3:5: unknown key');
    const story = new Story().deployed('v1.4.1');
    const damaged = story.observes({
      ledger: { type: 'damaged', sentence: 'tidegate/production was rewritten', state: story.state },
    });
    expect(condition(SATURDAY, damaged)).toMatchObject({ condition: 'Stalled', reason: 'LedgerDamaged' });
    const stalled = new Story()
      .opens('v1.0.0')
      .fails('test', 'exit code 1', 'stall')
      .ends('Failed', 'test: exit code 1');
    expect(condition(SATURDAY, stalled).sentence).toContain('to resume waits');
  });

  test('a failed run and its rollback leave no candidate', () => {
    const story = new Story().deployed('v1.4.1').offers('v1.4.2').opens('v1.4.2').passes('test').passes('deploy');
    story.fails('verify', 'answered 503', 'roll-back');
    expect(condition(SATURDAY, story)).toMatchObject({ candidate: null, run: 'production-2' });
    const over = new Story().deployed('v1.4.1').offers('v1.4.2').failedAndRolledBack('v1.4.2', 'answered 503');
    expect(condition(SATURDAY, over)).toMatchObject({
      condition: 'Stalled',
      reason: 'Quarantined',
      candidate: null,
      quarantine: [version('v1.4.2')],
    });
  });

  test('a suspension ends by itself', () => {
    const story = new Story().deployed('v1.4.1').at(SATURDAY);
    story.event({ type: 'suspended', reason: 'maintenance', until: instant('2026-11-21 22:00') });
    expect(condition('2026-11-21 21:59', story).suspended).toBe(true);
    expect(condition('2026-11-21 22:00', story).suspended).toBe(false);
  });
});

test('the contract of `status --json` holds all its fields and no more', () => {
  const story = new Story().gatedBy(officeHours()).deployed('v1.4.1').offers('v1.4.2');
  expect(statusJson(standings(SATURDAY, story))).toMatchInlineSnapshot(`
    {
      "environments": [
        {
          "candidate": {
            "commit": "1264ab121264ab121264ab121264ab121264ab12",
            "tag": "v1.4.2",
          },
          "condition": "Ready",
          "current": {
            "commit": "1164a97f1164a97f1164a97f1164a97f1164a97f",
            "tag": "v1.4.1",
          },
          "gates": null,
          "name": "production",
          "needs": null,
          "postmortemsDue": [],
          "proposals": [],
          "quarantine": [],
          "reason": "v1.4.2 (1264ab1) waits: business-hours: closed since Friday 18:00 Europe/Bucharest; opens Monday 2026-11-23 09:00 Europe/Bucharest",
          "run": null,
          "sentence": "v1.4.2 (1264ab1) waits: business-hours: closed since Friday 18:00 Europe/Bucharest; opens Monday 2026-11-23 09:00 Europe/Bucharest",
          "suspended": false,
          "waiting": {
            "for": [
              "window business-hours",
            ],
            "sentence": "business-hours: closed since Friday 18:00 Europe/Bucharest; opens Monday 2026-11-23 09:00 Europe/Bucharest",
            "until": "2026-11-23T07:00:00Z",
          },
        },
      ],
    }
  `);
});

test('one environment in detail', () => {
  const story = new Story()
    .gatedBy(officeHours())
    .at('2026-11-19 09:00')
    .deployed('v1.4.0')
    .at('2026-11-20 12:00')
    .offers('v1.4.1');
  story.failedAndRolledBack('v1.4.1', 'health: answered 503').offers('v1.4.2').at(SATURDAY);
  story.event({ type: 'suspended', reason: 'maintenance', until: null }, ANA);
  const observed = observedBy(story);
  const lines = observed.environments.flatMap((environment) =>
    environmentLines(standingOf(environment, observed, instant(SATURDAY)), 'UTC'),
  );
  expect(plainText(lines)).toMatchInlineSnapshot(`
    "production  Ready
      v1.4.2 (1264ab1) waits: suspended by Ana <ana@example.org>: maintenance; business-hours: closed since Friday 18:00 Europe/Bucharest; opens Monday 2026-11-23 09:00 Europe/Bucharest
        resume: tidegate resume production --reason "…"

      runs        v1.4.0 (1064a7e)
      since       Friday 2026-11-20 12:00 UTC (1 d 7 h ago), put in place by production-3
      candidate   v1.4.2 (1264ab1)
      waits for   resume, window business-hours
      suspended   by Ana <ana@example.org>: maintenance
      quarantine  v1.4.1 (1164a97) since production-2: verify: health: answered 503
      gates       business-hours

    newest runs (times in UTC)
      production-3  Succeeded   rollback  v1.4.0 (1064a7e)  2026-11-20 12:00  2 s
      production-2  RolledBack  deploy    v1.4.1 (1164a97)  2026-11-20 12:00  9 s
      production-1  Succeeded   deploy    v1.4.0 (1064a7e)  2026-11-19 09:00  3 s
    "
  `);
});
