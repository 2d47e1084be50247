// What a verdict costs, with the look ahead that finds its `until`: the design wants a thousand environments in a
// second.

import { NO_EVIDENCE } from '../../engine/model/policy-facts.ts';
import type { Span } from '../../engine/model/rule.ts';
import { lookedAhead } from '../../engine/model/until.ts';
import { evaluatePolicies } from '../../engine/policy/evaluate.ts';
import type { WindowRule } from '../../engine/policy/rules/window.ts';
import { place } from '../support/config-builders.ts';
import { instant, officeHours } from '../support/observed-builders.ts';
import { policy, twoApprovals } from '../support/policy-builders.ts';
import { facts } from '../support/policy-facts.ts';
import { processorTime } from '../support/processor-time.ts';

const ENVIRONMENTS = 1_000;

export async function verdicts(): Promise<readonly string[]> {
  const change = { authors: ['Eve <eve@example.org>'], paths: ['a/b.yaml'], kinds: ['feat'], commits: 1 };
  const evidence = { ...NO_EVIDENCE, planDigest: 'plan', change };
  const { spentMs } = processorTime(() => {
    for (let index = 0; index < ENVIRONMENTS; index += 1) {
      // Each has policies of its own: nothing that is remembered for one serves another.
      const policies = [officeHours(), maintenance(), twoApprovals(), policy('no-features', CONDITION)];
      const now = instant('2026-11-21 12:00') + index * 60_000;
      const verdictAt = (at: number) =>
        evaluatePolicies(policies, facts({ now: at, environment: `shop-${index}`, evidence }));
      lookedAhead(now, verdictAt(now), verdictAt, false);
    }
  });
  return [`${ENVIRONMENTS} environments, four policies each, with their until: ${spentMs.toFixed(0)} ms of CPU`];
}

const CONDITION = {
  type: 'when',
  place: place('policies/no-features.yaml'),
  expression: "!('breaking' in change.kinds)",
  says: null,
} as const;

function maintenance() {
  const span: Span = {
    type: 'recurring',
    timezone: 'Europe/Bucharest',
    rrule: 'FREQ=MONTHLY;BYDAY=1SU',
    first: '2000-01-01T02:00',
    durationMs: 4 * 3_600_000,
  };
  const rule: WindowRule = {
    type: 'window',
    place: place('policies/maintenance.yaml'),
    timezone: 'Europe/Bucharest',
    allow: [{ span, noticeMs: null, name: 'maintenance', calendar: null }],
    deny: [],
    holidays: [],
    onWindowClose: 'finish',
  };
  return policy('maintenance', rule);
}
