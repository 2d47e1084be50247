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
        ana: { emails: ['ana@example.org'], github: null, gitlab: null },
        dan: { emails: ['dan@example.org'], github: null, gitlab: null },
        eve: { emails: ['eve@example.org'], github: null, gitlab: null },
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
