// The kinds of target there are. One line a kind.

import { assert } from '../base/assert.ts';
import type { Schema } from '../config/schema/shape.ts';
import type { JobSubject, Planned } from '../model/job.ts';
import { files } from './files/kind.ts';
import type { TargetKind } from './kind.ts';
import { script } from './script/kind.ts';

export const TARGET_KINDS: readonly TargetKind[] = [files, script];

export const targetSchemas: readonly Schema[] = TARGET_KINDS.map((kind) => kind.schema);

/** The kind of a checked target, by the key that it has. */
export function kindOfTarget(target: object): TargetKind | undefined {
  return TARGET_KINDS.find((kind) => Object.hasOwn(target, kind.key));
}

/** How the version is put in place where the subject's environment has its target. */
export function planTarget(subject: JobSubject): Planned {
  const { type, settings } = subject.environment.target;
  const kind = TARGET_KINDS.find(({ key }) => key === type);
  assert(kind !== undefined, `the target was made by a kind that is in the table, not by ${type}`);
  return kind.plan(settings, subject);
}
