// What decides in an environment, as values: rules and whom they name, what is followed, which stages may be skipped.
// The ledger holds those that were accepted (`gates.json`); the head of the default branch says others when somebody
// changes them. Whatever only explains, reminds or deploys is left out of the comparison, so that a typo fixed
// changes no gate.

import { canonicalJson, type Json } from '../base/canonical-json.ts';
import type { Instant } from '../base/instant.ts';
import { remembered } from '../base/remembered.ts';
import type { ChangesConfig, EnvironmentConfig, Follow, Person, PipelineConfig, PolicyConfig } from './config.ts';
import type { ReviewMark } from './proposal.ts';

export type GatedStage = {
  readonly name: string;
  readonly skippable: boolean;
  readonly touches: boolean;
  readonly policies: readonly PolicyConfig[];
};

export type GateTerms = {
  /** Branches written out: the default branch of a remote can be switched. */
  readonly follow: Follow;
  readonly policies: readonly PolicyConfig[];
  /** In the order of the pipeline; without those that are neither gated nor skippable nor touch the target. */
  readonly stages: readonly GatedStage[];
  readonly paths: readonly string[];
  readonly secrets: readonly string[];
  readonly queue: EnvironmentConfig['queue'];
  readonly confirm: boolean;
  readonly rollbackBy: readonly string[] | null;
  readonly onFailure: PipelineConfig['onFailure'];
  /** Who accepts changes of gates; null leaves it to the rules about people. */
  readonly changes: ChangesConfig | null;
  readonly signatures: 'optional' | 'required';
  /** Empty where nothing here is about people. */
  readonly people: Readonly<Record<string, Person>>;
  /** Those that are named here. */
  readonly teams: Readonly<Record<string, readonly string[]>>;
  /** Lines of policies/allowed_signers; empty where no signature is asked for. */
  readonly keys: readonly string[];
};

/** On what an acceptance rests. */
export type AcceptedOn =
  /** The environment is new, or what was in force was nothing at all. */
  | 'first-sight'
  | 'nothing-in-force'
  /** Only people, addresses or keys were taken away. */
  | 'removals'
  | 'words'
  | 'override'
  /** A run that the gates in force granted, of a version that holds these gates itself. */
  | 'run'
  /** `tidegate run --accept-gates`. */
  | 'operator'
  /** The ledger is older than gates.json: what let the newest granted run in. */
  | 'upgrade';

export type GatesInForce = {
  /** Goes up by one with each change that is accepted. */
  readonly serial: number;
  /** SHA-256 of `gateText`, 64 hex digits. */
  readonly digest: string;
  /** The commit that they were read from. */
  readonly from: string;
  readonly at: Instant;
  readonly on: AcceptedOn;
  /** Ids of the records of people that it rests on. */
  readonly words: readonly string[];
  /** Null for an environment that was removed. */
  readonly terms: GateTerms | null;
};

/** What people said to a change of gates. Oldest first in the state; the last word of a person counts. */
export type GatesWord = {
  readonly id: string;
  readonly by: string;
  readonly answer: 'approved' | 'rejected' | 'overridden';
  /** Of the gates in force that it would follow. */
  readonly serial: number;
  readonly digest: string;
  readonly reason: string;
  readonly at: Instant;
  readonly signature?: string;
  /** Where it was given by a tag: whose signature that carried when it was first seen. */
  readonly tag: { readonly name: string; readonly oid: string; readonly signedBy?: string } | null;
  /** Where it was given as a review on a forge. */
  readonly review?: ReviewMark;
};

/**
 * Digits of a digest that name a change where people write it down. Twelve would do to tell changes apart, and not
 * against anyone who makes them: a harmless one and another with the same twelve digits are found in seconds.
 */
export const CHANGE_DIGITS = 32;

/** The digest of an environment that is not there. */
export const REMOVED = 'removed';

/**
 * One text for gates that mean the same: places, texts for people, reminders and the order of lists make no
 * difference.
 */
export function gateText(terms: GateTerms | null): string {
  return terms === null ? REMOVED : textOf(terms);
}

const textOf = remembered(({ stages, ...rest }: GateTerms) =>
  // The order of stages means something; that of everything else does not.
  canonicalJson({ rest: decisive(rest), stages: stages.map(decisive) }),
);

/**
 * Whether these gates are those in force. What an earlier Tidegate wrote has the digest of fewer fields than there
 * are today: then what both mean is compared, or each upgrade would look like a change that somebody has to accept.
 */
export function areInForce(
  inForce: Pick<GatesInForce, 'digest' | 'terms'> | null,
  gates: { readonly digest: string; readonly terms: GateTerms },
): boolean {
  if (inForce === null || inForce.terms === null) return false;
  return inForce.digest === gates.digest || textOf(inForce.terms) === textOf(gates.terms);
}

/** One text for policies that mean the same. */
export const policyText = remembered((policy: PolicyConfig) => canonicalJson(decisive(policy)));

type Members = Readonly<Record<string, unknown>>;

/** Fields that explain, remind or announce, wherever they stand. */
const TEXTS: ReadonlySet<string> = new Set(['noticeMs', 'calendar', 'says', 'remindMs', 'escalate', 'postmortem']);
/** Texts where they stand beside a span: elsewhere these names mean something. */
const TEXTS_OF_SPANS: ReadonlySet<string> = new Set(['reason', 'name']);
/** Whose keys somebody chose: a team may be called `calendar`, and a person `says`. */
const BY_NAME: ReadonlySet<string> = new Set(['people', 'teams', 'evidence']);

/** As JSON, without what explains, and with every list that means a set in one order. */
function decisive(value: unknown): Json {
  if (Array.isArray(value)) {
    const texts = new Map(value.map((item: unknown) => decisive(item)).map((item) => [canonicalJson(item), item]));
    return [...texts].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, item]) => item);
  }
  if (!isMembers(value)) return value as Json;
  const isSpan = Object.hasOwn(value, 'span');
  const said = Object.entries(value).filter(
    ([key, item]) => !TEXTS.has(key) && !(isSpan && TEXTS_OF_SPANS.has(key)) && !(key === 'place' && isMembers(item)),
  );
  return Object.fromEntries(
    said.map(([key, item]) => [key, BY_NAME.has(key) && isMembers(item) ? byName(item) : decisive(item)]),
  );
}

function byName(members: Members): Json {
  return Object.fromEntries(Object.entries(members).map(([name, item]) => [name, decisive(item)]));
}

function isMembers(value: unknown): value is Members {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
