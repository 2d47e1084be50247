// Keys and choices that had another word before 0.1.0. They are errors as any unknown one is; the hint has the word
// of today, because no slip of the hand explains them.

const KEYS: Readonly<Record<string, string>> = {
  running: 'on_window_close',
  supersede: 'queue',
  departs: 'schedule',
  freeze: 'cutoff',
  repeat: 'idempotent',
};

const CHOICES: Readonly<Record<string, string>> = {
  'stop-before-next-stage': 'pause',
  newest: 'latest',
  every: 'all',
};

/** What the key is called now, where that is one of the keys `known`; null for a key that never was one. */
export function keyOfToday(key: string, known: readonly string[]): string | null {
  return wordOfToday(KEYS, key, known);
}

export function choiceOfToday(choice: string, known: readonly string[]): string | null {
  return wordOfToday(CHOICES, choice, known);
}

/** Where the values mean the other way round. */
const MEANS: Readonly<Record<string, string>> = {
  repeat: '; `false` is what `never` was',
};

/** What else an author must know who replaces the key; empty where the name is all. */
export function meansToday(key: string): string {
  return Object.hasOwn(MEANS, key) ? (MEANS[key] ?? '') : '';
}

/** What a key that is missing was called. */
export function earlierKey(key: string): string | null {
  return Object.keys(KEYS).find((earlier) => KEYS[earlier] === key) ?? null;
}

function wordOfToday(words: Readonly<Record<string, string>>, word: string, known: readonly string[]): string | null {
  const today = Object.hasOwn(words, word) ? words[word] : undefined;
  return today !== undefined && known.includes(today) ? today : null;
}
