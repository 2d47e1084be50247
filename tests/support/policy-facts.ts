// Facts for policies, as few as a test wants to say.

import { NO_EVIDENCE, type PolicyFacts } from '../../engine/model/policy-facts.ts';
import { instant, version } from './observed-builders.ts';

export function facts(change: Partial<PolicyFacts> = {}): PolicyFacts {
  return {
    now: instant('2026-11-20 12:00'),
    environment: 'production',
    version: version('v1.4.2'),
    kind: 'deploy',
    trigger: 'commit',
    requestedBy: null,
    run: null,
    lifted: [],
    liftedUntil: {},
    halfLifted: {},
    directory: {
      people: {
        ana: { email: 'ana@example.org', github: null },
        dan: { email: 'dan@example.org', github: null },
        eve: { email: 'eve@example.org', github: null },
      },
      teams: { leads: ['ana'], qa: ['dan'] },
    },
    signaturesRequired: false,
    evidence: NO_EVIDENCE,
    approvals: [],
    offeredAt: null,
    current: null,
    starts: [],
    holders: [],
    holidays: {},
    ...change,
  };
}
