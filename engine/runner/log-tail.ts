// The end of a job's output as a record or a page can carry it: few lines, valid UTF-8, nothing that moves a cursor.

import { stripVTControlCharacters } from 'node:util';

const LINES_MAX = 20;
export const TAIL_BYTES_MAX = 4096;

/**
 * The last 20 lines of `output`, at most 4 KiB of them. Colours and control characters are gone; a lone carriage
 * return, with which progress bars redraw their line, counts as the end of a line.
 */
export function tailOf(output: Buffer): string {
  const text = stripVTControlCharacters(output.toString().replace(/\r\n?/g, '\n'))
    // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is taken out
    .replace(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g, '');
  const ended = text.endsWith('\n');
  const lines = (ended ? text.slice(0, -1) : text).split('\n').slice(-LINES_MAX).join('\n');
  return lastBytes(ended && lines !== '' ? `${lines}\n` : lines, TAIL_BYTES_MAX);
}

function lastBytes(text: string, bytesMax: number): string {
  const bytes = Buffer.from(text);
  if (bytes.length <= bytesMax) return text;
  let from = bytes.length - bytesMax;
  // Not in the middle of a character: skip what continues one.
  while (((bytes[from] ?? 0) & 0xc0) === 0x80) from++;
  return bytes.subarray(from).toString();
}
