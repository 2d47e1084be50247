// A value that somebody else wrote: what it can be told as, and how it is said. Nothing of it is believed.

/**
 * Whatever is counted: records, runs, epochs, milliseconds, bytes. No honest count comes near it in ten thousand
 * years, and one more is still a number: beyond 2^53 the next epoch would be the same as the last, and nobody could
 * take over.
 */
export const COUNT_MAX = 2 ** 48;

export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A whole number that something can have been counted to. */
export function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 && value <= COUNT_MAX;
}

/**
 * A foreign value in a sentence: a text is cut, and of a list or map, which may be bottomless, only the kind is said.
 */
export function sayValue(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value.length > 100 ? `${value.slice(0, 100)}…` : value);
  if (typeof value === 'object' && value !== null) return Array.isArray(value) ? 'a list' : 'an object';
  return String(value);
}
