// `lock:` environments that name the same lock do not deploy at once. An open run holds the lock; it is free again
// when that run has ended. A run never waits for itself, nor for another of its own environment.

import type { Cursor } from '../../config/cursor.ts';
import { either, NAME_PATTERN, NAME_SAYS, object } from '../../config/schema/shape.ts';
import type { PolicyConfig } from '../../model/config.ts';
import type { PolicyFacts } from '../../model/policy-facts.ts';
import type { Rule } from '../../model/rule.ts';
import type { RuleVerdict } from '../../model/verdict.ts';
import { andList, leavesOf } from '../leaf.ts';
import { TEXT } from '../stored.ts';
import { ruleKind } from './kind.ts';

declare module '../../model/rule.ts' {
  interface RuleTypes {
    readonly lock: LockRule;
  }
}

/** Environments whose policies name the same lock do not deploy at once. */
export type LockRule = Rule<'lock'> & { readonly name: string };

const lockName = {
  type: 'string',
  description: 'the name of a lock',
  pattern: NAME_PATTERN,
  patternErrorMessage: NAME_SAYS,
  examples: ['database'],
} as const;

const schema = either('Environments whose policies name the same lock do not deploy at once.', [
  lockName,
  object('A lock by its name.', { name: { ...lockName, description: 'Its name.' } }, ['name']),
]);

export const lockRule = ruleKind({
  type: 'lock',
  schema,
  build(value, cursor) {
    const place = cursor.key();
    const [name, at]: [string, Cursor] = typeof value === 'string' ? [value, cursor] : [value.name, cursor.at('name')];
    at.refer('lock', name);
    return () => ({ type: 'lock', place, name });
  },
  evaluate: evaluateLock,
  needs: ({ name }) => ({ locks: [name] }),
  simulated: 'may-be-given',
  say: ({ name }) => `holds the lock ${name}`,
  stored: { name: TEXT },
});

export function evaluateLock(rule: LockRule, policy: PolicyConfig, facts: PolicyFacts): RuleVerdict {
  const { allowed, waiting } = leavesOf(rule, policy);
  const holders = facts.holders.filter(
    ({ lock, environment }) => lock === rule.name && environment !== facts.environment,
  );
  if (holders.length === 0) return allowed(`nobody holds the lock ${rule.name}`, { lock: rule.name, held: 'no' });
  const runs = holders.map(({ run }) => run);
  const who = andList(holders.map(({ environment, run }) => `${environment} with ${run}`));
  const when = runs.length === 1 ? 'that run has ended' : 'those runs have ended';
  return waiting(
    `the lock ${rule.name} is held by ${who}; it is free when ${when}`,
    runs.map((run) => `run ${run}`),
    { lock: rule.name, held: runs.join(', ') },
  );
}
