// A value that reaches steps as text but that people rightly write as a number or as true or false. It arrives as it
// was written: `3.10` is a version, which the number 3.1 is not.

import type { Cursor } from '../cursor.ts';
import { either, type Shape } from './shape.ts';

export const scalar = either('A text, a number, or true or false.', [
  { type: 'string', description: 'a text' },
  { type: 'number', description: 'a number' },
  { type: 'boolean', description: 'true or false' },
]);

export function scalarText(value: Shape<typeof scalar>, cursor: Cursor): string {
  return typeof value === 'string' ? value : (cursor.written() ?? String(value));
}
