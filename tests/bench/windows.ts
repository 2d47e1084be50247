// What windows and release trains cost when they are asked often, about ever other moments, and when all are
// different.

import { NO_EVIDENCE } from '../../engine/model/policy-facts.ts';
import type { TrainRule } from '../../engine/policy/rules/train.ts';
import { evaluateTrain } from '../../engine/policy/train.ts';
import { evaluateWindow } from '../../engine/policy/window.ts';
import { facts } from '../support/policy-facts.ts';
import { processorTime } from '../support/processor-time.ts';
import { at, opened, policyOf, spanOf, windowRule } from '../unit/policy/window-build.ts';

const MINUTE = 60_000;
const ASKED = 3_000;
const DIFFERENT = 250;

export async function windows(): Promise<readonly string[]> {
  const rules = [
    windowRule('Europe/Bucharest', ['mon-fri 09:00-18:00'], ['2026-12-19..2027-01-04 (year-end freeze)']),
    { ...windowRule('UTC', []), allow: [opened(spanOf('UTC', 'FREQ=MONTHLY;BYDAY=1SU @02:00 +4h'))] },
    windowRule('America/Los_Angeles', [], ['fri 12:00-24:00 (no Fridays)', 'FREQ=MONTHLY;BYMONTHDAY=-1 (books)']),
  ];
  const from = at('2026-01-01T00:00Z');
  const overAYear = processorTime(() => {
    for (let step = 0; step < ASKED; step++) {
      for (const rule of rules) {
        evaluateWindow(rule, policyOf('hours', rule), facts({ now: from + step * 175 * MINUTE }));
      }
    }
  });
  const allDifferent = processorTime(() => {
    for (let index = 0; index < DIFFERENT; index++) {
      for (const rule of rules) {
        const own = structuredClone(rule);
        evaluateWindow(own, policyOf('hours', own), facts({ now: from }));
      }
    }
  });
  return [
    `${rules.length} asked ${ASKED} times over a year: ${overAYear.spentMs.toFixed(0)} ms of CPU`,
    `${rules.length * DIFFERENT} that are all different: ${allDifferent.spentMs.toFixed(0)} ms of CPU`,
  ];
}

export async function trains(): Promise<readonly string[]> {
  const rule: TrainRule = {
    type: 'train',
    place: { file: 'policies/release.yaml', line: 1, column: 1 },
    timezone: 'Europe/Bucharest',
    departures: [spanOf('Europe/Bucharest', 'FREQ=WEEKLY;BYDAY=FR @10:00 +1h')],
    cutoffMs: 3 * 24 * 60 * MINUTE,
    frozenKinds: ['feat'],
  };
  const evidence = { ...NO_EVIDENCE, change: { authors: [], paths: [], kinds: ['feat'], commits: 1 } };
  const from = at('2026-01-01T00:00Z');
  const { spentMs } = processorTime(() => {
    for (let step = 0; step < ASKED; step++) {
      evaluateTrain(rule, policyOf('release', rule), facts({ now: from + step * 10_000_000, evidence }));
    }
  });
  return [`${ASKED} features first seen at ever another moment: ${spentMs.toFixed(0)} ms of CPU`];
}
