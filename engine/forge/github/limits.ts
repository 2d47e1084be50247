// What the headers of an answer say about limits:
// https://docs.github.com/en/rest/using-the-rest-api/rate-limits-for-the-rest-api and, for the secondary ones, that
// an answer of 403 or 429 is one of them. GraphQL says it in an answer of 200.

import type { Instant } from '../../base/instant.ts';
import type { Allowance } from './budget.ts';

export type Told = Readonly<Record<string, string | number | undefined>>;

/** Null where the answer does not say. GraphQL has a count of its own, which says nothing about this one. */
export function allowanceOf(headers: Told, now: Instant): Allowance | null {
  const limit = numberOf(headers['x-ratelimit-limit']);
  const remaining = numberOf(headers['x-ratelimit-remaining']);
  const reset = numberOf(headers['x-ratelimit-reset']);
  const resource = headers['x-ratelimit-resource'] ?? 'core';
  if (limit === null || remaining === null || reset === null || resource !== 'core') return null;
  return { limit, remaining, resetsInMs: Math.max(0, reset * 1_000 - now) };
}

/** Not null when the answer is a limit; `afterMs` is null when it does not say for how long. */
export function limitOf(
  status: number,
  headers: Told,
  words: string,
  data: unknown,
  now: Instant,
): { readonly afterMs: number | null } | null {
  if (!isLimit(status, headers, words, data)) return null;
  const after = numberOf(headers['retry-after']);
  if (after !== null) return { afterMs: after * 1_000 };
  const reset = numberOf(headers['x-ratelimit-reset']);
  if (numberOf(headers['x-ratelimit-remaining']) === 0 && reset !== null)
    return { afterMs: Math.max(1_000, reset * 1_000 - now) };
  return { afterMs: null };
}

function isLimit(status: number, headers: Told, words: string, data: unknown): boolean {
  if (status === 429) return true;
  if (status === 200) return errorsOf(data).some(({ type }) => type === 'RATE_LIMITED');
  if (status !== 403) return false;
  if (headers['retry-after'] !== undefined || numberOf(headers['x-ratelimit-remaining']) === 0) return true;
  // Without a header only the words tell it from a right that is missing. Taken for that, it would never be tried
  // again.
  return /rate limit|abuse/i.test(words);
}

/** What GraphQL complains about in an answer of 200. */
export function errorsOf(data: unknown): readonly { readonly type: string; readonly message: string }[] {
  if (typeof data !== 'object' || data === null || !('errors' in data) || !Array.isArray(data.errors)) return [];
  return data.errors.map((one: unknown) => ({ type: textOf(one, 'type'), message: textOf(one, 'message') }));
}

/** GitHub's sentence in an answer, bounded: it is shown, and nothing is read out of it. */
export function wordsOf(data: unknown): string {
  const errors =
    typeof data === 'object' && data !== null && 'errors' in data && Array.isArray(data.errors) ? data.errors : [];
  const details = errors.map((one: unknown) => (typeof one === 'string' ? one : textOf(one, 'message')));
  return [textOf(data, 'message'), ...details]
    .filter((words) => words !== '')
    .join('; ')
    .slice(0, 300);
}

function textOf(holder: unknown, key: string): string {
  const value: unknown = typeof holder === 'object' && holder !== null ? Reflect.get(holder, key) : '';
  return typeof value === 'string' ? value : '';
}

function numberOf(value: string | number | undefined): number | null {
  const number = value === undefined || value === '' ? Number.NaN : Number(value);
  return Number.isFinite(number) ? number : null;
}
