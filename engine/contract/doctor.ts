// `tidegate doctor --json`: every check, with what to do about it.

import type { Checked } from '../explain/doctor.ts';
import { choice, listOf, object, type Shape, says, TEXT } from './shape.ts';

export const doctorAnswer = object({
  checks: listOf(
    object({
      name: TEXT,
      status: choice('ok', 'warning', 'failed', 'unknown'),
      sentence: TEXT,
      hint: says('What to do; empty only where it is `ok`.', TEXT),
    }),
  ),
});

export type DoctorJson = Shape<typeof doctorAnswer>;

export function doctorJson(checks: readonly Checked[]): DoctorJson {
  return { checks: checks.map(({ name, status, sentence, hint }) => ({ name, status, sentence, hint })) };
}
