// Facts for policies, as few as a test wants to say.

import { bareFacts, type PolicyFacts } from '../../engine/model/policy-facts.ts';
import { instant, version } from './observed-builders.ts';

const DIRECTORY: PolicyFacts['directory'] = {
  people: {
    ana: { emails: ['ana@example.org'], github: null, gitlab: null },
    dan: { emails: ['dan@example.org'], github: null, gitlab: null },
    eve: { emails: ['eve@example.org'], github: null, gitlab: null },
  },
  teams: { leads: ['ana'], qa: ['dan'] },
};

export function facts(change: Partial<PolicyFacts> = {}): PolicyFacts {
  const bare = bareFacts(DIRECTORY, 'production', instant('2026-11-20 12:00'));
  return { ...bare, version: version('v1.4.2'), ...change };
}
