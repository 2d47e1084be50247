// What a rollback that is asked for now will do, before it is asked for. While a run is open it is about that run: it
// is given up, and what was in place stays or comes back. Which of the two is what the decision itself says, not this
// room.

import type { Instant } from '../base/instant.ts';
import type { Observed, ObservedEnvironment } from '../model/observed.ts';
import type { Run } from '../model/run.ts';
import { sayVersion, type Version } from '../model/version.ts';
import { advance } from '../reconcile/advance.ts';
import { Draft } from '../reconcile/draft.ts';
import { type AskedRollback, knownGood, withRollback } from './requests.ts';

/** `planned` is a sentence for the person who is about to confirm; `asked` says what was asked for. */
type RollbackSaid = { readonly planned: string; readonly asked: string };

export function rollbackSaid(
  environment: ObservedEnvironment,
  observed: Observed,
  now: Instant,
  asked: AskedRollback,
): RollbackSaid {
  const { name } = environment;
  const { open, current } = environment.ledger.state;
  const run = open.at(-1);
  if (run === undefined) {
    const where = sayTarget(asked.to ?? knownGood(environment)[0] ?? null);
    const from = current === null ? '' : ` from ${sayVersion(current.version)}`;
    return {
      planned: `${name} is to be rolled back${from} ${where}`,
      asked: `asked to roll ${name} back ${where}`,
    };
  }
  const then = afterGivingUp(environment, observed, now, asked, run);
  if (then === null) {
    const where = sayTarget(asked.to);
    return {
      planned: `${name} is to be rolled back ${where}, once ${run.id} has ended`,
      asked: `asked to roll ${name} back ${where}, once ${run.id} has ended`,
    };
  }
  const what = `${run.id} (${sayVersion(run.version)})`;
  return { planned: `${what} is to be given up: ${then}`, asked: `asked to give ${what} up: ${then}` };
}

function sayTarget(target: Version | null): string {
  return target === null ? 'to the version before' : `to ${sayVersion(target)}`;
}

/** Null where the run goes on: a rollback is not given up for another, nor is a run that has failed already. */
function afterGivingUp(
  environment: ObservedEnvironment,
  observed: Observed,
  now: Instant,
  asked: AskedRollback,
  run: Run,
): string | null {
  const draft = new Draft(withRollback(environment, now, asked), observed, now);
  advance(draft);
  const records = draft.plan().append.map(({ record }) => record);
  const failed = records.find((record) => record.type === 'run-failed' && record.run === run.id);
  if (failed?.type !== 'run-failed' || failed.outcome !== 'Cancelled') return null;
  const isAnswered = records.some((record) => record.type === 'request-closed');
  if (!isAnswered) return `then ${environment.name} is rolled back ${sayTarget(asked.to)}`;
  const { current } = environment.ledger.state;
  switch (failed.next) {
    case 'stop':
      return current === null ? 'nothing of it is in place' : `${sayVersion(current.version)} stays`;
    case 'roll-back':
      return current === null ? 'what was in place comes back' : `${sayVersion(current.version)} comes back`;
    case 'stall':
      return 'what it has changed stays as it is, and nothing else is tried until a person acts';
  }
}
