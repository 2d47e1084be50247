// Which facts some policies ask for. What nobody asks for is not found out: most of it costs a process or a look.

import { conditionReads } from '../../model/condition.ts';
import type { PolicyConfig } from '../../model/config.ts';
import type { RuleConfig } from '../../model/rule.ts';

export type Needs = {
  /** What lies between what runs and the version. */
  readonly change: boolean;
  readonly signed: boolean;
  readonly older: boolean;
  readonly checks: boolean;
  /** Answers by tag. */
  readonly approvals: boolean;
  /** Environments to soak in. */
  readonly soaks: readonly string[];
  readonly locks: readonly string[];
  /** Places whose public holidays count. */
  readonly holidays: readonly string[];
};

export function needsOf(policies: Iterable<PolicyConfig>): Needs {
  const once = [...new Set(policies)];
  const rules = once.flatMap((policy) => policy.rules);
  const has = (type: RuleConfig['type']) => rules.some((rule) => rule.type === type);
  return {
    change: rules.some(asksAboutChange) || once.some(({ override }) => override?.author === 'excluded'),
    signed: has('signature'),
    older: has('downgrade'),
    checks: has('checks'),
    approvals: has('approval'),
    soaks: named(rules.flatMap((rule) => (rule.type === 'soak' ? [rule.environment] : []))),
    locks: named(rules.flatMap((rule) => (rule.type === 'lock' ? [rule.name] : []))),
    holidays: named(rules.flatMap((rule) => (rule.type === 'window' ? rule.holidays.map(({ place }) => place) : []))),
  };
}

function asksAboutChange(rule: RuleConfig): boolean {
  switch (rule.type) {
    case 'approval':
      return true;
    case 'window':
      return [...rule.deny, ...rule.holidays].some(({ except }) => except.length > 0);
    case 'train':
      return rule.cutoffMs !== null;
    case 'checks':
      return Object.keys(rule.evidence).length > 0;
    case 'when':
      return conditionReads(rule.expression).some((fact) => fact === 'change' || fact.startsWith('change.'));
    case 'soak':
    case 'deployers':
    case 'signature':
    case 'downgrade':
    case 'limit':
    case 'lock':
      return false;
  }
}

function named(names: readonly string[]): readonly string[] {
  return [...new Set(names)].sort();
}
