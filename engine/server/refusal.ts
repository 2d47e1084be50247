// The five kinds of no, as HTTP says them: problem+json (RFC 9457) with the same sentence and the same hint that the
// command line has. A defect says nothing of what is inside.

import { type Problem, problemLine } from '../base/problem.ts';
import type { FailureKind } from '../contract/failure.ts';
import { Fault } from '../ports/fault.ts';

export type Refused = {
  readonly status: number;
  readonly kind: FailureKind;
  readonly code: string | null;
  readonly message: string;
  readonly hint: string;
};

/** Thrown by a question that cannot be answered as it was asked. */
export class Refusal extends Error {
  override readonly name = 'Refusal';
  readonly refused: Refused;

  constructor(status: number, kind: FailureKind, message: string, hint: string) {
    super(message);
    this.refused = { status, kind, code: null, message, hint };
  }
}

export function badQuestion(message: string, hint: string): Refusal {
  return new Refusal(400, 'usage', message, hint);
}

export function unknown(message: string, hint: string): Refusal {
  return new Refusal(404, 'unknown', message, hint);
}

/** The head of the repository cannot be used at all. */
export function unusable(problems: readonly Problem[]): Refusal {
  const first = problems.find(({ severity }) => severity === 'error') ?? problems[0];
  const what = first === undefined ? 'it has no tidegate.yaml' : problemLine(first);
  return new Refusal(422, 'problems', `the configuration cannot be used: ${what}`, 'check it in a clone of it');
}

export function refusedBy(error: unknown): Refused {
  if (error instanceof Refusal) return error.refused;
  if (error instanceof Fault) {
    const { code, message, hint } = error;
    return { status: 503, kind: 'fault', code, message, hint };
  }
  const status = statusOf(error);
  if (status !== null && status < 500) {
    return { status, kind: 'usage', code: null, message: 'this request cannot be read', hint: 'see docs/server.md' };
  }
  return {
    status: 500,
    kind: 'invariant',
    code: null,
    message: 'this is a defect of Tidegate',
    hint: 'please report it with the address that you asked for',
  };
}

/** What the HTTP library found wrong with a request. */
function statusOf(error: unknown): number | null {
  if (typeof error !== 'object' || error === null || !('statusCode' in error)) return null;
  return typeof error.statusCode === 'number' && error.statusCode >= 400 ? error.statusCode : null;
}

export function problemJson({ status, kind, code, message, hint }: Refused) {
  return { type: 'about:blank', title: message, status, kind, ...(code === null ? {} : { code }), hint };
}
