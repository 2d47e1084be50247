// One text file per story: what was observed above the line, the plan and the `why` below it. They are read in
// review. `UPDATE=1 npx vitest run tests/golden` writes them again; otherwise a difference is a failure.

import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { plainText } from '../../engine/cli/text/line.ts';
import { whyLines } from '../../engine/cli/text/why-shown.ts';
import { whyOf } from '../../engine/explain/why.ts';
import { reconcile } from '../../engine/reconcile/reconcile.ts';
import { sayObserved, sayPlan } from '../support/golden-text.ts';
import { observedBy } from '../support/observed-builders.ts';
import { GATE_STORIES } from './gate-stories.ts';
import { LEVEL_STORIES } from './level-stories.ts';
import { ROLLBACK_STORIES } from './rollback-stories.ts';
import { RUN_STORIES } from './run-stories.ts';
import { type Told, WAITING_STORIES } from './waiting-stories.ts';

const STORIES: Readonly<Record<string, () => Told>> = {
  ...WAITING_STORIES,
  ...RUN_STORIES,
  ...ROLLBACK_STORIES,
  ...GATE_STORIES,
  ...LEVEL_STORIES,
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
  const why = plainText(whyLines(whyOf(environment, observed, story.now), 'UTC'));
  return `# ${about}\n\n${sayObserved(observed, environment, story.now)}${LINE}${sayPlan(plan)}why:\n${indent(why)}`;
}

function indent(text: string): string {
  return text.replace(/^(?=.)/gm, '  ');
}
