// One rule of a policy in words, for people who have nothing but plain git. Whatever decides is said: where two rules
// differ, so do their sentences, because people accept a change by them. Only what explains, reminds or announces is
// left out.

import { formatDuration } from '../base/duration.ts';
import type { PolicyConfig } from '../model/config.ts';
import { kindOfRule } from './rules/table.ts';
import { list } from './say-parts.ts';

export function sayPolicy({ name, rules, override }: PolicyConfig): readonly string[] {
  return [
    ...rules.map((rule) => `${name}: ${kindOfRule(rule).say(rule)}`),
    ...(override === null ? [] : [`${name}${sayOverride(override)}`]),
  ];
}

function sayOverride({ by, people, author, reason, expiresMs, rules }: NonNullable<PolicyConfig['override']>): string {
  return [
    rules === null ? '' : `: its ${list(rules)}`,
    ` may be overridden by ${people > 1 ? `${people} of ` : ''}${list(by)} for ${formatDuration(expiresMs)}`,
    reason === 'required' ? ', with a reason' : '',
    author === 'excluded' ? ', not by those who made the change' : '',
  ].join('');
}
