// The short texts of a forge: one line of at most 140 characters, cut with a mark.

const DESCRIPTION_MAX = 140;

export function fitting(text: string): string {
  const characters = [...text.replace(/\s+/g, ' ')];
  return characters.length <= DESCRIPTION_MAX
    ? characters.join('')
    : `${characters.slice(0, DESCRIPTION_MAX - 1).join('')}…`;
}
