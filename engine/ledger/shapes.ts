// The values that records and the index have in common, told from anything else. A field that nobody knows is as good
// a reason for suspicion as one that is missing.

import { REASON_LENGTH_MAX } from '../model/record.ts';
import { COUNT_MAX } from './bounds.ts';

export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A whole number that something can have been counted to. */
export function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 && value <= COUNT_MAX;
}

export function isCommit(value: unknown): boolean {
  return typeof value === 'string' && /^([0-9a-f]{40}|[0-9a-f]{64})$/.test(value);
}

export function isVersion(value: unknown): boolean {
  if (!hasOnly(value, ['commit', 'tag'])) return false;
  return isCommit(value['commit']) && (value['tag'] === null || typeof value['tag'] === 'string');
}

export function isDeployed(value: unknown): boolean {
  return hasOnly(value, ['version', 'contents']) && isVersion(value['version']) && isContents(value['contents']);
}

export function hasOnly(value: unknown, keys: readonly string[]): value is Readonly<Record<string, unknown>> {
  return isObject(value) && Object.keys(value).every((key) => keys.includes(key));
}

export function isContents(value: unknown): boolean {
  if (!hasOnly(value, ['digest', 'inputs']) || typeof value['digest'] !== 'string') return false;
  return isInputs(value['inputs']);
}

/** Paths to the ids of what stands there. */
export function isInputs(value: unknown): boolean {
  return isObject(value) && Object.values(value).every((oid) => oid === null || isCommit(oid));
}

export function isStage(value: unknown): boolean {
  return (
    hasOnly(value, ['name', 'skippable', 'touches']) &&
    typeof value['name'] === 'string' &&
    typeof value['skippable'] === 'boolean' &&
    typeof value['touches'] === 'boolean'
  );
}

/**
 * A foreign value in a sentence: a text is cut, and of a list or map, which may be bottomless, only the kind is said.
 */
export function sayValue(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value.length > 100 ? `${value.slice(0, 100)}…` : value);
  if (typeof value === 'object' && value !== null) return Array.isArray(value) ? 'a list' : 'an object';
  return String(value);
}

/** What a person gave as a reason. */
export function isReason(value: unknown): boolean {
  return typeof value === 'string' && value.length <= REASON_LENGTH_MAX;
}
