// One rule of each kind, with every field that it may have filled in. The type asks for a new kind here.

import type { RuleConfig, Span } from '../../../engine/model/rule.ts';
import { place } from '../../support/config-builders.ts';

const HERE = place('policies/p.yaml');
const WEEKLY: Span = { type: 'weekly', timezone: 'UTC', days: [1, 7], fromMinute: 0, toMinute: 1_440 };
const DATED: Span = { type: 'dated', timezone: 'Europe/Bucharest', from: '2026-12-19', to: '2027-01-04T10:00' };
const RECURRING: Span = {
  type: 'recurring',
  timezone: 'UTC',
  rrule: 'FREQ=MONTHLY;BYDAY=1SU',
  first: '2026-01-04T02:00',
  durationMs: 90_000_000,
  wholeDays: 1,
};

const RULES: { readonly [Type in RuleConfig['type']]: Extract<RuleConfig, { type: Type }> } = {
  window: {
    type: 'window',
    place: HERE,
    timezone: 'UTC',
    allow: [WEEKLY, RECURRING].map((span) => ({ span, noticeMs: 1, name: 'maintenance', calendar: 'shared' })),
    deny: [{ span: DATED, reason: 'year end', except: ['fix'], calendar: null }],
    holidays: [{ timezone: 'UTC', place: 'RO', except: [], calendar: null }],
    onWindowClose: 'pause',
  },
  train: { type: 'train', place: HERE, timezone: 'UTC', departures: [WEEKLY], cutoffMs: 1, frozenKinds: ['feat'] },
  approval: {
    type: 'approval',
    place: HERE,
    require: [{ from: 'leads', count: 2 }],
    paths: [{ from: 'qa', count: 1, match: '*.sql' }],
    author: 'excluded',
    userVerification: 'required',
    expiresMs: 1,
    remindMs: 1,
    escalate: { afterMs: 1, to: 'leads' },
  },
  soak: { type: 'soak', place: HERE, environment: 'staging', forMs: 1 },
  checks: {
    type: 'checks',
    place: HERE,
    require: ['ci/test'],
    values: [{ name: 'coverage', operator: '>=', bound: 80.5 }],
    evidence: { feat: ['unit'] },
  },
  deployers: { type: 'deployers', place: HERE, by: ['leads'] },
  signature: { type: 'signature', place: HERE, by: ['leads'], of: 'either', userVerification: 'optional' },
  downgrade: { type: 'downgrade', place: HERE },
  limit: { type: 'limit', place: HERE, timezone: 'UTC', runsMax: 1, per: { ms: 1 } },
  lock: { type: 'lock', place: HERE, name: 'database' },
  when: { type: 'when', place: HERE, expression: 'kind == "deploy"', says: 'only deployments' },
};

export const EVERY_RULE: readonly RuleConfig[] = Object.values(RULES);
