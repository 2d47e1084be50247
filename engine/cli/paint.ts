// Lines to text: colours, wrapping, and the one place where other people's words are made harmless. A tag, an author
// or a step's output may hold escape sequences that move the cursor, retitle the window or hide what stands beside
// them; none of them reaches a terminal.

import { styleText } from 'node:util';
import { visible, visibleJson } from '../base/visible.ts';
import { type Line, type Span, type Style, widthOf } from './text/line.ts';

export type Look = {
  readonly isColored: boolean;
  /** Null: lines are never broken. */
  readonly columns: number | null;
};

export const PLAIN: Look = { isColored: false, columns: null };

export function paint(lines: readonly Line[], look: Look): string {
  return lines.map((line) => paintLine(line, look)).join('');
}

const COLOURS: Readonly<Record<Style, Parameters<typeof styleText>[0] | null>> = {
  plain: null,
  strong: 'bold',
  dim: 'dim',
  good: 'green',
  waits: 'yellow',
  bad: 'red',
};

function paintLine({ spans, hang }: Line, look: Look): string {
  const clean = spans.map(({ text, style }) => ({ text: visible(text), style }));
  const broken = look.columns === null ? [clean] : wrap(clean, Math.max(20, look.columns), hang);
  return broken.map((row) => `${paintSpans(trimmed(row), look)}\n`).join('');
}

function paintSpans(spans: readonly Span[], { isColored }: Look): string {
  return joined(spans)
    .map(({ text, style }) => {
      const colour = COLOURS[style];
      return colour === null || !isColored || text.trim() === ''
        ? text
        : styleText(colour, text, { validateStream: false });
    })
    .join('');
}

/** Neighbours of one style as one: a colour is set once, not for every word. */
function joined(spans: readonly Span[]): readonly Span[] {
  const runs: Span[] = [];
  for (const span of spans) {
    const last = runs.at(-1);
    if (last?.style === span.style) runs[runs.length - 1] = { text: last.text + span.text, style: last.style };
    else runs.push(span);
  }
  return runs;
}

/** Breaks between words; a word that fits on no line is left whole, so that it can still be copied. */
function wrap(spans: readonly Span[], columns: number, hang: number): readonly (readonly Span[])[] {
  const indent = ' '.repeat(Math.min(hang, Math.floor(columns / 2)));
  const rows: Span[][] = [];
  let row: Span[] = [];
  let width = 0;
  for (const { text, style } of spans) {
    for (const word of text.split(/(?<=\s)(?=\S)/)) {
      const isFull = word.trim() !== '' && width + widthOf(word.trimEnd()) > columns && width > indent.length;
      if (isFull && row.some((span) => span.text.trim() !== '')) {
        rows.push(row);
        row = [{ text: indent, style: 'plain' }];
        width = indent.length;
      }
      row.push({ text: word, style });
      width += widthOf(word);
    }
  }
  return [...rows, row];
}

function trimmed(spans: readonly Span[]): readonly Span[] {
  const last = spans.findLastIndex(({ text }) => text.trim() !== '');
  return spans
    .slice(0, last + 1)
    .map((span, index) => (index === last ? { ...span, text: span.text.trimEnd() } : span));
}

/** JSON that commands no terminal and hides nothing: the same value to a program. */
export function harmlessJson(value: unknown, indent?: number): string {
  return visibleJson(JSON.stringify(value, null, indent));
}

/** Output of steps: its colours stay where colours are wanted; every other escape sequence goes. */
export function harmlessOutput(text: string, { isColored }: Look): string {
  return text
    .replace(SEQUENCE, (sequence) => (isColored && COLOUR.test(sequence) ? sequence : ''))
    .replace(/\r+\n/g, '\n')
    .replace(/\r/g, '\n')
    .split('\n')
    .map((part) => (isColored ? keepColours(part) : visible(part)))
    .join('\n');
}

// A sequence that is never ended goes no further than its line: it would swallow the rest of the log, failures
// included.
// biome-ignore lint/suspicious/noControlCharactersInRegex: escape sequences are what this looks for
const SEQUENCE = /\u001b(?:\[[0-?]*[ -/]*[@-~]|[\]PX^_][^\u0007\u001b\r\n]*(?:\u0007|\u001b\\)?|[ -/]*[0-~])/g;
// biome-ignore lint/suspicious/noControlCharactersInRegex: the sequences that only set colours
const COLOUR = /^\u001b\[[0-9;]*m$/;
// biome-ignore lint/suspicious/noControlCharactersInRegex: the same, inside a text
const COLOURS_IN_TEXT = /(\u001b\[[0-9;]*m)/;

function keepColours(text: string): string {
  const parts = text.split(COLOURS_IN_TEXT);
  return parts.map((part, index) => (index % 2 === 1 ? withoutConceal(part) : visible(part))).join('');
}

/** Colour 8 of a palette is wanted, the command 8 is not: it hides whatever follows, failures included. */
function withoutConceal(sequence: string): string {
  const codes = sequence.slice(2, -1).split(';');
  const kept: string[] = [];
  for (let at = 0; at < codes.length; ) {
    const length = SETS_COLOUR.has(Number(codes[at])) ? (COLOUR_LENGTH[Number(codes[at + 1])] ?? codes.length) : 1;
    if (Number(codes[at]) !== CONCEAL) kept.push(...codes.slice(at, at + length));
    at += length;
  }
  return kept.length === 0 ? '' : `\u001b[${kept.join(';')}m`;
}

const CONCEAL = 8;
/** Colours of letters, ground and underline, followed by `5;n` or `2;r;g;b`; ECMA-48 and ISO 8613-6. */
const SETS_COLOUR: ReadonlySet<number> = new Set([38, 48, 58]);
const COLOUR_LENGTH: Readonly<Record<number, number>> = { 5: 3, 2: 5 };

/** NO_COLOR and FORCE_COLOR as Node and most programs read them; else colour is for terminals. */
export function wantsColor(env: Readonly<Record<string, string | undefined>>, isTerminal: boolean): boolean {
  const force = env['FORCE_COLOR'];
  if (force !== undefined) return force !== '0' && force !== 'false';
  if ((env['NO_COLOR'] ?? '') !== '') return false;
  return isTerminal && env['TERM'] !== 'dumb';
}
