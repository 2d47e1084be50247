// Which facts some policies ask for. What nobody asks for is not found out: most of it costs a process or a look.

import type { PolicyConfig } from '../model/config.ts';
import type { RuleConfig } from '../model/rule.ts';
import type { Needs } from './rules/kind.ts';
import { kindOfRule } from './rules/table.ts';

export type { Needs } from './rules/kind.ts';

export function needsOf(policies: Iterable<PolicyConfig>): Needs {
  const once = [...new Set(policies)];
  const needs = needsOfRules(once.flatMap((policy) => policy.rules));
  return once.some(({ override }) => override?.author === 'excluded') ? { ...needs, change: true } : needs;
}

export function needsOfRules(rules: readonly RuleConfig[]): Needs {
  const all = rules.flatMap((rule) => kindOfRule(rule).needs?.(rule) ?? []);
  return {
    change: all.some(({ change }) => change === true),
    signed: all.some(({ signed }) => signed === true),
    older: all.some(({ older }) => older === true),
    checks: all.some(({ checks }) => checks === true),
    approvals: all.some(({ approvals }) => approvals === true),
    soaks: named(all.flatMap(({ soaks }) => soaks ?? [])),
    locks: named(all.flatMap(({ locks }) => locks ?? [])),
    holidays: named(all.flatMap(({ holidays }) => holidays ?? [])),
  };
}

function named(names: readonly string[]): readonly string[] {
  return [...new Set(names)].sort();
}
