// What merging a branch would do, told by the decision itself over a repository in memory: each kind of effect once,
// and the comment that says it.

import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import { ANSWERS } from '../../../../engine/contract/answers.ts';
import { branchPlanJson } from '../../../../engine/contract/branch-plan.ts';
import { seeMerged } from '../../../../engine/controller/commands/branch-plan.ts';
import { type BranchPlan, branchPlanOf, type EnvironmentPlan } from '../../../../engine/explain/branch-plan.ts';
import { sayMerging } from '../../../../engine/explain/branch-plan-said.ts';
import { planComment } from '../../../../engine/mirror/plan-comment.ts';
import { misshapen } from '../../../support/answer-judge.ts';
import type { StoryFile } from '../../../support/git-repositories.ts';
import { OFFICE_HOURS } from '../../../support/scenario-files.ts';
import { type SurveyWorld, surveyWorld } from '../../../support/survey-world.ts';

const APPROVAL = 'approval: { require: [{ from: leads, count: 1 }] }\n';
const NO_HOLIDAYS = { holidays: async () => ({}), knows: async () => false };
/** A Saturday. */
const NOW = Date.UTC(2026, 10, 21, 20);

let world: SurveyWorld;
beforeEach(async () => {
  world = await surveyWorld(
    {
      free: {},
      hours: { policies: '[hours]' },
      asked: { policies: '[two]' },
      tagged: { follow: '{ tags: "v*" }' },
      after: { follow: '{ promoted: free }' },
    },
    { files: { 'policies/hours.yaml': OFFICE_HOURS, 'policies/two.yaml': APPROVAL } },
  );
  for (const name of ['free', 'hours', 'asked']) await world.deploys(name);
});

describe('merging', () => {
  test('says of each environment what it does there, and leaves out those that it does not touch', async () => {
    const plan = await planned({ 'environments/free/app.txt': 'two\n', 'environments/hours/app.txt': 'two\n' });
    expect(plan.environments.map(({ name, effect }) => [name, effect])).toEqual([
      ['free', 'at-once'],
      ['hours', 'later'],
    ]);
    expect(said(plan, 'hours')).toBe(
      'Merging deploys nothing at once: it can be live in hours Monday 2026-11-23 09:00 Europe/Bucharest.',
    );
  });

  test('names whose word is missing', async () => {
    const plan = await planned({ 'environments/asked/app.txt': 'two\n' });
    expect(plan.environments[0]?.effect).toBe('needs-people');
    expect(said(plan, 'asked')).toMatch(
      /^Merging deploys nothing at once\. Missing: two\/approval: needs approval by 1 of leads/,
    );
  });

  test('deploys nothing where tags or another environment bring versions', async () => {
    const plan = await planned({ 'environments/tagged/app.txt': 'two\n', 'environments/after/app.txt': 'two\n' });
    expect(plan.environments.map(({ name, effect }) => [name, effect])).toEqual([
      ['after', 'by-promotion'],
      ['tagged', 'by-tag'],
    ]);
    expect(said(plan, 'tagged')).toMatch(/^Merging deploys nothing: tagged follows the tags v\*\. Once a tag names it/);
  });

  test('that changes gates tells who must accept it, and what they would have made of the last days', async () => {
    const plan = await planned({ 'policies/two.yaml': 'approval: { require: [{ from: crew, count: 1 }] }\n' });
    const [asked] = plan.environments;
    expect(asked).toMatchObject({ name: 'asked', effect: 'gates-only', version: null });
    expect(asked?.gates).toMatchObject({ kind: 'change', because: null });
    expect(asked?.gates?.differences.join()).toContain('two');
    expect(asked?.gates?.missing).not.toEqual([]);
    expect(asked?.gates?.replay).toMatchObject({ days: 30 });
  });

  test('that takes an environment out, or breaks it, says so', async () => {
    const gone = { 'environments/free/environment.yaml': null, 'environments/free/app.txt': null };
    const after = { 'environments/after/environment.yaml': null, 'environments/after/app.txt': null };
    const removed = await planned({ ...gone, ...after });
    expect(removed.environments.map(({ name, effect }) => [name, effect])).toContainEqual(['free', 'removed']);
    const broken = await planned({ 'environments/hours/environment.yaml': 'follow: {}\n' }, 'other');
    expect(broken.environments.map(({ name, effect }) => [name, effect])).toContainEqual(['hours', 'broken']);
  });

  test('carries the commits of the branch and nothing of what it is merged into', async () => {
    const base = await head();
    await world.commit({ 'environments/free/app.txt': 'two\n' }, { branch: 'feature', parent: base });
    await world.commit({ 'notes.txt': 'elsewhere\n' });
    const plan = await planOf('feature');
    expect(plan.carried).toHaveLength(1);
    expect(plan.environments.map(({ name }) => name)).toEqual(['free']);
  });

  test('pushes nothing, and asks nothing of what only the branch has', async () => {
    const before = new Map(world.remote.refs);
    await planned({ 'environments/free/app.txt': 'two\n' });
    before.set('refs/heads/feature', world.remote.refs.get('refs/heads/feature') ?? '');
    expect(world.remote.refs).toEqual(before);
  });
});

test('a conflict, a branch that is merged, and one that is not there have answers of their own', async () => {
  const base = await head();
  await world.commit({ 'environments/free/app.txt': 'two\n' }, { branch: 'feature', parent: base });
  await world.commit({ 'environments/free/app.txt': 'three\n' });
  expect((await seen('feature')).type).toBe('conflict');
  await world.remote.setRef('refs/heads/old', base);
  expect((await seen('old')).type).toBe('nothing-left');
  expect(await seen('none')).toEqual({ type: 'unknown-branch', branch: 'none' });
});

describe('the comment', () => {
  test.each([
    ['waits', { 'environments/free/app.txt': 'two\n', 'environments/hours/app.txt': 'API_TOKEN: abc\n' }],
    ['changes-gates', { 'policies/two.yaml': 'approval: { require: [{ from: crew, count: 1 }] }\n' }],
    ['broken', { 'environments/hours/environment.yaml': 'follow: {}\n' }],
  ])('%s', async (name, files) => {
    const answer = await branched(files);
    if (answer.type !== 'merged') throw new Error(answer.type);
    const plan = branchPlanOf(answer.ahead, NOW, answer.timezone);
    const text = `${planComment(plan, answer.problems, answer.timezone)}\n`.replace(/\b[0-9a-f]{7}\b/g, 'abcdef0');
    const file = path.join(import.meta.dirname, '../../../golden/comments', `${name}.md`);
    if (process.env['UPDATE'] === '1') writeFileSync(file, text);
    expect(text).toBe(existsSync(file) ? readFileSync(file, 'utf8') : `${file} is missing: run once with UPDATE=1`);
    expect(text).not.toContain('abc\n');
  });

  test('says nothing where nothing changes', async () => {
    const answer = await branched({ 'README.md': 'hello\n' });
    if (answer.type !== 'merged') throw new Error(answer.type);
    expect(planComment(branchPlanOf(answer.ahead, NOW, 'UTC'), answer.problems, 'UTC')).toBeNull();
  });

  test('is the same an hour later, and fits a comment however long the diff is', async () => {
    const long = 'x'.repeat(80);
    const files = Object.fromEntries(
      Array.from({ length: 30 }, (_, index) => [`environments/hours/${index}.txt`, `${`${long}\n`.repeat(100)}`]),
    );
    const answer = await branched(files);
    if (answer.type !== 'merged') throw new Error(answer.type);
    const at = (now: number) => planComment(branchPlanOf(answer.ahead, now, 'UTC'), answer.problems, 'UTC') ?? '';
    expect(at(NOW)).toBe(at(NOW + 3_600_000));
    expect(at(NOW).length).toBeLessThanOrEqual(60_000);
    expect(at(NOW)).toContain('| hours/window | waiting');
    expect(at(NOW)).toContain('shows it');
  });
});

async function head(): Promise<string> {
  return world.remote.refs.get('refs/heads/main') ?? '';
}

async function branched(files: Readonly<Record<string, StoryFile | null>>, branch = 'feature') {
  await world.commit(files as Record<string, StoryFile>, { branch, parent: await head() });
  return await seen(branch);
}

async function seen(branch: string) {
  const { survey } = world;
  // What an earlier question in the same test made believe is gone with this look.
  await world.look();
  const clock = { now: () => NOW, monotonicMs: () => world.clock.monotonicMs() };
  return await seeMerged({ survey, clock, openHolidays: async () => NO_HOLIDAYS }, { branch, onto: null });
}

async function planned(files: Readonly<Record<string, StoryFile | null>>, branch = 'feature'): Promise<BranchPlan> {
  const answer = await branched(files, branch);
  if (answer.type !== 'merged') throw new Error(answer.type);
  const plan = branchPlanOf(answer.ahead, NOW, answer.timezone);
  expect(misshapen(ANSWERS['plan'] ?? {}, branchPlanJson(plan, answer.problems))).toEqual([]);
  return plan;
}

async function planOf(branch: string): Promise<BranchPlan> {
  const answer = await seen(branch);
  if (answer.type !== 'merged') throw new Error(answer.type);
  const plan = branchPlanOf(answer.ahead, NOW, answer.timezone);
  expect(misshapen(ANSWERS['plan'] ?? {}, branchPlanJson(plan, answer.problems))).toEqual([]);
  return plan;
}

function said(plan: BranchPlan, name: string): string {
  const each = plan.environments.find((environment): environment is EnvironmentPlan => environment.name === name);
  if (each === undefined) throw new Error(`${name} is not in the plan`);
  const { bold, rest } = sayMerging(each, NOW, 'UTC');
  return rest === '' ? bold : `${bold} ${rest}`;
}
