// `when`: a condition over documented facts, for what no other kind can say. True allows; false, and no answer, deny:
// nothing that a condition looks at changes by time, so there is nothing to wait for. Where what it asks about the
// change cannot be known, it is not asked.

import { type ConditionFacts, conditionReads, judgeCondition } from '../model/condition.ts';
import type { PolicyConfig } from '../model/config.ts';
import type { Change, PolicyFacts } from '../model/policy-facts.ts';
import type { WhenRule } from '../model/rule.ts';
import { majorOf } from '../model/tag-version.ts';
import type { RuleVerdict } from '../model/verdict.ts';
import { leavesOf } from './leaf.ts';

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
