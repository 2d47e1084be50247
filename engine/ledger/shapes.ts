// The values that records and the index have in common, told from anything else. A field that nobody knows is as good
// a reason for suspicion as one that is missing.

import { isObject } from '../base/foreign-value.ts';
import { REASON_LENGTH_MAX } from '../model/record.ts';

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

/** What a person gave as a reason. */
export function isReason(value: unknown): boolean {
  return typeof value === 'string' && value.length <= REASON_LENGTH_MAX;
}
