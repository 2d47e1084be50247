// A value that reaches steps as text but that people rightly write as a number or as true or false.

import { either, type Shape } from './shape.ts';

export const scalar = either('A text, a number, or true or false.', [
  { type: 'string', description: 'a text' },
  { type: 'number', description: 'a number' },
  { type: 'boolean', description: 'true or false' },
]);

export function scalarText(value: Shape<typeof scalar>): string {
  return String(value);
}
