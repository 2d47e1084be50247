// policies/<name>.yaml from text to model, but for what rules take from tidegate.yaml and from shared calendars.

import type { OverrideConfig, PolicyConfig } from '../../model/config.ts';
import type { RuleConfig } from '../../model/rule.ts';
import type { RuleContext } from '../../policy/rules/kind.ts';
import { RULE_KINDS } from '../../policy/rules/table.ts';
import type { Cursor } from '../cursor.ts';
import { millis } from '../millis.ts';
import type { PolicyFile } from '../schema/policy.ts';
import { NAME_PATTERN, NAME_SAYS } from '../schema/shape.ts';
import { list } from '../suggest.ts';

export type PolicyDraft = (context: RuleContext) => PolicyConfig;

export function buildPolicy(file: PolicyFile, cursor: Cursor, name: string): PolicyDraft {
  if (!new RegExp(NAME_PATTERN).test(name)) {
    cursor.error(`\`${name}\` cannot be the name of a policy`, `rename the file: use ${NAME_SAYS}`);
  }
  const given = new Map(Object.entries(file));
  const drafts = RULE_KINDS.filter((kind) => given.has(kind.type)).map((kind) =>
    kind.build(given.get(kind.type), cursor.at(kind.type)),
  );
  if (drafts.length === 0 && cursor.complete) {
    const kinds = RULE_KINDS.map((kind) => kind.type);
    cursor.error('this policy has no rule, so it would allow everything', `add one of: ${list(kinds)}`);
  }
  const place = cursor.place();
  checkOverride(file, cursor.at('override'));
  return (context) => {
    const rules = drafts.map((draft) => draft(context));
    return { name, place, rules, override: buildOverride(file, rules) };
  };
}

function checkOverride(file: PolicyFile, cursor: Cursor): void {
  const { override } = file;
  if (override === undefined) return;
  for (const [index, party] of override.by.entries()) cursor.at('by', index).refer('party', party);
  for (const [index, kind] of (override.rules ?? []).entries()) {
    if (Object.hasOwn(file, String(kind))) continue;
    cursor
      .at('rules', index)
      .error(`this policy has no rule \`${kind}\``, 'name rules of this file, or leave `rules` out');
  }
}

/** What an author could not approve, an author does not override either, unless the policy says so. */
function buildOverride({ override }: PolicyFile, rules: readonly RuleConfig[]): OverrideConfig | null {
  if (override === undefined) return null;
  const excludes = rules.some((rule) => rule.type === 'approval' && rule.author === 'excluded');
  return {
    by: override.by,
    people: override.people ?? 1,
    author: override.author ?? (excludes ? 'excluded' : 'counts'),
    reason: override.reason ?? 'required',
    expiresMs: millis(override.expires, 4 * 3_600_000),
    rules: override.rules === undefined ? null : override.rules.map(String),
    postmortem: override.postmortem === 'required',
  };
}
