// Keeps secrets out of everything that is written or said: each value, and the forms in which programs print it,
// becomes ***. Works on a stream cut at any byte: what may be the beginning of a secret is held back until the next
// bytes decide. Where secrets overlap the whole stretch is masked, so that no end of one shows beside another.
// Colours and other things that are not seen hide nothing: a secret with one in the middle is masked together with
// it.

import { type Seen, seenOf } from './unseen-bytes.ts';

export type Masker = {
  /** Bytes of the longest form: how far a secret can reach across a cut. */
  readonly longest: number;
  text(text: string): string;
  stream(): MaskStream;
};

type MaskStream = {
  /** May return (a part of) `chunk` itself: use it before the buffer is filled again. */
  push(chunk: Buffer): Buffer;
  /** What was held back; afterwards the stream starts again. */
  flush(): Buffer;
  /** Held-back bytes as they came, unmasked; afterwards the stream starts again. For those who mask later. */
  release(): Buffer;
};

/** Values shorter than this are not masked: `on` or `42` would blacken every log and hide nothing. */
const LENGTH_MIN = 4;
/**
 * Lines of a secret of many lines (a key in PEM) are masked one by one too, where they are long enough to be telling.
 */
const LINE_LENGTH_MIN = 8;
/** So much that is not seen may be held back between a secret's bytes. */
const UNSEEN_HELD_MAX = 8_192;
const STARS = Buffer.from('***');
const NOTHING = Buffer.alloc(0);

export function createMasker(values: readonly string[]): Masker {
  const needles = needlesOf(values);
  const longest = longestOf(needles);
  return {
    longest,
    text(text) {
      if (needles.length === 0) return text;
      const stream = createStream(needles);
      return Buffer.concat([stream.push(Buffer.from(text)), stream.flush()]).toString();
    },
    stream: () => createStream(needles),
  };
}

/** Whether a value is left as it is, because masking it would say more than it hides. */
export function isTooShort(value: string): boolean {
  return value.trim() !== '' && Buffer.byteLength(value.trim()) < LENGTH_MIN;
}

function longestOf(needles: readonly Buffer[]): number {
  return needles.reduce((most, needle) => Math.max(most, needle.length), 0);
}

function createStream(needles: readonly Buffer[]): MaskStream {
  const longest = longestOf(needles);
  let held: Buffer = NOTHING;
  // So many bytes at the start of `held` belong to a secret whose stars have been given out already.
  let covered = 0;

  function advance(chunk: Buffer, final: boolean): Buffer {
    const data = held.length === 0 ? chunk : Buffer.concat([held, chunk]);
    // What cannot be seen between a secret's bytes parts nothing: it goes with them.
    const seen = seenOf(data, final);
    const undecided = final ? data.length : undecidedFrom(seen, needles);
    const limit = data.length - undecided > longest + UNSEEN_HELD_MAX ? data.length : undecided;
    const coveredSeen = firstAt(seen, covered);
    const out: Buffer[] = [];
    let position = covered;
    for (const span of secretSpans(seen.plain, needles, coveredSeen)) {
      // What goes on from a secret whose stars have been given out gets no others.
      const isCovered = span.start === 0 && coveredSeen > 0;
      const start = isCovered ? 0 : seen.at(span.start);
      if (start >= limit) break;
      if (start > position) out.push(data.subarray(position, start));
      if (!isCovered) out.push(STARS);
      position = Math.max(position, seen.at(span.end - 1) + 1);
    }
    if (position < limit) out.push(data.subarray(position, limit));
    covered = Math.max(0, position - limit);
    held = limit === data.length ? NOTHING : Buffer.from(data.subarray(limit));
    return out.length === 1 ? (out[0] ?? NOTHING) : Buffer.concat(out);
  }

  return {
    push: (chunk) => (needles.length === 0 ? chunk : advance(chunk, false)),
    flush: () => (held.length === 0 ? NOTHING : advance(NOTHING, true)),
    release() {
      const rest = held.subarray(covered);
      held = NOTHING;
      covered = 0;
      return rest;
    },
  };
}

/** From where on what comes next decides: a secret may have begun, or a sequence that is not seen. */
function undecidedFrom(seen: Seen, needles: readonly Buffer[]): number {
  const open = openSuffix(seen.plain, needles);
  return open === 0 ? seen.open : seen.at(seen.plain.length - open);
}

/** How many bytes that are seen stand before a place in what was given. */
function firstAt({ plain, at }: Seen, place: number): number {
  let [low, high] = [0, plain.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (at(middle) < place) low = middle + 1;
    else high = middle;
  }
  return low;
}

type Span = { start: number; end: number };

/** Where secrets stand, in order, overlapping ones joined; the first `covered` bytes count as one. */
function secretSpans(data: Buffer, needles: readonly Buffer[], covered: number): Span[] {
  const found: Span[] = covered > 0 ? [{ start: 0, end: covered }] : [];
  for (const needle of needles) {
    let last: Span | undefined;
    for (let at = data.indexOf(needle); at !== -1; at = data.indexOf(needle, at + 1)) {
      if (last !== undefined && at < last.end) {
        last.end = at + needle.length;
      } else {
        last = { start: at, end: at + needle.length };
        found.push(last);
      }
    }
  }
  found.sort((a, b) => a.start - b.start);
  const joined: Span[] = [];
  for (const span of found) {
    const last = joined.at(-1);
    if (last !== undefined && span.start < last.end) last.end = Math.max(last.end, span.end);
    else joined.push(span);
  }
  return joined;
}

/** Length of the longest end of `data` with which a secret could begin. */
function openSuffix(data: Buffer, needles: readonly Buffer[]): number {
  let open = 0;
  for (const needle of needles) {
    for (let length = Math.min(needle.length - 1, data.length); length > open; length--) {
      const from = data.length - length;
      if (data[from] === needle[0] && data.compare(needle, 0, length, from) === 0) open = length;
    }
  }
  return open;
}

function needlesOf(values: readonly string[]): Buffer[] {
  const forms = new Set<string>();
  for (const value of values) {
    const trimmed = value.trim();
    for (const text of trimmed === value ? [value] : [value, trimmed]) {
      if (Buffer.byteLength(text) >= LENGTH_MIN) for (const form of formsOf(text)) forms.add(form);
    }
    const lines = trimmed.split(/\r?\n/);
    if (lines.length > 1) for (const line of lines) if (line.length >= LINE_LENGTH_MIN) forms.add(line);
  }
  return [...forms].map((form) => Buffer.from(form)).sort((a, b) => b.length - a.length);
}

/** As it is, and as base64, URLs and JSON carry it. */
function formsOf(value: string): string[] {
  const bytes = Buffer.from(value);
  const forms = [value, bytes.toString('base64'), bytes.toString('base64url'), JSON.stringify(value).slice(1, -1)];
  // A lone surrogate has no URL form; the value itself is masked all the same.
  if (value.isWellFormed()) {
    const encoded = encodeURIComponent(value);
    forms.push(
      encoded,
      encoded.replaceAll('%20', '+'),
      encoded.replace(/%[0-9A-F]{2}/g, (hex) => hex.toLowerCase()),
    );
  }
  // Inside a longer base64 text (`user:password` of an Authorization header) a value starts at one of three offsets;
  // what is certain are the characters that no neighbour shares.
  for (const offset of [0, 1, 2]) {
    const shifted = Buffer.concat([Buffer.alloc(offset), bytes]);
    const certain = (text: string) => text.slice(Math.ceil((offset * 8) / 6), Math.floor((shifted.length * 8) / 6));
    for (const form of [certain(shifted.toString('base64')), certain(shifted.toString('base64url'))]) {
      if (form.length >= LENGTH_MIN) forms.push(form);
    }
  }
  return forms;
}
