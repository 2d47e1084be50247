// The verdict of a rule that has no parts: what most kinds give. The policy's name begins its sentence, here and for
// all of them, so that no kind can forget it; only a rule that waits says what for.

import type { Instant } from '../base/instant.ts';
import type { PolicyConfig } from '../model/config.ts';
import type { RuleConfig } from '../model/rule.ts';
import type { RuleVerdict } from '../model/verdict.ts';

type Seen = RuleVerdict['seen'];

type Leaves = {
  allowed(sentence: string, seen?: Seen, until?: Instant | null): RuleVerdict;
  /** `waitsFor` in a few words; `until` null where time alone does not help. */
  waiting(sentence: string, waitsFor: readonly string[], seen?: Seen, until?: Instant | null): RuleVerdict;
  denied(sentence: string, seen?: Seen): RuleVerdict;
};

/** `more`: what each of its answers carries. */
export function leavesOf(rule: RuleConfig, policy: PolicyConfig, more: Pick<RuleVerdict, 'aside'> = {}): Leaves {
  const leaf = (status: RuleVerdict['status'], said: string, seen: Seen = {}) =>
    ruleVerdict(rule, policy, { status, said, until: null, waitsFor: [], seen, ...more });
  return {
    allowed: (sentence, seen, until = null) => ({ ...leaf('allowed', sentence, seen), until }),
    waiting: (sentence, waitsFor, seen, until = null) => ({ ...leaf('waiting', sentence, seen), waitsFor, until }),
    denied: (sentence, seen) => leaf('denied', sentence, seen),
  };
}

type Given = Pick<RuleVerdict, 'status' | 'said' | 'until' | 'waitsFor' | 'seen'> &
  Partial<Pick<RuleVerdict, 'endsAt' | 'notices' | 'zone' | 'opensAt' | 'aside'>>;

/** The answer of any rule. */
export function ruleVerdict({ type }: RuleConfig, { name: policy }: PolicyConfig, given: Given): RuleVerdict {
  const sentence = `${policy}: ${given.said}`;
  return { node: 'rule', name: type, policy, sentence, notices: [], overridden: false, ...given, children: [] };
}

/** `a`, `a or b`, `a, b or c`: whom or what a sentence asks for. */
export function orList(words: readonly string[]): string {
  return joined(words, 'or');
}

/** `a`, `a and b`, `a, b and c`. */
export function andList(words: readonly string[]): string {
  return joined(words, 'and');
}

function joined(words: readonly string[], last: string): string {
  if (words.length < 2) return words.join('');
  return `${words.slice(0, -1).join(', ')} ${last} ${words.at(-1)}`;
}
