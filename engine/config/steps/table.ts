// The kinds of step there are. One line a kind.

import type { Schema } from '../schema/shape.ts';
import { deployStep } from './deploy.ts';
import { httpStep } from './http.ts';
import type { StepKind } from './kind.ts';
import { runStep } from './run.ts';
import { tcpStep } from './tcp.ts';
import { waitStep } from './wait.ts';

const KINDS: readonly StepKind[] = [runStep, deployStep, httpStep, tcpStep, waitStep];

export const stepSchemas: readonly Schema[] = KINDS.map((kind) => kind.schema);

/** The kind of a checked step, by the key that it has. */
export function kindOfStep(step: object): StepKind | undefined {
  return KINDS.find((kind) => Object.hasOwn(step, kind.key));
}
