// What every command prints with --json when it ends early: why, and what to do.

import { choice, object, objectWith, type Shape, says, TEXT } from './shape.ts';

export const failureAnswer = object({
  error: objectWith(
    {
      kind: choice('usage', 'unknown', 'refused', 'problems', 'fault', 'invariant'),
      message: TEXT,
      hint: TEXT,
    },
    { code: says('Of a fault: which one. Codes may be added.', TEXT) },
  ),
});

export type FailureJson = Shape<typeof failureAnswer>;
export type FailureKind = FailureJson['error']['kind'];

type Failed = {
  readonly kind: FailureKind;
  readonly code: string | null;
  readonly message: string;
  readonly hint: string;
};

export function failureJson({ kind, code, message, hint }: Failed): FailureJson {
  return { error: { kind, ...(code === null ? {} : { code }), message, hint } };
}
