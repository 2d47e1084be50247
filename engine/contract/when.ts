// `tidegate when --json`: the earliest moment at which a version can be live, for each environment.

import type { Instant } from '../base/instant.ts';
import { type Leaf, leafName } from '../explain/leaves.ts';
import type { When } from '../explain/when.ts';
import type { Version } from '../model/version.ts';
import { instantJson, instantJsonOrNull, instantOrNull, instantShape } from './instant.ts';
import { ruleJson, ruleShape } from './rule.ts';
import { FLAG, listOf, object, orNull, type Shape, says, TEXT } from './shape.ts';
import { versionJson, versionShape } from './version.ts';

export const whenAnswer = object({
  version: versionShape,
  at: instantShape,
  environments: listOf(
    object({
      name: TEXT,
      earliest: says(
        'Null where people or the world have to act first, or where no time is early enough.',
        instantOrNull,
      ),
      blockedBy: says('`policy/rule` names of what is in the way now.', listOf(TEXT)),
      overridableBy: says('People and teams who may override that, or whose approval it waits for.', listOf(TEXT)),
      sentence: TEXT,
      live: says('It runs there already; `earliest` is since when.', FLAG),
      notBefore: says('The earliest as far as time alone goes; null where waiting would not help.', instantOrNull),
      needs: says('`policy/rule` names of what time does not clear.', listOf(TEXT)),
      after: says('The environment that has to run it first.', orNull(TEXT)),
      rules: listOf(ruleShape),
    }),
  ),
});

export type WhenJson = Shape<typeof whenAnswer>;

export function whenJson(whens: readonly When[], version: Version, now: Instant): WhenJson {
  return {
    version: versionJson(version),
    at: instantJson(now),
    environments: whens.map((when) => ({
      name: when.name,
      earliest: instantJsonOrNull(when.earliest),
      blockedBy: names(when.blocked),
      overridableBy: when.overridableBy,
      sentence: when.sentence,
      live: when.isLive,
      notBefore: instantJsonOrNull(when.notBefore),
      needs: names(when.needs),
      after: when.behind?.name ?? null,
      rules: when.blocked.map(ruleJson),
    })),
  };
}

function names(leaves: readonly Leaf[]): readonly string[] {
  return [...new Set(leaves.map(leafName))];
}
