// `deployers:` who may ask for a version by name. It says nothing of what an environment follows: those who may merge
// decide that. The asker is who the record says it is; whether such words must be signed is seen to before they count
// at all.

import { listOf, text } from '../../config/schema/shape.ts';
import type { PolicyConfig } from '../../model/config.ts';
import { isAmong } from '../../model/people.ts';
import type { PolicyFacts } from '../../model/policy-facts.ts';
import type { Rule } from '../../model/rule.ts';
import type { RuleVerdict } from '../../model/verdict.ts';
import { leavesOf, orList } from '../leaf.ts';
import { list } from '../say-parts.ts';
import { TEXTS } from '../stored.ts';
import { ruleKind } from './kind.ts';

declare module '../../model/rule.ts' {
  interface RuleTypes {
    readonly deployers: DeployersRule;
  }
}

/** Who may ask for a version by name. */
export type DeployersRule = Rule<'deployers'> & { readonly by: readonly string[] };

const schema = listOf(
  'Who may ask for a version by name. What the environment follows is not asked about.',
  text('A person or team.', {}),
  { minItems: 1, uniqueItems: true, examples: [['devops', 'leads']] },
);

export const deployersRule = ruleKind({
  type: 'deployers',
  schema,
  build(value, cursor) {
    const place = cursor.key();
    for (const [index, party] of value.entries()) cursor.at(index).refer('party', party);
    return () => ({ type: 'deployers', place, by: value });
  },
  evaluate: evaluateDeployers,
  say: ({ by }) => `only ${list(by)} may deploy`,
  answers: ({ by: from }) => [
    { from, count: 1, author: 'counts', expiresMs: null, isSigned: false, isVerified: false },
  ],
  stored: { by: TEXTS },
});

export function evaluateDeployers(rule: DeployersRule, policy: PolicyConfig, facts: PolicyFacts): RuleVerdict {
  const { allowed, denied } = leavesOf(rule, policy);
  const { requestedBy, environment, directory } = facts;
  if (requestedBy === null) return allowed('nobody asked for it by name');
  const seen = { 'requested by': requestedBy };
  if (isAmong(requestedBy, rule.by, directory)) return allowed(`${requestedBy} may ask for ${environment}`, seen);
  const who = `${orList(rule.by)} may (people and teams of tidegate.yaml)`;
  return denied(`${requestedBy} may not ask for a version in ${environment}; ${who}`, seen);
}
