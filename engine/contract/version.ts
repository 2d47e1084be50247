// A version in JSON: always the commit and its tag.

import type { Version } from '../model/version.ts';
import { COMMIT, object, orNull, type Shape, TEXT } from './shape.ts';

export const versionShape = object({ commit: COMMIT, tag: orNull(TEXT) });
export const versionOrNull = orNull(versionShape);

export type VersionJson = Shape<typeof versionShape>;

export function versionJson(version: Version): VersionJson {
  return { commit: version.commit, tag: version.tag };
}

export function versionJsonOrNull(version: Version | null): VersionJson | null {
  return version === null ? null : versionJson(version);
}
