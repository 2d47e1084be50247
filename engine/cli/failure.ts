// The five kinds of no, as the command line says them: an exit code, a sentence, what to do about it. Everything that
// ends a command early passes through here, so that no stack trace meets a person who did nothing wrong.

import { hasErrors, type Problem, problemLine } from '../base/problem.ts';
import type { FailureKind } from '../contract/failure.ts';
import { Fault } from '../ports/fault.ts';

const EXIT: Readonly<Record<FailureKind, number>> = {
  refused: 1,
  problems: 2,
  fault: 3,
  usage: 64,
  unknown: 64,
  invariant: 70,
};

/** A command that ends early because of what a person asked; never because of a defect. */
class Refusal extends Error {
  override readonly name = 'Refusal';
  readonly kind: FailureKind;
  readonly hint: string;

  constructor(kind: Exclude<FailureKind, 'invariant' | 'fault'>, message: string, hint: string) {
    super(message);
    this.kind = kind;
    this.hint = hint;
  }
}

export function usage(message: string, hint: string): Refusal {
  return new Refusal('usage', message, hint);
}

/** A name that nothing has. The line is well formed, so that nobody has to be shown how to write it. */
export function unknown(message: string, hint: string): Refusal {
  return new Refusal('unknown', message, hint);
}

export function refused(message: string, hint: string): Refusal {
  return new Refusal('refused', message, hint);
}

/** The head of the repository cannot be used at all. */
export function unusable(problems: readonly Problem[]): Refusal {
  const errors = problems.filter(({ severity }) => severity === 'error');
  const [first] = hasErrors(problems) ? errors : problems;
  const more = errors.length > 1 ? ` (and ${errors.length - 1} more)` : '';
  const what = first === undefined ? 'it has no tidegate.yaml' : problemLine(first);
  return new Refusal(
    'problems',
    `the configuration cannot be used: ${what}${more}`,
    'run `tidegate check` in a clone of it',
  );
}

export type Failure = {
  readonly exit: number;
  readonly kind: FailureKind;
  readonly code: string | null;
  readonly message: string;
  readonly hint: string;
  /** Only for defects, and only where it was asked for. */
  readonly stack: string | null;
};

export function failureOf(error: unknown, isDebugging: boolean): Failure {
  if (error instanceof Refusal) {
    return {
      exit: EXIT[error.kind],
      kind: error.kind,
      code: null,
      message: error.message,
      hint: error.hint,
      stack: null,
    };
  }
  if (error instanceof Fault) {
    const kind = error.code === 'usage' || error.code === 'refused' ? error.code : 'fault';
    return {
      exit: EXIT[kind],
      kind,
      code: error.code,
      message: error.message,
      hint: error.hint,
      stack: isDebugging ? stackOf(error) : null,
    };
  }
  if (isSystemError(error)) {
    const hint = 'look at the path, at who may write there, and at the space that is left';
    return {
      exit: EXIT.fault,
      kind: 'fault',
      code: error.code,
      message: error.message,
      hint,
      stack: isDebugging ? stackOf(error) : null,
    };
  }
  return {
    exit: EXIT.invariant,
    kind: 'invariant',
    code: null,
    message: `this is a defect of Tidegate: ${error instanceof Error ? error.message : String(error)}`,
    hint: isDebugging ? REPORT : `${REPORT}; TIDEGATE_DEBUG=1 shows where it happened`,
    stack: isDebugging ? stackOf(error) : null,
  };
}

const REPORT = 'please report it with the command that you ran; nothing more was done after it';

/** What the operating system said about a file or a program: the world, not us. */
function isSystemError(error: unknown): error is Error & { readonly code: string } {
  return error instanceof Error && 'syscall' in error && 'code' in error && typeof error.code === 'string';
}

function stackOf(error: unknown): string {
  const stack = error instanceof Error ? (error.stack ?? error.message) : String(error);
  const cause = error instanceof Error && error.cause !== undefined ? `\ncaused by ${stackOf(error.cause)}` : '';
  return stack + cause;
}
