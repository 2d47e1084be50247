// One text file per story: what was observed above the line, the plan and the `why` below it. They are read in
// review. `UPDATE=1 npx vitest run tests/golden` writes them again; otherwise a difference is a failure.

import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { plainText } from '../../engine/cli/text/line.ts';
import { whyLines } from '../../engine/cli/text/why-shown.ts';
import { ANSWERS } from '../../engine/contract/answers.ts';
import { gatesJson } from '../../engine/contract/gates.ts';
import { planJson } from '../../engine/contract/plan.ts';
import { historyJson } from '../../engine/contract/run.ts';
import { statusJson } from '../../engine/contract/status.ts';
import { whyJson } from '../../engine/contract/why.ts';
import { gatesShownOf } from '../../engine/explain/gates.ts';
import { standingOf } from '../../engine/explain/standing.ts';
import { whyOf } from '../../engine/explain/why.ts';
import { reconcile } from '../../engine/reconcile/reconcile.ts';
import { misshapen } from '../support/answer-judge.ts';
import { sayObserved, sayPlan } from '../support/golden-text.ts';
import { observedBy } from '../support/observed-builders.ts';
import { GATE_STORIES } from './gate-stories.ts';
import { LEVEL_STORIES } from './level-stories.ts';
import { PROMOTION_STORIES } from './promotion-stories.ts';
import { ROLLBACK_STORIES } from './rollback-stories.ts';
import { RUN_STORIES } from './run-stories.ts';
import { type Told, WAITING_STORIES } from './waiting-stories.ts';

const STORIES: Readonly<Record<string, () => Told>> = {
  ...WAITING_STORIES,
  ...RUN_STORIES,
  ...ROLLBACK_STORIES,
  ...GATE_STORIES,
  ...LEVEL_STORIES,
  ...PROMOTION_STORIES,
};
const LINE = `${'-'.repeat(100)}\n`;

test.each(Object.entries(STORIES))('%s', (name, tell) => {
  const file = path.join(import.meta.dirname, `${name}.txt`);
  const text = render(tell());
  if (process.env['UPDATE'] === '1') writeFileSync(file, text);
  expect(text).toBe(existsSync(file) ? readFileSync(file, 'utf8') : `${file} is missing: run once with UPDATE=1`);
});

test('every text has its story', () => {
  const texts = readdirSync(import.meta.dirname).filter((name) => name.endsWith('.txt'));
  expect(texts.map((name) => name.replace(/\.txt$/, '')).sort()).toEqual(Object.keys(STORIES).sort());
});

function render({ about, story, observed: change = {} }: Told): string {
  const observed = { ...observedBy(story), controller: { id: 'controller-1', name: 'one' }, ...change };
  const [environment] = observed.environments;
  if (environment === undefined) throw new Error('a story has one environment');
  const plan = reconcile(observed, story.now);
  const answer = whyOf(environment, observed, story.now);
  const why = plainText(whyLines(answer, 'UTC'));
  const standing = standingOf(environment, observed, story.now);
  expect(misshapen(ANSWERS['why'] ?? {}, whyJson(answer, true))).toEqual([]);
  expect(misshapen(ANSWERS['why'] ?? {}, gatesJson(gatesShownOf(environment, story.now)))).toEqual([]);
  expect(misshapen(ANSWERS['status'] ?? {}, statusJson([standing]))).toEqual([]);
  expect(misshapen(ANSWERS['plan'] ?? {}, planJson(plan, story.now))).toEqual([]);
  expect(misshapen(ANSWERS['history'] ?? {}, historyJson(story.state.open))).toEqual([]);
  return `# ${about}\n\n${sayObserved(observed, environment, story.now)}${LINE}${sayPlan(plan)}why:\n${indent(why)}`;
}

function indent(text: string): string {
  return text.replace(/^(?=.)/gm, '  ');
}
