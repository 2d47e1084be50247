// The laws of DESIGN section 3 as checkers. Each looks at decisions from outside and knows nothing of how they were
// made; what a decision may do is worked out again here, in other words than the engine's.

import { unreachable } from '../../engine/base/assert.ts';
import { foldAll } from '../../engine/ledger/fold.ts';
import type { RunRecord } from '../../engine/ledger/records/table.ts';
import type { EnvironmentState } from '../../engine/model/environment-state.ts';
import type { ObservedEnvironment } from '../../engine/model/observed.ts';
import type { OutsideEffect } from '../../engine/model/outside-effect.ts';
import { proposalBranch } from '../../engine/model/promotion.ts';
import { jobId, pendingStage, type Run } from '../../engine/model/run.ts';
import { evaluatePolicies } from '../../engine/policy/evaluate.ts';
import type { Effect } from '../../engine/reconcile/plan.ts';
import type { Decide, Decision, Life } from './model-life.ts';
import { facts } from './policy-facts.ts';

export type Breach = { readonly law: Law; readonly sentence: string };
export type Law =
  | 'same'
  | 'level'
  | 'intent'
  | 'names'
  | 'asked'
  | 'closed'
  | 'one-run'
  | 'progress'
  | 'quarantine'
  | 'judged';

type Opened = Extract<RunRecord, { type: 'run-opened' }>;
type StartJob = Extract<Effect, { type: 'start-job' }>;

/** All breaches in a life that was lived with `decide`. */
export function breaches(life: Life, decide: Decide): readonly Breach[] {
  const names = new Map<string, string>();
  return [
    ...life.decisions.flatMap((decision) => [
      ...same(decision, decide),
      ...intent(decision),
      ...named(decision, names),
      ...asked(decision),
      ...closed(decision),
      ...oneRun(decision),
      ...quarantined(decision),
      ...judged(decision),
    ]),
    ...life.complaints.map((sentence): Breach => ({ law: 'progress', sentence })),
  ];
}

/** Where a healed life must have ended: what is offered runs, unless people or a failure said otherwise. */
export function arrived(life: Life): readonly Breach[] {
  const { state, offered } = life;
  const breach = (sentence: string): Breach => ({ law: 'level', sentence });
  if (state.open.length > 0) return [breach(`${state.open.at(-1)?.id} never ended`)];
  if (state.requests.length > 0) return [breach(`${state.requests[0]?.id} was never answered`)];
  if (offered === null || state.current?.contents.digest === offered.contents.digest) return [];
  const { digest } = offered.contents;
  const isExplained =
    state.quarantine.some((bad) => bad.digest === digest) ||
    state.current?.left.some(({ version }) => version.commit === offered.version.commit) ||
    // A tag that was moved counts for nothing, and is said to be so.
    state.tags.some(({ tag, commit }) => tag === offered.version.tag && commit !== offered.version.commit);
  return isExplained ? [] : [breach(`${digest} is offered, and ${state.current?.contents.digest} runs`)];
}

/** Law 1. */
function same({ observed, now, plan }: Decision, decide: Decide): readonly Breach[] {
  const again = decide(structuredClone(observed), now);
  return JSON.stringify(again) === JSON.stringify(plan)
    ? []
    : [{ law: 'same', sentence: 'two plans of one observation' }];
}

/** Law 3. Stopping what no run waits for needs no intent of its own: the records are on disk before any effect. */
function intent(decision: Decision): readonly Breach[] {
  const { plan } = decision;
  const environment = environmentOf(decision);
  const run = environment.ledger.state.open.at(-1);
  return plan.effects.flatMap((effect): Breach[] => {
    const breach: Breach = {
      law: 'intent',
      sentence: `${effect.type === 'outside' ? effect.kind : effect.type} without its intent in the ledger`,
    };
    switch (effect.type) {
      case 'start-job':
        return run !== undefined && wantedJob(run) === effect.job.id ? [] : [breach];
      case 'outside':
        return isIntended(effect, environment.ledger.state) ? [] : [breach];
      case 'stop-job': {
        const after = afterwards(decision)?.open.at(-1);
        return after !== undefined && wantedJob(after) === effect.id && !isGivenUp(environment, after) ? [breach] : [];
      }
      default:
        return unreachable(effect);
    }
  });
}

function isIntended(effect: OutsideEffect, { open, leftovers, proposals = [] }: EnvironmentState): boolean {
  switch (effect.kind) {
    case 'write-back': {
      const run = open.at(-1);
      return run?.writeBack?.ended === null && run.id === effect.run && effect.id === `${run.id}/write-back`;
    }
    case 'remove-branch':
      return (
        leftovers.some(({ branch }) => branch === effect.payload.branch) ||
        proposals.some(({ proposal, ended }) => proposalBranch(proposal) === effect.payload.branch && ended !== null)
      );
    case 'promote-branch':
      return proposals.some(({ proposal, head }) => proposal === effect.payload.proposal && head === null);
    case 'merge-proposal':
      return proposals.some(
        ({ proposal, ended, merging }) =>
          proposal === effect.payload.intended.proposal && ended === null && merging?.failed === null,
      );
  }
}

/** Law 4: one name, one work; and never again after its end was recorded. */
function named({ observed, plan, scope }: Decision, names: Map<string, string>): readonly Breach[] {
  return plan.effects
    .filter((effect): effect is StartJob => effect.type === 'start-job')
    .flatMap((effect) => {
      const { id } = effect.job;
      const { env, work, ...rest } = effect.job;
      const place = work.map((one) => ('input' in one ? { ...one, input: { ...one.input, epoch: 0 } } : one));
      const text = JSON.stringify({ ...rest, work: place, env: { ...env, TIDEGATE_EPOCH: '' }, commit: effect.commit });
      const key = `${scope} ${id}`;
      const known = names.get(key) ?? text;
      names.set(key, known);
      const ended = observed.environments[0]?.ledger.state.open
        .find((run) => run.id === effect.run)
        ?.stages.some((stage) =>
          stage.steps.some((step) => `${effect.run}/${stage.name}/${step.attempt}/${step.step}` === id),
        );
      if (known !== text) return [{ law: 'names' as const, sentence: `${id} names two works` }];
      return ended === true ? [{ law: 'names' as const, sentence: `${id} is started after it ended` }] : [];
    });
}

/** Law 5: nothing is let in, and no stage first touches the target, while somebody who is asked says no. */
function asked(decision: Decision): readonly Breach[] {
  const environment = environmentOf(decision);
  return decision.plan.append.flatMap(({ record }): Breach[] => {
    if (record.type === 'run-opened' && isNewWork(record)) {
      const why = refusal(environment, decision.now, record.emergency);
      return why === null ? [] : [{ law: 'asked', sentence: `${record.run} is granted although ${why}` }];
    }
    if (record.type !== 'stage-started') return [];
    const run = environment.ledger.state.open.find((open) => open.id === record.run);
    if (run === undefined || run.touched || isForced(run)) return [];
    if (run.stages.find((stage) => stage.name === record.stage)?.touches !== true) return [];
    const { requests } = environment.ledger.state;
    // Somebody may ask in an emergency for what is on its way already.
    const isCalledFor = requests.some(
      (request) => request.type === 'deploy' && request.emergency && request.version.commit === run.version.commit,
    );
    const why = refusal(environment, decision.now, run.emergency || isCalledFor);
    return why === null ? [] : [{ law: 'asked', sentence: `${record.stage} of ${run.id} starts although ${why}` }];
  });
}

/** Law 6: what cannot be read or trusted lets nothing new in. */
function closed(decision: Decision): readonly Breach[] {
  const { observed, now, plan } = decision;
  const environment = environmentOf(decision);
  const damaged = environment.ledger.type === 'damaged';
  const { lastAt } = environment.ledger.state;
  // A remote that tells its time and agrees with ours says that the record's clock was wrong.
  const isBehind = observed.clockSkewMs === null && lastAt !== null && lastAt - now > 300_000;
  const isOff = Math.abs(observed.clockSkewMs ?? 0) > 300_000 || isBehind;
  const why = damaged
    ? 'the ledger is damaged'
    : environment.gates === null
      ? 'no gates'
      : isOff
        ? 'the clock is off'
        : null;
  const opened = plan.append.filter(({ record }) => record.type === 'run-opened' && isNewWork(record));
  const grants =
    why === null ? [] : opened.map((): Breach => ({ law: 'closed', sentence: `granted although: ${why}` }));
  const acts = damaged && plan.append.length + plan.effects.length > 0;
  return acts ? [...grants, { law: 'closed', sentence: 'a damaged ledger is written to or acted upon' }] : grants;
}

/** At most a run and the rollback that answers it; never two jobs at the target at once. */
function oneRun(decision: Decision): readonly Breach[] {
  const after = afterwards(decision);
  const starts = decision.plan.effects.filter((effect) => effect.type === 'start-job').length;
  const running = [...environmentOf(decision).jobs.values()].filter((job) => job === 'running').length;
  if (starts > 0 && starts + running > 1) return [{ law: 'one-run', sentence: 'two jobs at once' }];
  if (after === null) return [{ law: 'one-run', sentence: 'the ledger refuses what was decided' }];
  const [first, second] = after.open;
  const isPair = first === undefined || second === undefined || second.cause === first.id;
  return after.open.length <= 2 && isPair ? [] : [{ law: 'one-run', sentence: 'two runs are open' }];
}

function quarantined(decision: Decision): readonly Breach[] {
  const { quarantine } = environmentOf(decision).ledger.state;
  return decision.plan.append.flatMap(({ record }): Breach[] => {
    if (record.type !== 'run-opened' || record.trigger === 'request' || record.cause !== null) return [];
    const isBad = quarantine.some(({ digest }) => digest === record.contents.digest);
    return isBad ? [{ law: 'quarantine', sentence: `${record.run} deploys what is in quarantine` }] : [];
  });
}

/** What was ended with its lease says nothing about the version. */
function judged(decision: Decision): readonly Breach[] {
  const { jobs } = environmentOf(decision);
  return decision.plan.append.flatMap(({ record }): Breach[] => {
    if (record.type !== 'step-ended') return [];
    const id = `${record.run}/${record.stage}/${record.attempt}/${record.step}`;
    const job = jobs.get(id);
    const isUnknown = job !== undefined && job !== 'running' && job.lapsed === true;
    return isUnknown ? [{ law: 'judged', sentence: `${id} is judged by an end that its lease gave it` }] : [];
  });
}

function refusal({ gates, ledger }: ObservedEnvironment, now: number, emergency: boolean): string | null {
  const { suspended } = ledger.state;
  if (gates === null) return 'the gates cannot be read';
  if (suspended !== null && (suspended.until === null || now < suspended.until)) return 'it is suspended';
  if (emergency) return null;
  const verdict = evaluatePolicies(gates.policies, facts({ now }));
  return verdict.status === 'allowed' ? null : verdict.sentence;
}

/** Rollbacks that a failure or a person calls for are let in past every gate. */
function isNewWork(record: Opened): boolean {
  return record.cause === null && !(record.kind === 'rollback' && record.trigger === 'request');
}

function isForced(run: Run): boolean {
  return run.cause !== null || (run.kind === 'rollback' && run.trigger === 'request');
}

/** The run was cancelled while this step ran, and it is none of those that run also then. */
function isGivenUp({ versions }: ObservedEnvironment, run: Run): boolean {
  const stage = pendingStage(run);
  const config = versions.get(run.version.commit);
  if (stage?.failed?.outcome !== 'Cancelled' || config?.type !== 'read') return false;
  const steps = config.pipeline.stages.find(({ name }) => name === stage.name)?.steps ?? [];
  return steps[stage.step]?.if?.afterFailure !== true;
}

function wantedJob(run: Run): string | null {
  const stage = run.failure === null && run.outcome === null ? pendingStage(run) : null;
  return stage === null || stage.startedAt === null || run.inDoubt !== null ? null : jobId(run.id, stage);
}

function afterwards(decision: Decision): EnvironmentState | null {
  const folded = foldAll(
    environmentOf(decision).ledger.state,
    decision.plan.append.map(({ record }) => record),
  );
  return folded.type === 'state' ? folded.state : null;
}

function environmentOf({ observed }: Decision): ObservedEnvironment {
  const [environment] = observed.environments;
  if (environment === undefined) throw new Error('a life has one environment');
  return environment;
}
