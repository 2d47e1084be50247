// What is asked before a stage starts (law 5). Until a stage that touches the target has started: everything, with
// one mercy: a window that says `on_window_close: finish` lets a run that has begun go on through stages that leave
// the target alone. Before the first touch stand the gates of all stages up to the one that touches in the gates,
// wherever the version puts it. Afterwards only the stage's own policies: stopping half-way through a target is worse
// than finishing late.

import type { PolicyConfig } from '../model/config.ts';
import { needsIn } from '../model/needs.ts';
import { pendingStage, type Run, type StageState } from '../model/run.ts';
import type { Side } from '../model/sides.ts';
import { wakeOf } from '../model/until.ts';
import { allOf, type Verdict } from '../model/verdict.ts';
import { ask } from './ask.ts';
import { choose } from './candidate.ts';
import { clockVerdict } from './clock.ts';
import type { Draft } from './draft.ts';
import { gatesVerdict } from './gates-verdict.ts';
import { answersFailure, isExempt } from './kinds.ts';
import { plain, suspendedVerdict } from './plain-verdict.ts';
import { subjectOfRun } from './subject.ts';

export function stageVerdict(draft: Draft, run: Run, stage: StageState): Verdict {
  const verdict = verdictNow(draft, run, stage);
  return draft.lookAhead(verdict, (later) => verdictNow(later, run, stage));
}

function verdictNow(draft: Draft, run: Run, stage: StageState): Verdict {
  if (isExempt(run)) return plain('allowed', 'rollback', 'a rollback ignores windows and approvals');
  if (draft.environment.gates === null) {
    return run.touched
      ? plain(
          'allowed',
          'configuration',
          'the target was touched already: the run is finished with the gates it began with',
        )
      : plain('denied', 'configuration', 'the gates at the head of the default branch cannot be read', 'configuration');
  }
  const asks = draft.sides.map((side) => ({ side, own: ownPolicies(draft, run, stage, side) }));
  const subject = subjectOfRun(run);
  if (run.touched)
    return allOf(
      'allowed',
      asks.map(({ side, own }) => ask(draft, subject, own, side)),
    );
  const own = clockVerdict(draft) ?? suspendedVerdict(draft, subject) ?? gatesVerdict(draft);
  if (own !== null) return own;
  const hasBegun = run.startedAt !== null && !stage.touches;
  const verdicts = asks.flatMap(({ side, own: policies }) => [
    ask(draft, subject, hasBegun ? side.policies.flatMap(withoutFinishing) : side.policies, side),
    ask(draft, subject, policies, side),
  ]);
  return allOf('allowed', verdicts);
}

/**
 * A stage's own policies: those that the gates give it, those that the version adds to itself, and before the first
 * touch those of every stage that the gates put before it.
 */
function ownPolicies(draft: Draft, run: Run, stage: StageState, side: Side): readonly PolicyConfig[] {
  const given = side.stages.find((candidate) => candidate.name === stage.name)?.policies ?? [];
  const before = stage.touches && !run.touched ? beforeTouch(side) : [];
  const config = draft.environment.versions.get(run.version.commit);
  const added =
    config?.type === 'read' ? (config.pipeline.stages.find(({ name }) => name === stage.name)?.policies ?? []) : [];
  const named = draft.environment.gates?.named ?? {};
  const asked = new Map([...given, ...before].map((policy) => [policy.name, policy]));
  const more = added.flatMap((name) => (asked.has(name) || !Object.hasOwn(named, name) ? [] : (named[name] ?? [])));
  return [...asked.values(), ...more];
}

/** Policies of the stages up to the first that touches the target, as these gates have them. */
function beforeTouch({ stages }: Side): readonly PolicyConfig[] {
  const first = stages.findIndex(({ touches }) => touches);
  return (first < 0 ? stages : stages.slice(0, first + 1)).flatMap(({ policies }) => policies);
}

/**
 * Whether what stands before the first touch has been asked: what starts sooner must not hold what opens the target.
 */
export function isPastGates(draft: Draft, run: Run, stage: StageState): boolean {
  if (isExempt(run) || run.touched || stage.touches) return true;
  return draft.sides.every((side) => beforeTouch(side).length === 0);
}

/** Whether anything but Tidegate itself has a say in whether this stage may start. */
export function isGated(draft: Draft, run: Run, stage: StageState): boolean {
  if (draft.environment.gates === null || isExempt(run)) return false;
  return draft.sides.some(
    (side) => ownPolicies(draft, run, stage, side).length > 0 || (!run.touched && side.policies.length > 0),
  );
}

/** Is there anything to do for a run that was parked at a gate? */
export function canProceed(draft: Draft, run: Run): boolean {
  if (run.failure !== null || run.writeBack !== null || answersFailure(run)) return true;
  // A request to deploy is no reason: it waits behind the run, or supersedes it below.
  if (draft.state.requests.some((request) => request.type === 'rollback')) return true;
  const stage = pendingStage(run);
  if (stage === null) return true;
  const verdict = stageVerdict(draft, run, stage);
  if (verdict.status !== 'allowed') {
    draft.say(`${run.id} waits before ${stage.name}: ${verdict.sentence}`, needsIn(verdict));
    draft.notify(verdict.notices);
    draft.wake(wakeOf(verdict));
  }
  return verdict.status === 'allowed' || supersededBy(draft, run);
}

/**
 * A newer version replaces a run that waits and has not touched its target; never one that people or a failure called
 * for.
 */
export function supersededBy(draft: Draft, run: Run): boolean {
  if (run.touched || run.trigger === 'request' || isExempt(run)) return false;
  if (draft.settings?.queue !== 'latest') return false;
  if (draft.hasAnswered) return false;
  const newer = choose(draft);
  return newer.type === 'candidate' && newer.candidate.contents.digest !== run.contents.digest;
}

/** Of a window that lets a run finish, only the freezes are asked. */
function withoutFinishing(policy: PolicyConfig): readonly PolicyConfig[] {
  const rules = policy.rules.flatMap((rule) => {
    if (rule.type !== 'window' || rule.onWindowClose !== 'finish') return [rule];
    return rule.deny.length > 0 ? [{ ...rule, allow: [], holidays: [] }] : [];
  });
  return rules.length > 0 ? [{ ...policy, rules }] : [];
}
