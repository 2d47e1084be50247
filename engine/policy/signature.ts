// Closed until it is written.

import type { PolicyConfig } from '../model/config.ts';
import type { PolicyFacts } from '../model/policy-facts.ts';
import type { SignatureRule } from '../model/rule.ts';
import type { Verdict } from '../model/verdict.ts';

export function evaluateSignature(rule: SignatureRule, policy: PolicyConfig, facts: PolicyFacts): Verdict {
  return {
    status: 'denied',
    name: rule.type,
    sentence: `${policy.name}: ${facts.environment} cannot be judged yet`,
    until: null,
    waitsFor: [],
    seen: {},
    overridden: false,
    tell: [],
    children: [],
  };
}
