// The kinds of step there are. One line a kind.

import { assert } from '../base/assert.ts';
import type { Schema } from '../config/schema/shape.ts';
import type { StepConfig } from '../model/config.ts';
import type { JobSubject, Planned } from '../model/job.ts';
import { deploy } from './deploy/kind.ts';
import { http } from './http/kind.ts';
import type { StepKind } from './kind.ts';
import { run } from './run/kind.ts';
import { tcp } from './tcp/kind.ts';
import { wait } from './wait/kind.ts';

export const STEP_KINDS: readonly StepKind[] = [run, deploy, http, tcp, wait];

export const stepSchemas: readonly Schema[] = STEP_KINDS.map((kind) => kind.schema);

/** The kind of a checked step, by the key that it has. */
export function kindOfStep(step: object): StepKind | undefined {
  return STEP_KINDS.find((kind) => Object.hasOwn(step, kind.key));
}

export function planStep({ type, settings }: StepConfig, subject: JobSubject): Planned {
  const kind = STEP_KINDS.find(({ key }) => key === type);
  assert(kind !== undefined, `the step was made by a kind that is in the table, not by ${type}`);
  return kind.plan(settings, subject);
}
