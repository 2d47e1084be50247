// The answer of `why --gates`, as lines: the change first, with who must agree, then what is in force.

import { sayInstant } from '../../base/instant.ts';
import { type GatesShown, sayGroupAsked, sayPending, sayTerms } from '../../explain/gates.ts';
import { saySince } from '../../explain/moment.ts';
import { CHANGE_DIGITS } from '../../model/gate-terms.ts';
import { BLANK, dim, hanging, type Line, line, strong, styled } from './line.ts';

export function gatesLines(shown: GatesShown, timezone: string): readonly Line[] {
  const { environment, now, inForce } = shown;
  return [
    ...pendingLines(shown, timezone),
    inForce === null
      ? line(strong(environment), ': no gates are in force yet')
      : hanging(
          2,
          strong(environment),
          ': gates ',
          strong(`${inForce.serial}`),
          ` (${inForce.digest.slice(0, 12)}, from ${inForce.from.slice(0, 7)}), in force since ${saySince(inForce.at, now, timezone)}`,
        ),
    ...(inForce === null ? [] : sayTerms(inForce.terms).map((said) => hanging(4, '  ', said))),
    BLANK,
    line(dim(`at ${sayInstant(now, timezone)}`)),
  ];
}

function pendingLines(shown: GatesShown, timezone: string): readonly Line[] {
  const { environment, now, inForce, pending, made } = shown;
  if (pending === null) return [];
  const before = new Set(sayTerms(inForce?.terms ?? pending.before));
  const after = new Set(sayTerms(pending.after));
  const isNew = inForce === null || inForce.terms === null;
  const gone = isNew ? [] : [...before].filter((said) => !after.has(said));
  const come = [...after].filter((said) => isNew || !before.has(said));
  const answer = pending.answer;
  // Then each group has a line of its own below.
  const isSaidByGroups = answer !== null && answer.rejectedBy.length === 0 && !answer.isAuthorUnknown;
  const settled = pending.accepting !== null;
  return [
    hanging(2, strong(environment), ': ', styled(settled ? 'good' : 'waits', sayPending(shown) ?? '')),
    ...(made === null
      ? []
      : [hanging(4, '  ', dim(`${made.commit.slice(0, 7)} by ${made.by}, ${saySince(made.at, now, timezone)}`))]),
    BLANK,
    ...gone.map((said) => hanging(4, styled('bad', '  - '), said)),
    ...come.map((said) => hanging(4, styled('good', '  + '), said)),
    ...(gone.length + come.length > 0 ? [BLANK] : []),
    ...(settled || isSaidByGroups ? [] : [hanging(4, '  ', pending.waits)]),
    ...(answer?.groups ?? []).map((group) => {
      const { approvedBy, missing } = group;
      return hanging(
        4,
        '  ',
        styled(missing === 0 ? 'good' : 'waits', missing === 0 ? 'yes      ' : 'missing  '),
        `${sayGroupAsked(group)}${approvedBy.length === 0 ? '' : `; so far ${approvedBy.join(', ')}`}`,
      );
    }),
    ...(answer?.ignored ?? []).map((said) => hanging(4, '  ', dim(said))),
    ...(settled || pending.digest === ''
      ? []
      : [
          hanging(
            4,
            '  ',
            `with plain git: push the annotated tag approve/${environment}/gates-${pending.serial}-${pending.digest.slice(0, CHANGE_DIGITS)}`,
          ),
        ]),
    BLANK,
  ];
}
