// What became of a merged change, and the comment, status and deployments that tell it.

import { describe, expect, test } from 'vitest';
import type { BranchPlan } from '../../../engine/explain/branch-plan.ts';
import { storyOf } from '../../../engine/explain/story.ts';
import { deploymentsOf } from '../../../engine/mirror/deployments.ts';
import { conflictStatus, planStatus } from '../../../engine/mirror/plan-status.ts';
import { storyComment } from '../../../engine/mirror/story-comment.ts';
import { observedBy, officeHours, Story, version } from '../../support/observed-builders.ts';

const SATURDAY = '2026-11-21 20:00';

function told(story: Story, name = 'v1.4.2') {
  const observed = observedBy(story);
  const [environment] = observed.environments;
  const offer = environment?.offers[0];
  const digest = offer?.contents.digest ?? environment?.ledger.state.current?.contents.digest ?? '';
  const change = { commit: version(name).commit, contents: new Map([['production', digest]]) };
  const stories = storyOf(observed, change, story.now);
  return { observed, stories, text: storyComment(stories, 'UTC') ?? '' };
}

describe('a merged change', () => {
  test('that waits says for what', () => {
    const { stories, text } = told(new Story('production').gatedBy(officeHours()).offers('v1.4.2').at(SATURDAY));
    expect(stories).toMatchObject([{ state: 'waits', run: null }]);
    expect(text).toMatch(/^### production: waits to run `v1\.4\.2 /);
    expect(text).toContain('| business-hours/window | waiting: closed since');
  });

  test('that is live says since when, and by which run', () => {
    const { stories, text } = told(new Story('production').deployed('v1.4.2').at(SATURDAY));
    expect(stories).toMatchObject([{ state: 'live' }]);
    expect(text).toMatch(/^### production: live since /);
    expect(text).toContain('tidegate show production-');
  });

  test('is nothing where no environment is different', () => {
    const { observed } = told(new Story('production').deployed('v1.4.2').at(SATURDAY));
    const nothing = storyOf(observed, { commit: version('v1.4.2').commit, contents: new Map() }, 0);
    expect(storyComment(nothing, 'UTC')).toBeNull();
  });
});

test('a deployment is told for each run, of the environments that are named', () => {
  const { observed } = told(new Story('production').deployed('v1.4.2').at(SATURDAY));
  const [one] = deploymentsOf(observed, ['production']);
  expect(one).toMatchObject({ environment: 'production', state: 'success', isProduction: true });
  expect(one?.run).toMatch(/^production-\d+$/);
  expect(deploymentsOf(observed, ['staging'])).toEqual([]);
});

describe('the status of a plan', () => {
  const plan: BranchPlan = {
    branch: 'feature',
    onto: 'main',
    head: 'a'.repeat(40),
    base: 'b'.repeat(40),
    now: 0,
    carried: [],
    known: [],
    environments: [],
  };
  const problem = {
    file: 'a.yaml',
    line: 3,
    column: 1,
    severity: 'error',
    message: 'x'.repeat(300),
    hint: '',
  } as const;

  test('is a success unless the configuration is broken or the branch does not merge', () => {
    expect(planStatus(plan, [])).toEqual({ state: 'success', description: 'no environment changes' });
    expect(planStatus(plan, [{ ...problem, severity: 'warning' }]).state).toBe('success');
    expect(planStatus(plan, [problem]).state).toBe('failure');
    expect(conflictStatus('main')).toEqual({ state: 'failure', description: 'conflicts with main' });
  });

  test('fits', () => {
    expect([...planStatus(plan, [problem]).description]).toHaveLength(140);
  });
});

test('a run under way, and one that went back, are told with their run', () => {
  const moving = told(
    new Story('production').deployed('v1.4.1').offers('v1.4.2').opens('v1.4.2').starts('test').at(SATURDAY),
  );
  const [open] = moving.observed.environments;
  const digest = open?.ledger.state.open[0]?.contents.digest ?? '';
  const change = { commit: version('v1.4.2').commit, contents: new Map([['production', digest]]) };
  const [running] = storyOf(moving.observed, change, 0);
  expect(running).toMatchObject({ state: 'running', run: 'production-2' });
  expect(storyComment([running ?? fail()], 'UTC')).toContain('is being deployed since');
  const back = told(new Story('production').deployed('v1.4.1').failedAndRolledBack('v1.4.2', 'verify: answered 503'));
  const failed = back.observed.environments[0]?.ledger.state.newest.find(({ outcome }) => outcome === 'RolledBack');
  const wentBack = { ...change, contents: new Map([['production', failed?.digest ?? '']]) };
  const stories = storyOf(back.observed, wentBack, 0);
  expect(stories).toMatchObject([{ state: 'rolled-back' }]);
  expect(storyComment(stories, 'UTC')).toContain('was rolled back at');
});

function fail(): never {
  throw new Error('there is a story');
}
