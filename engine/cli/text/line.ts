// What a person is shown, before it is known where: lines of spans, each with a meaning instead of a colour. A face
// turns them into text, HTML or nothing; hostile characters are dealt with there, in one place, because no span is
// escaped here.

export type Style =
  | 'plain'
  /** Heads and names that the eye should find first. */
  | 'strong'
  /** What may be skipped. */
  | 'dim'
  | 'good'
  | 'waits'
  | 'bad';

export type Span = { readonly text: string; readonly style: Style };

export type Line = {
  readonly spans: readonly Span[];
  /** Columns by which the continuation is indented where the line has to be broken. */
  readonly hang: number;
};

export type Part = Span | string;

/** A line of parts; a plain string is a plain span. */
export function line(...parts: readonly Part[]): Line {
  return hanging(0, ...parts);
}

export function hanging(hang: number, ...parts: readonly Part[]): Line {
  return { spans: parts.map((part) => (typeof part === 'string' ? { text: part, style: 'plain' } : part)), hang };
}

/** One line, or none where there is nothing to say. */
export function ifSaid(sentence: string | null): readonly Line[] {
  return sentence === null ? [] : [hanging(2, sentence)];
}

export const BLANK: Line = { spans: [], hang: 0 };

export function styled(style: Style, text: string): Span {
  return { text, style };
}

export function strong(text: string): Span {
  return { text, style: 'strong' };
}

export function dim(text: string): Span {
  return { text, style: 'dim' };
}

/** Without meaning: for golden files, and for those who pipe. */
export function plainText(lines: readonly Line[]): string {
  return lines
    .map(
      ({ spans }) =>
        `${spans
          .map(({ text }) => text)
          .join('')
          .trimEnd()}\n`,
    )
    .join('');
}

/** Columns that a text takes, counted in characters. */
export function widthOf(text: string): number {
  return [...text].length;
}

/** Several lines of somebody else's text on one. */
export function oneLine(text: string): string {
  return text.replace(/\s+/g, ' ').trim();
}
