// The answer of `when`, as JSON and as lines: a row for each environment, below it each rule in the way and who may
// lift it.

import { type Instant, sayInstant } from '../../base/instant.ts';
import { instantJson, instantJsonOrNull, versionJson, type WhenJson } from '../../contract/contract.ts';
import { bareSentence, type Leaf, leafName, ruleJson } from '../../explain/leaves.ts';
import { sayIso } from '../../explain/moment.ts';
import type { When } from '../../explain/when.ts';
import { sayVersion, type Version } from '../../model/version.ts';
import { BLANK, dim, hanging, type Line, line, strong, styled } from './line.ts';
import { table } from './table.ts';

export function whenJson(whens: readonly When[], version: Version, now: Instant): WhenJson {
  return {
    version: versionJson(version),
    at: instantJson(now),
    environments: whens.map((when) => ({
      name: when.name,
      earliest: instantJsonOrNull(when.earliest),
      blockedBy: names(when.blocked),
      overridableBy: when.liftedBy,
      sentence: when.sentence,
      live: when.isLive,
      notBefore: instantJsonOrNull(when.notBefore),
      needs: names(when.needs),
      after: when.behind?.name ?? null,
      rules: when.blocked.map(ruleJson),
    })),
  };
}

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
function detail({ name, blocked, needs, liftedBy }: When, version: Version): readonly Line[] {
  const told = blocked.filter((leaf) => !needs.some((need) => leafName(need) === leafName(leaf)));
  const lines = told.map((leaf) => hanging(6, dim(`    ${leafName(leaf)}  `), bareSentence(leaf)));
  const liftable = blocked.filter((leaf) => leaf.liftedBy.length > 0);
  const who = liftable.map((leaf) =>
    hanging(6, dim(`    ${leafName(leaf)} can be overridden by ${leaf.liftedBy.join(', ')}`)),
  );
  const all = blocked.length > 0 && liftable.length === blocked.length;
  const short = version.tag ?? version.commit.slice(0, 12);
  const emergency = all
    ? [hanging(6, dim(`    in an emergency: tidegate deploy ${name} ${short} --emergency --reason "…"`))]
    : [];
  const isApproval = needs.some(({ rule }) => rule === 'approval') && liftedBy.length > 0;
  const approve = isApproval ? [hanging(6, dim(`    to approve: tidegate approve ${name} ${short}`))] : [];
  return [...lines, ...who, ...emergency, ...approve];
}

function names(leaves: readonly Leaf[]): readonly string[] {
  return [...new Set(leaves.map(leafName))];
}
