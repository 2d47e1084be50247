// The answer of `when`, as lines: a row for each environment, below it each rule in the way and who may override it.

import { type Instant, sayInstant } from '../../base/instant.ts';
import { bareSentence, leafName } from '../../explain/leaves.ts';
import { sayIso } from '../../explain/moment.ts';
import type { When } from '../../explain/when.ts';
import { joinedNeeds } from '../../model/needs.ts';
import { needsOneOf, type Remedy, versionName } from '../../model/remedy.ts';
import { sayVersion, type Version } from '../../model/version.ts';
import { BLANK, dim, hanging, type Line, line, strong, styled } from './line.ts';
import { remedyLines } from './remedy-shown.ts';
import { table } from './table.ts';

export function whenLines(whens: readonly When[], version: Version, now: Instant, timezone: string): readonly Line[] {
  const rows = table(
    whens.map((when) => [strong(when.name), styled(styleOf(when, now), when.sentence)]),
    2,
  );
  return [
    line(strong(sayVersion(version)), ' can be live'),
    BLANK,
    ...rows.flatMap((row, index) => {
      const when = whens[index];
      return when === undefined ? [row] : [row, ...detail(when, version)];
    }),
    BLANK,
    line(dim(`at ${sayInstant(now, timezone)} (${sayIso(now)})`)),
  ];
}

function styleOf({ earliest, notBefore }: When, now: Instant) {
  if (earliest !== null) return earliest <= now ? 'good' : 'waits';
  return notBefore === null ? 'bad' : 'waits';
}

/** The sentence names what is still needed; what time clears is told here, with who could clear it sooner. */
function detail({ name, blocked, needs }: When, version: Version): readonly Line[] {
  const told = blocked.filter((leaf) => !needs.some((need) => leafName(need) === leafName(leaf)));
  const lines = told.map((leaf) => hanging(6, dim(`    ${leafName(leaf)}  `), bareSentence(leaf)));
  const liftable = blocked.filter((leaf) => leaf.overridableBy.length > 0);
  const who = liftable.map((leaf) =>
    hanging(6, dim(`    ${leafName(leaf)} can be overridden by ${leaf.overridableBy.join(', ')}`)),
  );
  const all = blocked.length > 0 && liftable.length === blocked.length;
  const emergency: readonly Remedy[] = all
    ? [{ act: 'deploy', environment: name, version: versionName(version), emergency: true }]
    : [];
  const named = joinedNeeds([...needs, ...blocked].map(({ verdict }) => verdict.needs ?? null));
  return [...lines, ...who, ...remedyLines(joinedNeeds([named, needsOneOf(...emergency)]), 4)];
}
