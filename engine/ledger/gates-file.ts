// gates.json: the gates in force, for people with plain git and for the next start. It is what the newest
// `gates-accepted` record says, and nothing else; index.json names its digest, so that the two cannot come from
// different moments.

import { canonicalJson, type Json } from '../base/canonical-json.ts';
import { is, listOf, oneOf, type Shape, shape } from '../base/flaws.ts';
import { isCount, isObject, sayValue } from '../base/foreign-value.ts';
import { formatInstant, parseInstant } from '../base/instant.ts';
import type { AcceptedOn, GatesInForce } from '../model/gate-terms.ts';
import { sayTerms } from '../policy/say-terms.ts';
import { readTerms, writtenTerms } from './gates-shape.ts';
import { isCommit } from './shapes.ts';

/** Of gates.json by itself: it goes up when a Tidegate that knows less must not decide by it. */
const GATES_FORMAT = 1;

export function encodeGates(environment: string, gates: GatesInForce): string {
  const { terms, at, ...rest } = gates;
  const file = {
    format: GATES_FORMAT,
    environment,
    ...rest,
    at: formatInstant(at),
    // For people. What decides stands below, under `gates`.
    in_words: sayTerms(terms),
    gates: terms === null ? null : sorted(writtenTerms(terms) as Json),
  };
  return `${JSON.stringify(file, null, 1)}\n`;
}

/**
 * A sentence where it cannot be what Tidegate wrote. Whether the digest is that of the gates is the caller's to see.
 */
export function decodeGates(environment: string, text: string): GatesInForce | string {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return 'gates.json is not JSON';
  }
  if (!isObject(value)) return 'gates.json is not an object';
  if (value['format'] !== GATES_FORMAT) {
    return `gates.json has format ${sayValue(value['format'])}; this Tidegate reads format ${GATES_FORMAT}`;
  }
  if (value['environment'] !== environment) return `gates.json belongs to ${sayValue(value['environment'])}`;
  const { format: _format, environment: _environment, in_words: _words, gates, ...rest } = value;
  const flaw = HEAD(rest);
  if (flaw !== null) return `gates.json: ${flaw.slice(1)}`;
  const terms = gates === null ? null : readTerms(gates);
  if (typeof terms === 'string') return `gates.json: gates${terms}`;
  const head = rest as Omit<GatesInForce, 'terms' | 'at'> & { readonly at: string };
  return { ...head, at: parseInstant(head.at) ?? 0, terms };
}

/** What index.json says of them: enough to tell whether gates.json is of the same moment. */
export type GatesNamed = Pick<GatesInForce, 'serial' | 'digest'>;

export function isSame(named: GatesNamed, gates: GatesInForce): boolean {
  return named.serial === gates.serial && named.digest === gates.digest;
}

const TEXT = is((value) => typeof value === 'string', 'no text');
export const DIGEST = is((value) => typeof value === 'string' && /^[0-9a-f]{64}$/.test(value), 'no digest');
const ACCEPTED_ON = {
  'first-sight': true,
  'nothing-in-force': true,
  removals: true,
  words: true,
  override: true,
  run: true,
  operator: true,
  upgrade: true,
} as const satisfies Readonly<Record<AcceptedOn, true>>;

const HEAD = shape<Omit<GatesInForce, 'terms'>>({
  serial: is(isCount, 'no whole number'),
  digest: DIGEST,
  from: is(isCommit, 'no object id'),
  at: is((value) => typeof value === 'string' && parseInstant(value) !== null, 'no instant'),
  on: oneOf<AcceptedOn>(ACCEPTED_ON),
  words: listOf(TEXT, 200),
} satisfies Shape<Omit<GatesInForce, 'terms'>>);

/** Keys in one order at every depth, so that two versions of the file differ only where the gates do. */
function sorted(value: Json): Json {
  return JSON.parse(canonicalJson(value)) as Json;
}
