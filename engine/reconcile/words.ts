// What is written down because it was seen, and not because anybody asked: answers by tag, the first sight of a
// version that has to wait. Both give an instant of our own clock to something whose own dates are only claims.

import { speakerOf } from '../model/people.ts';
import { isPassing, type Signed } from '../model/policy-facts.ts';
import { ownIn, type Verdict } from '../model/verdict.ts';
import type { Candidate } from './candidate.ts';
import type { Draft } from './draft.ts';
import { misnamed } from './subject.ts';

/** By a clock that cannot be right nothing is written: others would have to wait for it. */
export function recordSeenAnswers(draft: Draft): void {
  for (const tag of draft.environment.approvalTags) {
    const { name, oid, commit, answer, person, reason, signed } = tag;
    // One that speaks for no version is explained, and not kept.
    if (commit === null || person === null || misnamed(tag) !== null) continue;
    // Whose it is is written down with it, once: one that could not be checked yet would be nobody's for good.
    if (isPassing(signed)) continue;
    if (draft.state.approvals.some((known) => known.tag?.name === name)) continue;
    if (isNobodys(draft, person, signed)) continue;
    const signer = signed.type === 'signed' ? { signedBy: signed.by } : {};
    draft.event(
      { type: 'approval-tag-seen', tag: name, oid, commit, answer, person, reason, ...signer },
      `${name}:${oid}`,
    );
  }
}

/** The ledger keeps so many answers: a crowd of names that nobody knows must not make it forget what people said. */
function isNobodys({ sides }: Draft, person: string, signed: Signed): boolean {
  return sides.every((side) => speakerOf(person, signed, side) === null);
}

/** The same of answers to a change of gates. */
export function recordSeenGatesTags(draft: Draft): void {
  for (const tag of draft.environment.gatesTags) {
    const { name, oid, answer, serial, digest, person, reason, signed } = tag;
    if (person === null || (tag.called !== null && tag.called !== name) || isPassing(signed)) continue;
    if (serial !== (draft.state.gates?.serial ?? 0)) continue;
    if (draft.state.gateWords.some((known) => known.tag?.name === name)) continue;
    if (isNobodys(draft, person, signed)) continue;
    const signer = signed.type === 'signed' ? { signedBy: signed.by } : {};
    draft.event(
      { type: 'gates-tag-seen', tag: name, oid, answer, serial, digest, person, reason, ...signer },
      `${name}:${oid}`,
    );
  }
}

/**
 * Reminders, escalations and departures count from here; statistics know from it how long it waited. By a clock that
 * cannot be right nothing is written: everybody else would have to wait for it.
 */
export function recordOffered(draft: Draft, { version, contents }: Candidate, verdict: Verdict): void {
  if (verdict.status !== 'waiting' || ownIn(verdict, 'clock') !== undefined) return;
  const { digest } = contents;
  const { offered } = draft.state;
  if (offered.some((other) => other.digest === digest && other.commit === version.commit)) return;
  draft.event({ type: 'offered', version, digest }, `${version.commit}:${draft.state.seq}`);
}
