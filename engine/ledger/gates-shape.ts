// Gates as they stand in a ledger, read back. Decisions rest on them, and anybody who may push the ref may write
// them: every field is looked at, and what could not have come from a configuration is refused with the place where
// it stands.

import { byType, type Check, listOf, oneOf, orNull, recordOf, type Shape, shape } from '../base/flaws.ts';
import type { Follow, Login, OverrideConfig, Person, PolicyConfig } from '../model/config.ts';
import type { GatedStage, GateTerms } from '../model/gate-terms.ts';
import type { Place } from '../model/place.ts';
import type { RuleConfig } from '../model/rule.ts';
import { STORED_RULES } from '../policy/rules/table.ts';
import { AUTHOR, COUNT, FLAG, MANY, TEXT, TEXTS } from '../policy/stored.ts';
import { completedTerms } from './earlier-gates.ts';

/** As written: a policy says which file it comes from, and nothing else says where it stood. */
type Written<T> = Omit<T, 'place'>;
type WrittenPolicy = Omit<PolicyConfig, 'place' | 'rules'> & { readonly file: string; readonly rules: unknown };
type WrittenStage = Omit<GatedStage, 'policies'> & { readonly policies: unknown };
type WrittenTerms = Omit<GateTerms, 'policies' | 'stages'> & { readonly policies: unknown; readonly stages: unknown };

/** What JSON holds of them. */
export function writtenTerms(terms: GateTerms): unknown {
  const { policies, stages, ...rest } = terms;
  return {
    ...rest,
    policies: policies.map(writtenPolicy),
    stages: stages.map((stage) => ({ ...stage, policies: stage.policies.map(writtenPolicy) })),
  };
}

/**
 * The terms, with every field that there is today, or a sentence that begins with the place of the flaw
 * (`.policies[0].rules[1].timezone is no time zone`).
 */
export function readTerms(value: unknown): GateTerms | string {
  const whole = completedTerms(value);
  const flaw = TERMS(whole);
  if (flaw !== null) return flaw;
  const { policies, stages, ...rest } = whole as Omit<GateTerms, 'policies' | 'stages'> & {
    readonly policies: readonly WrittenPolicy[];
    readonly stages: readonly (Omit<GatedStage, 'policies'> & { readonly policies: readonly WrittenPolicy[] })[];
  };
  return {
    ...rest,
    policies: policies.map(policyFrom),
    stages: stages.map((stage) => ({ ...stage, policies: stage.policies.map(policyFrom) })),
  };
}

function writtenPolicy({ place, rules, ...policy }: PolicyConfig): WrittenPolicy {
  return { ...policy, file: place.file, rules: rules.map(({ place: _place, ...rule }) => rule) };
}

function policyFrom({ file, rules, ...policy }: WrittenPolicy): PolicyConfig {
  const place: Place = { file, line: 1, column: 1 };
  const read = rules as readonly Written<RuleConfig>[];
  return { ...policy, place, rules: read.map((rule) => ({ ...rule, place }) as RuleConfig) };
}

type OfFollow<Type extends Follow['type']> = Extract<Follow, { type: Type }>;

const POLICIES = listOf(
  shape<WrittenPolicy>({
    name: TEXT,
    file: TEXT,
    rules: listOf(byType(STORED_RULES), MANY),
    override: orNull(
      shape<OverrideConfig>({
        by: TEXTS,
        people: COUNT,
        reason: oneOf<OverrideConfig['reason']>({ required: true, optional: true }),
        expiresMs: COUNT,
        rules: orNull(TEXTS),
        postmortem: FLAG,
        author: AUTHOR,
      }),
    ),
  }),
  MANY,
);

const LOGIN = shape<Login>({ login: TEXT, id: orNull(COUNT) } satisfies Shape<Login>);

const TERMS: Check = shape<WrittenTerms>({
  follow: byType({
    branch: shape<OfFollow<'branch'>>({ type: TEXT, branch: orNull(TEXT) }),
    tags: shape<OfFollow<'tags'>>({ type: TEXT, pattern: TEXT, on: TEXTS, prereleases: FLAG }),
    promoted: shape<OfFollow<'promoted'>>({ type: TEXT, from: TEXT }),
  }),
  policies: POLICIES,
  stages: listOf(shape<WrittenStage>({ name: TEXT, skippable: FLAG, touches: FLAG, policies: POLICIES }), MANY),
  paths: TEXTS,
  secrets: TEXTS,
  queue: oneOf<GateTerms['queue']>({ latest: true, all: true }),
  confirm: FLAG,
  rollbackBy: orNull(TEXTS),
  onFailure: oneOf<GateTerms['onFailure']>({ rollback: true, stop: true }),
  changes: orNull(shape<NonNullable<GateTerms['changes']>>({ by: TEXTS, count: COUNT, author: AUTHOR })),
  signatures: oneOf<GateTerms['signatures']>({ optional: true, required: true }),
  people: recordOf(
    shape<Person>({ emails: TEXTS, github: orNull(LOGIN), gitlab: orNull(LOGIN) } satisfies Shape<Person>),
  ),
  teams: recordOf(TEXTS),
  keys: TEXTS,
} satisfies Shape<WrittenTerms>);
