// `when:` a condition in CEL over documented facts, for what no other kind can say. It is parsed and type-checked
// here, so that what is wrong with it is a problem of the file, at its column. True allows; false, and no answer,
// deny: nothing that a condition looks at changes by time, so there is nothing to wait for. Where what it asks about
// the change cannot be known, it is not asked.

import { orNull } from '../../base/flaws.ts';
import type { Cursor } from '../../config/cursor.ts';
import { either, object, text } from '../../config/schema/shape.ts';
import { suggestion } from '../../config/suggest.ts';
import {
  CONDITION_LENGTH_MAX,
  type ConditionFacts,
  checkCondition,
  conditionReads,
  judgeCondition,
} from '../../model/condition.ts';
import type { Misstep } from '../../model/condition-language.ts';
import type { PolicyConfig } from '../../model/config.ts';
import type { Place } from '../../model/place.ts';
import type { Change, PolicyFacts } from '../../model/policy-facts.ts';
import type { Rule } from '../../model/rule.ts';
import { majorOf } from '../../model/tag-version.ts';
import type { RuleVerdict } from '../../model/verdict.ts';
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
    const misstep = checkCondition(expression);
    if (misstep !== null) at.error(misstep.message, hintFor(misstep), placeOf(misstep, expression, at));
    return () => ({ type: 'when', place, expression, says });
  },
  evaluate: evaluateWhen,
  needs: ({ expression }) => ({
    change: conditionReads(expression).some((fact) => fact === 'change' || fact.startsWith('change.')),
  }),
  say: ({ expression }) => `only when ${expression.replace(/\s+/g, ' ').trim()}`,
  stored: { expression: TEXT, says: orNull(TEXT) },
});

function hintFor({ hint, name }: Misstep): string {
  return name === undefined ? hint : suggestion(name.word, name.known, 'there are');
}

/**
 * The word that is wrong, or the last one where something is missing after it, found again in the file: the text
 * there is quoted or folded, so counting characters would miss it.
 */
function placeOf({ start, end }: Misstep, expression: string, cursor: Cursor): Place {
  const words = [...expression.matchAll(/[A-Za-z0-9_]+|[^\sA-Za-z0-9_]/g)];
  const inside = words.find((word) => word.index >= start && word.index < end);
  const word = inside ?? words.findLast(({ index }) => index < Math.max(1, start));
  if (word === undefined) return cursor.place();
  let nth = 0;
  for (let at = expression.indexOf(word[0]); at >= 0 && at < word.index; at = expression.indexOf(word[0], at + 1))
    nth += 1;
  return cursor.text(word[0], nth);
}

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

const NO_CHANGE: Change = { authors: [], paths: [], kinds: [], commits: 0 };

function factsOf(facts: PolicyFacts, change: Change): ConditionFacts {
  const { version, current } = facts;
  return {
    environment: facts.environment,
    version: {
      commit: version.commit,
      tag: version.tag ?? '',
      short: version.tag ?? version.commit.slice(0, 7),
      major: majorOf(version.tag),
    },
    kind: facts.kind,
    trigger: facts.trigger,
    requestedBy: facts.requestedBy ?? '',
    change,
    current: {
      commit: current?.version.commit ?? '',
      tag: current?.version.tag ?? '',
      major: majorOf(current?.version.tag ?? null),
    },
  };
}

const SHOWN_MAX = 5;

function sayFact(facts: ConditionFacts, fact: string): string {
  const [group = '', field = ''] = fact.split('.');
  const inGroup = (facts as Readonly<Record<string, unknown>>)[group];
  const value = field === '' ? inGroup : (inGroup as Readonly<Record<string, unknown>>)[field];
  if (!Array.isArray(value)) return sayText(String(value));
  const shown = value.slice(0, SHOWN_MAX).map((item) => sayText(String(item)));
  const more = value.length > SHOWN_MAX ? ` and ${value.length - SHOWN_MAX} more` : '';
  return value.length === 0 ? 'nothing' : `${shown.join(', ')}${more}`;
}

function sayText(text: string): string {
  return text === '' ? "''" : shorten(text, 80);
}

function shorten(text: string, lengthMax: number): string {
  return text.length > lengthMax ? `${text.slice(0, lengthMax)}…` : text;
}
