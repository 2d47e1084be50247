// How one step names another: by its `id`, what became of it and what it put out. All of it is text.

import type { StepState } from './run.ts';

/** Of steps, and of inputs: a word that CEL and a template read alike. */
export const STEP_ID = /^[A-Za-z][A-Za-z0-9_]{0,63}$/;
export const STEP_ID_SAYS = 'a letter first, then letters, digits and underscores, at most 64';

const REFERENCE = /^steps\.([A-Za-z][A-Za-z0-9_]*)\.(?:(outcome|conclusion)|outputs\.([A-Za-z][A-Za-z0-9_]*))$/;

export type StepReference = { readonly id: string; readonly output: string | null };

/** Null for every other name. */
export function stepReference(name: string): StepReference | null {
  const [, id, , output] = REFERENCE.exec(name) ?? [];
  return id === undefined ? null : { id, output: output ?? null };
}

/** As GitHub Actions calls it. */
export function outcomeWord(outcome: StepState['outcome']): 'success' | 'failure' | 'cancelled' | 'skipped' {
  switch (outcome) {
    case 'succeeded':
      return 'success';
    case 'cancelled':
    case 'skipped':
      return outcome;
    default:
      return 'failure';
  }
}
