// The answer of `why`, as lines: the verdict first, then each rule with its sentence, then who can override what
// is in the way.

import { type Instant, sayInstant } from '../../base/instant.ts';
import { asideOf, bareSentence, type Leaf, leafName } from '../../explain/leaves.ts';
import { sayIso, sayUntil } from '../../explain/moment.ts';
import { dueNotices, sayTold } from '../../explain/notices.ts';
import { needsOf, returnIn } from '../../explain/remedies.ts';
import type { Why } from '../../explain/why.ts';
import { type Status, type Verdict, zoneOf } from '../../model/verdict.ts';
import { sayVersion } from '../../model/version.ts';
import { BLANK, dim, hanging, type Line, line, oneLine, type Style, strong, styled } from './line.ts';
import { remedyLines } from './remedy-shown.ts';
import { table } from './table.ts';

export function whyLines(why: Why, timezone: string, isVerbose = false): readonly Line[] {
  const { verdict, leaves } = why;
  const zone = decidingZone(why) ?? timezone;
  const until = verdict.status === 'allowed' ? '' : sayChange(verdict, why.now, zone);
  const head =
    why.version === null
      ? line(strong(why.environment), ': nothing is offered')
      : line(
          strong(why.environment),
          ': ',
          strong(sayVersion(why.version)),
          ' ',
          styled(STYLE[verdict.status], SAYS[verdict.status]),
          until,
        );
  return [
    head,
    BLANK,
    ...(leaves.length === 0
      ? [line('  ', verdict.sentence)]
      : table(
          leaves.map((leaf) => [statusSpan(leaf.verdict), leafName(leaf), bareSentence(leaf)]),
          2,
        )),
    ...(isVerbose ? asides(leaves) : []),
    ...hints(why),
    ...told(why),
    BLANK,
    line(dim(`at ${sayInstant(why.now, timezone)} (${sayIso(why.now)})`)),
  ];
}

/** When the whole answer changes, if it does by time alone. */
function sayChange({ until, becomes, lookedTo }: Verdict, now: Instant, zone: string): string {
  if (until !== null && becomes === 'denied') return `, and is denied from ${sayUntil(until, now, zone)}`;
  if (until !== null) return ` until ${sayUntil(until, now, zone)}`;
  if (lookedTo !== undefined)
    return `; up to ${sayInstant(lookedTo, zone)} nothing lets it in, and nobody looked further`;
  return '';
}

const SAYS: Readonly<Record<Status, string>> = { allowed: 'is allowed', waiting: 'waits', denied: 'is denied' };
const STYLE: Readonly<Record<Status, Style>> = { allowed: 'good', waiting: 'waits', denied: 'bad' };

function statusSpan({ status, overridden }: Verdict) {
  return styled(STYLE[status], overridden ? 'overridden' : status);
}

function asides(leaves: readonly Leaf[]): readonly Line[] {
  const said = leaves.flatMap((leaf) => asideOf(leaf).map((sentence) => `${leafName(leaf)}: ${sentence}`));
  return said.length === 0 ? [] : [BLANK, ...said.map((sentence) => hanging(2, '  ', dim(oneLine(sentence))))];
}

function told({ verdict, now }: Why): readonly Line[] {
  const due = dueNotices(verdict.notices, now);
  return due.length === 0 ? [] : [BLANK, ...due.map((notice) => hanging(2, '  ', styled('waits', sayTold(notice))))];
}

/** Who may override what is in the way, and what may be done about it. */
function hints(why: Why): readonly Line[] {
  const lines = [...said(why).map((sentence) => hanging(2, '  ', sentence)), ...remedyLines(needsOf(why))];
  return lines.length === 0 ? [] : [BLANK, ...lines];
}

function said(why: Why): readonly string[] {
  const { leaves, verdict } = why;
  if (verdict.status === 'allowed') return [];
  const liftable = leaves.filter((leaf) => leaf.verdict.status !== 'allowed' && leaf.overridableBy.length > 0);
  const who = liftable.map((leaf) => `${leafName(leaf)} can be overridden by ${leaf.overridableBy.join(', ')}`);
  return returnIn(why) === null ? who : [...who, 'it ran well here before: a rollback to it does not wait'];
}

/** The zone of the rule that decides, so that the head names the hour which the rule's author wrote. */
function decidingZone({ leaves, verdict }: Why): string | null {
  const decisive = leaves.find((leaf: Leaf) => leaf.verdict.until !== null && leaf.verdict.until === verdict.until);
  return decisive === undefined ? null : zoneOf(decisive.verdict);
}
