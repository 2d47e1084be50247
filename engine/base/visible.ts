// Other people's words made harmless to anyone who reads them: characters that command a terminal, turn the direction
// of writing round, or cannot be seen at all become their own names. Pure. Two names that differ must never look the
// same because of a character without a shape; whatever has a shape is left alone.

/** With `\x1b` and `\u200b` in place of what commands or hides; tabs stay, line ends do not. */
export function visible(text: string): string {
  return text.replace(HIDDEN, named);
}

/** The same of a text of JSON: the escapes are JSON's own, so that programs read the same value. Line ends stay. */
export function visibleJson(json: string): string {
  return json.replace(HIDDEN_IN_JSON, (character) =>
    Array.from({ length: character.length }, (_, unit) => unitName(character.charCodeAt(unit))).join(''),
  );
}

function named(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  if (code < 0x100) return `\\x${code.toString(16).padStart(2, '0')}`;
  return code > 0xffff ? `\\u{${code.toString(16)}}` : unitName(code);
}

function unitName(unit: number): string {
  return `\\u${unit.toString(16).padStart(4, '0')}`;
}

/**
 * Line ends of Unicode, marks of annotations, and what Unicode itself calls ignorable by default: direction marks,
 * joiners, soft hyphens, fillers, variation selectors, tags. Only within a picture are the last two wanted: an emoji
 * is often several characters, of which some say how to draw the one before.
 */
const UNSEEN = String.raw`[\u2028\u2029\ufff9-\ufffb]|(?=\p{Default_Ignorable_Code_Point})(?!${withinPicture()})[^]`;

function withinPicture(): string {
  const picture = String.raw`\p{Extended_Pictographic}`;
  const joined = String.raw`(?<=${picture}[\ufe0f\u{1f3fb}-\u{1f3ff}]?)\u200d(?=${picture})`;
  return String.raw`(?<=${picture})[\ufe0e\ufe0f]|${joined}`;
}

const HIDDEN = new RegExp(String.raw`[\0-\x08\x0a-\x1f\x7f-\x9f]|${UNSEEN}`, 'gu');
// JSON escapes the first 32 by itself; the line ends between its values are wanted.
const HIDDEN_IN_JSON = new RegExp(String.raw`[\x7f-\x9f]|${UNSEEN}`, 'gu');
