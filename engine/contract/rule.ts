// What one rule says of a version: an entry of `why`, `when`, `plan --branch`, `simulate` and `test`.

import type { Leaf } from '../explain/leaves.ts';
import { needsIn } from '../model/needs.ts';
import { instantJsonOrNull, instantOrNull } from './instant.ts';
import { needsJson, needsOrNull } from './remedy.ts';
import { choice, FLAG, listOf, object, objectWith, type Shape, says, TEXT } from './shape.ts';

export const statusShape = choice('allowed', 'waiting', 'denied');

/** What a rule says, without who may override it. */
export const judgedRule = {
  policy: TEXT,
  rule: TEXT,
  status: statusShape,
  sentence: TEXT,
  until: instantOrNull,
  overridden: FLAG,
};

const rule = {
  ...judgedRule,
  overridableBy: says('People and teams whose emergency overrides it.', listOf(TEXT)),
  needs: needsOrNull,
};

export const ruleShape = object(rule);
export const ruleWithAside = objectWith(rule, {
  aside: says('With --verbose: what was said of other versions.', listOf(TEXT)),
});

export type RuleJson = Shape<typeof ruleShape>;

export function ruleJson({ policy, rule, verdict, overridableBy }: Leaf): RuleJson {
  const { status, sentence, until, overridden } = verdict;
  return {
    policy,
    rule,
    status,
    sentence,
    until: instantJsonOrNull(until),
    overridden,
    overridableBy: overridableBy,
    needs: needsJson(needsIn(verdict)),
  };
}
