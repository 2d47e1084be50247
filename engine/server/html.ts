// Pages are written as tagged templates. Every value that is put into one is escaped, unless it is itself made by
// one: what a commit, a tag or a person says is text, and can never become markup.

class Html {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

export type { Html };

type Piece = Html | string | number | null | readonly Html[];

const ESCAPED: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

export function html(parts: TemplateStringsArray, ...pieces: readonly Piece[]): Html {
  return new Html(parts.map((part, at) => `${part}${said(pieces[at] ?? null)}`).join(''));
}

function said(piece: Piece): string {
  if (piece === null) return '';
  if (piece instanceof Html) return piece.text;
  if (typeof piece === 'object') return piece.map(({ text }) => text).join('');
  return escaped(String(piece));
}

/** Controls and marks that turn the direction of text would let a name look like another. */
function escaped(text: string): string {
  return text
    .replace(/[\p{Cc}\p{Bidi_Control}]/gu, (mark) => (mark === '\n' ? mark : '\ufffd'))
    .replace(/[&<>"']/g, (mark) => ESCAPED[mark] ?? '');
}
