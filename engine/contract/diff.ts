// `tidegate diff --json`: how an environment differs between two versions.

import type { Version } from '../model/version.ts';
import { object, type Shape, says, TEXT } from './shape.ts';
import { versionJson, versionShape } from './version.ts';

export const diffAnswer = object({
  environment: TEXT,
  from: versionShape,
  to: versionShape,
  diff: says('A unified diff of the inputs; empty where nothing differs.', TEXT),
});

export function diffJson(environment: string, from: Version, to: Version, diff: string): Shape<typeof diffAnswer> {
  return { environment, from: versionJson(from), to: versionJson(to), diff };
}
