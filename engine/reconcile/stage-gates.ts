// What is asked before a stage starts (law 5). Until a stage that touches the target has started: everything, with one
// mercy: a window that says `running: finish` lets a run that has begun go on through stages that leave the target alone.
// Afterwards only the stage's own policies: stopping half-way through a target is worse than finishing late.

import type { PolicyConfig } from '../model/config.ts';
import type { Gates } from '../model/observed.ts';
import { pendingStage, type Run, type StageState } from '../model/run.ts';
import { lookedAhead, wakeOf } from '../model/until.ts';
import { allOf, type Verdict } from '../model/verdict.ts';
import { ask } from './ask.ts';
import { choose } from './candidate.ts';
import { clockVerdict } from './clock.ts';
import type { Draft } from './draft.ts';
import { answersFailure, isExempt } from './kinds.ts';
import { plain, suspendedVerdict } from './plain-verdict.ts';
import { subjectOfRun } from './subject.ts';

export function stageVerdict(draft: Draft, run: Run, stage: StageState): Verdict {
  const verdict = verdictNow(draft, run, stage);
  return draft.isAhead ? verdict : lookedAhead(draft.now, verdict, (at) => verdictNow(draft.later(at), run, stage));
}

function verdictNow(draft: Draft, run: Run, stage: StageState): Verdict {
  const gates = draft.environment.gates;
  if (isExempt(run)) return plain('allowed', 'rollback', 'a rollback ignores windows and approvals');
  if (gates === null) {
    return run.touched
      ? plain(
          'allowed',
          'configuration',
          'the target was touched already: the run is finished with the gates it began with',
        )
      : plain('denied', 'configuration', 'the gates at the head of the default branch cannot be read', 'configuration');
  }
  const asks = [gates, ...draft.environment.former].map((gate) => ({
    gate,
    own: ownPolicies(draft, run, stage, gate),
  }));
  const subject = subjectOfRun(run);
  if (run.touched)
    return allOf(
      'all of',
      'allowed',
      asks.map(({ gate, own }) => ask(draft, subject, own, gate)),
    );
  const own = clockVerdict(draft) ?? suspendedVerdict(draft, subject);
  if (own !== null) return own;
  const hasBegun = run.startedAt !== null && !stage.touches;
  const verdicts = asks.flatMap(({ gate, own }) => [
    ask(draft, subject, hasBegun ? gate.policies.flatMap(withoutFinishing) : gate.policies, gate),
    ask(draft, subject, own, gate),
  ]);
  return allOf('all of', 'allowed', verdicts);
}

/** A stage's own policies: those of the gate, and those that the version adds to itself. */
function ownPolicies(draft: Draft, run: Run, stage: StageState, gate: Pick<Gates, 'stages'>): readonly PolicyConfig[] {
  const given = gate.stages.find((candidate) => candidate.name === stage.name)?.policies ?? [];
  const config = draft.environment.versions.get(run.version.commit);
  const added =
    config?.type === 'read' ? (config.pipeline.stages.find(({ name }) => name === stage.name)?.policies ?? []) : [];
  const named = draft.environment.gates?.named ?? {};
  const names = new Set(given.map(({ name }) => name));
  return [...given, ...added.flatMap((name) => (names.has(name) ? [] : (named[name] ?? [])))];
}

/** Whether anything but Tidegate itself has a say in whether this stage may start. */
export function isGated(draft: Draft, run: Run, stage: StageState): boolean {
  const { gates, former } = draft.environment;
  if (gates === null || isExempt(run)) return false;
  return [gates, ...former].some(
    (gate) => ownPolicies(draft, run, stage, gate).length > 0 || (!run.touched && gate.policies.length > 0),
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
    draft.say(`${run.id} waits before ${stage.name}: ${verdict.sentence}`);
    draft.tell(verdict.tell);
    draft.wake(wakeOf(verdict));
  }
  return verdict.status === 'allowed' || supersededBy(draft, run);
}

/** A newer version replaces a run that waits and has not touched its target; never one that people or a failure called for. */
export function supersededBy(draft: Draft, run: Run): boolean {
  if (run.touched || run.trigger === 'request' || isExempt(run)) return false;
  if (draft.environment.gates?.environment.supersede !== 'newest') return false;
  if (draft.hasAnswered) return false;
  const newer = choose(draft);
  return newer.type === 'candidate' && newer.candidate.contents.digest !== run.contents.digest;
}

/** Of a window that lets a run finish, only the freezes are asked. */
function withoutFinishing(policy: PolicyConfig): readonly PolicyConfig[] {
  const rules = policy.rules.flatMap((rule) => {
    if (rule.type !== 'window' || rule.running !== 'finish') return [rule];
    return rule.deny.length > 0 ? [{ ...rule, allow: [], holidays: [] }] : [];
  });
  return rules.length > 0 ? [{ ...policy, rules }] : [];
}
