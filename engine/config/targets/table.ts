// The kinds of target there are. One line a kind.

import type { Schema } from '../schema/shape.ts';
import { filesTarget } from './files.ts';
import type { TargetKind } from './kind.ts';
import { scriptTarget } from './script.ts';

const KINDS: readonly TargetKind[] = [filesTarget, scriptTarget];

export const targetSchemas: readonly Schema[] = KINDS.map((kind) => kind.schema);

/** The kind of a checked target, by the key that it has. */
export function kindOfTarget(target: object): TargetKind | undefined {
  return KINDS.find((kind) => Object.hasOwn(target, kind.key));
}
