// One record, one line of JSON. Reading is suspicious: an unknown type, an unknown or missing field, a value of the
// wrong kind are refused with a sentence, never guessed.

import { canonicalJson, type Json } from '../base/canonical-json.ts';
import { isCount, isObject, sayValue } from '../base/foreign-value.ts';
import { formatInstant, parseInstant } from '../base/instant.ts';
import type { GateTerms } from '../model/gate-terms.ts';
import { REASON_LENGTH_MAX } from '../model/record.ts';
import { COUNT_MAX } from './bounds.ts';
import { withKinds } from './earlier-effects.ts';
import type { FieldKind, Fields } from './fields.ts';
import { DIGEST } from './gates-file.ts';
import { readTerms, writtenTerms } from './gates-shape.ts';
import { isRecordType, isRunType, kindOf, type LedgerRecord } from './records/table.ts';
import { isCommit, isContents, isDeployed, isReason, isStage, isVersion } from './shapes.ts';

export type Line = { readonly seq: number; readonly record: LedgerRecord };
type Decoded = { readonly type: 'line'; readonly line: Line } | { readonly type: 'refused'; readonly sentence: string };

const LINE_LENGTH_MAX = 1024 * 1024;

export function encodeLine(seq: number, record: LedgerRecord): string {
  const fields: Fields = { ...kindOf(record.type).fields, at: 'instant' };
  const entries = Object.entries(record).map(([key, value]) => {
    const kind = fields[key];
    const isInstant = (kind === 'instant' || kind === 'instant?') && typeof value === 'number';
    if (kind === 'gates?' && isTerms(value)) return [key, writtenTerms(value)];
    return [key, isInstant ? formatInstant(value) : value];
  });
  return `${canonicalJson({ seq, ...Object.fromEntries(entries) } as Json)}\n`;
}

export function decodeLine(text: string): Decoded {
  if (text.length > LINE_LENGTH_MAX) return refuse('a record is longer than 1 MiB');
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return refuse('a record is not JSON');
  }
  if (!isObject(value)) return refuse('a record is not an object');
  const { seq, type, id, at, by, clock, run, ...rest } = withKinds(value);
  if (typeof type !== 'string' || !isRecordType(type)) return refuse(`unknown record type ${sayValue(type)}`);
  if (!isCount(seq) || seq < 1) return refuse(`${type}: seq is not a whole number from 1 to ${COUNT_MAX}`);
  if (typeof id !== 'string' || typeof by !== 'string') return refuse(`${type}: id and by must be text`);
  const instant = typeof at === 'string' ? parseInstant(at) : null;
  if (instant === null) return refuse(`${type}: at is not ${INSTANT}`);
  if (clock !== undefined && clock !== 'given') return refuse(`${type}: unknown clock`);
  if ((typeof run === 'string') !== isRunType(type)) return refuse(`${type}: run is missing or out of place`);
  const { fields } = kindOf(type);
  const unknown = Object.keys(rest).find((key) => !Object.hasOwn(fields, key));
  if (unknown !== undefined) return refuse(`${type}: unknown field ${sayValue(unknown)}`);
  const decoded: Record<string, unknown> = { type, id, at: instant, by };
  if (clock !== undefined) decoded['clock'] = clock;
  if (run !== undefined) decoded['run'] = run;
  for (const [key, kind] of Object.entries(fields)) {
    const field = decodeField(rest[key], shapeOf(kind, rest));
    if (field === REFUSED) return refuse(`${type}: ${key} is not ${sayKind(kind)}`);
    if (field !== undefined) decoded[key] = field;
  }
  return { type: 'line', line: { seq, record: decoded as LedgerRecord } };
}

/** All lines of a file; the last must end with a newline, or the file was cut. */
export function decodeLines(text: string): { readonly lines: readonly Line[]; readonly refused: string | null } {
  const lines: Line[] = [];
  if (text !== '' && !text.endsWith('\n'))
    return { lines, refused: 'the file does not end with a newline: it was cut' };
  for (const one of text.split('\n').slice(0, -1)) {
    const decoded = decodeLine(one);
    if (decoded.type === 'refused') return { lines, refused: decoded.sentence };
    lines.push(decoded.line);
  }
  return { lines, refused: null };
}

function isTerms(value: unknown): value is GateTerms {
  return isObject(value);
}

const REFUSED = Symbol('refused');

type Shape = Exclude<FieldKind, { readonly byKind: unknown }> | { readonly fields: Fields };

/** An unknown kind has no fields; its own field refuses it. */
function shapeOf(kind: FieldKind, record: Readonly<Record<string, unknown>>): Shape {
  if (typeof kind !== 'object' || !('byKind' in kind)) return kind;
  const found = Object.entries(kind.byKind).find(([name]) => name === record['kind']);
  return { fields: found?.[1] ?? {} };
}

function decodeFields(value: unknown, fields: Fields): unknown {
  if (!isObject(value) || Object.keys(value).some((key) => !Object.hasOwn(fields, key))) return REFUSED;
  const decoded: Record<string, unknown> = {};
  for (const [key, kind] of Object.entries(fields)) {
    const field = decodeField(value[key], shapeOf(kind, value));
    if (field === REFUSED) return REFUSED;
    if (field !== undefined) decoded[key] = field;
  }
  return decoded;
}

function decodeField(value: unknown, kind: Shape): unknown {
  if (typeof kind === 'object' && 'fields' in kind) return decodeFields(value, kind.fields);
  if (typeof kind === 'object') return typeof value === 'string' && kind.oneOf.includes(value) ? value : REFUSED;
  switch (kind) {
    case 'text':
      return typeof value === 'string' ? value : REFUSED;
    case 'text?':
      return value === null || typeof value === 'string' ? value : REFUSED;
    case 'reason':
      return isReason(value) ? value : REFUSED;
    case 'count':
      return isCount(value) ? value : REFUSED;
    case 'number?':
      return value === null || Number.isSafeInteger(value) ? value : REFUSED;
    case 'flag':
      return typeof value === 'boolean' ? value : REFUSED;
    case 'instant':
      return (typeof value === 'string' ? parseInstant(value) : null) ?? REFUSED;
    case 'instant?':
      return value === null ? null : decodeField(value, 'instant');
    case 'commit':
      return isCommit(value) ? value : REFUSED;
    case 'version':
      return isVersion(value) ? value : REFUSED;
    case 'version?':
      return value === null || isVersion(value) ? value : REFUSED;
    case 'contents':
      return isContents(value) ? value : REFUSED;
    case 'deployed?':
      return value === null || isDeployed(value) ? value : REFUSED;
    case 'texts':
      return Array.isArray(value) && value.every((item) => typeof item === 'string') ? value : REFUSED;
    case 'texts or absent':
      return value === undefined ? undefined : decodeField(value, 'texts');
    case 'text or absent':
      return value === undefined ? undefined : decodeField(value, 'text');
    case 'decimal?':
      return value === null || Number.isFinite(value) ? value : REFUSED;
    case 'digest':
      return DIGEST(value) === null ? value : REFUSED;
    case 'gates?': {
      const terms = value === null ? null : readTerms(value);
      return typeof terms === 'string' ? REFUSED : terms;
    }
    case 'stages':
      return Array.isArray(value) && value.every(isStage) ? value : REFUSED;
  }
}

/** What an instant is here: in the years that base/instant.ts believes. */
const INSTANT = 'an instant in the years 1970 to 9999';

function sayKind(kind: FieldKind): string {
  if (typeof kind === 'object' && 'byKind' in kind) return 'what its kind has';
  if (typeof kind === 'object') return kind.oneOf.join(' | ');
  if (kind === 'count') return `a whole number from 0 to ${COUNT_MAX}`;
  if (kind === 'instant' || kind === 'instant?') return INSTANT;
  return kind === 'reason' ? `text of at most ${REASON_LENGTH_MAX} characters` : kind;
}

function refuse(sentence: string): Decoded {
  return { type: 'refused', sentence };
}
