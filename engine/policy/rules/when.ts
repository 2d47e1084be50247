// `when:` a condition in CEL over documented facts, for what no other kind can say. It is parsed and type-checked
// here, so that what is wrong with it is a problem of the file, at its column. True allows; false, and no answer,
// deny: nothing that a condition looks at changes by time, so there is nothing to wait for. Where what it asks about
// the change cannot be known, it is not asked.

import { orNull } from '../../base/flaws.ts';
import type { Cursor } from '../../config/cursor.ts';
import { either, object, text } from '../../config/schema/shape.ts';
import { CONDITION_LENGTH_MAX, conditionReads, judgeCondition } from '../../model/condition.ts';
import type { PolicyConfig } from '../../model/config.ts';
import type { PolicyFacts } from '../../model/policy-facts.ts';
import type { Rule } from '../../model/rule.ts';
import type { RuleVerdict } from '../../model/verdict.ts';
import { checkWritten, factsOf, NO_CHANGE, sayFact, shorten } from '../condition-facts.ts';
import { leavesOf } from '../leaf.ts';
import { TEXT } from '../stored.ts';
import { ruleKind } from './kind.ts';

declare module '../../model/rule.ts' {
  interface RuleTypes {
    readonly when: WhenRule;
  }
}

export type WhenRule = Rule<'when'> & {
  /** CEL over the documented facts; true allows. */
  readonly expression: string;
  /** What to say where it is false; null says the expression. */
  readonly says: string | null;
};

const condition = text('a condition over facts, in CEL', {
  maxLength: CONDITION_LENGTH_MAX,
  examples: ['change.kinds.all(k, k in ["docs", "chore"])'],
});

const schema = either('A condition that must be true.', [
  condition,
  object(
    'A condition, and what to say where it is false.',
    {
      that: { ...condition, description: 'The condition, in CEL.' },
      says: text('The sentence that people read where it is false.', {
        maxLength: 300,
        examples: ['only documentation may go out without a review'],
      }),
    },
    ['that'],
  ),
]);

export const whenRule = ruleKind({
  type: 'when',
  schema,
  build(value, cursor) {
    const place = cursor.key();
    const [expression, at, says]: [string, Cursor, string | null] =
      typeof value === 'string' ? [value, cursor, null] : [value.that, cursor.at('that'), value.says ?? null];
    checkWritten(expression, at);
    return () => ({ type: 'when', place, expression, says });
  },
  evaluate: evaluateWhen,
  needs: ({ expression }) => ({
    change: conditionReads(expression).some((fact) => fact === 'change' || fact.startsWith('change.')),
  }),
  say: ({ expression }) => `only when ${expression.replace(/\s+/g, ' ').trim()}`,
  stored: { expression: TEXT, says: orNull(TEXT) },
});

export function evaluateWhen(rule: WhenRule, policy: PolicyConfig, facts: PolicyFacts): RuleVerdict {
  const { allowed, denied } = leavesOf(rule, policy);
  const expression = shorten(rule.expression.replace(/\s+/g, ' ').trim(), 300);
  const { change } = facts.evidence;
  const reads = conditionReads(rule.expression);
  if (change === null && reads.some((fact) => fact.startsWith('change.'))) {
    const why = `what changes between what runs in ${facts.environment} and this version cannot be known`;
    return denied(`\`${expression}\` asks about the change, and ${why}`);
  }
  const known = factsOf(facts, change ?? NO_CHANGE);
  const seen = Object.fromEntries(reads.map((fact) => [fact, sayFact(known, fact)]));
  const here = Object.entries(seen).map(([fact, value]) => `${fact} is ${value}`);
  const values = here.length === 0 ? '' : ` (${here.join('; ')})`;
  const judgement = judgeCondition(rule.expression, known);
  switch (judgement.type) {
    case 'true':
      return allowed(`\`${expression}\` is true here${values}`, seen);
    case 'false':
      return denied(
        rule.says === null
          ? `\`${expression}\` is false here${values}, and must be true`
          : `${rule.says.replace(/\.$/, '')}${values}`,
        seen,
      );
    case 'none':
      return denied(
        `\`${expression}\` has no answer here: ${judgement.sentence}${values}; correct the condition`,
        seen,
      );
  }
}
