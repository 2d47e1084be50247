// Runs in JSON: `tidegate history`, newest first, and `tidegate show`, all that the ledger keeps of one.

import type { Run, StageState } from '../model/run.ts';
import { instantJson, instantJsonOrNull, instantOrNull, instantShape } from './instant.ts';
import {
  COMMIT,
  COUNT,
  choice,
  FLAG,
  listOf,
  mapOf,
  NUMBER,
  object,
  objectWith,
  orNull,
  type Shape,
  says,
  TEXT,
} from './shape.ts';
import { versionJson, versionJsonOrNull, versionOrNull, versionShape } from './version.ts';

export const outcomeShape = choice('Succeeded', 'Failed', 'Errored', 'Superseded', 'Cancelled', 'RolledBack');

const stage = {
  name: TEXT,
  outcome: orNull(choice('Succeeded', 'Failed', 'Errored', 'Cancelled')),
  skipped: FLAG,
  attempts: COUNT,
  startedAt: instantOrNull,
  endedAt: instantOrNull,
};

const run = {
  id: TEXT,
  environment: TEXT,
  version: versionShape,
  previous: versionOrNull,
  kind: choice('deploy', 'rollback', 'heal'),
  trigger: choice('commit', 'tag', 'promotion', 'revert', 'request', 'schedule', 'failure'),
  emergency: FLAG,
  overridden: says('`policy/rule` names of what was overridden.', listOf(TEXT)),
  reason: orNull(TEXT),
  by: orNull(TEXT),
  outcome: orNull(outcomeShape),
  sentence: orNull(TEXT),
  openedAt: instantShape,
  startedAt: instantOrNull,
  endedAt: instantOrNull,
};

const runShape = object({ ...run, stages: listOf(object(stage)) });

export type RunJson = Shape<typeof runShape>;

export const historyAnswer = object({ runs: says('Newest first.', listOf(runShape)) });

export type HistoryJson = Shape<typeof historyAnswer>;

const step = object({
  attempt: COUNT,
  step: COUNT,
  name: TEXT,
  outcome: choice('succeeded', 'failed', 'errored', 'timed-out', 'cancelled', 'skipped'),
  sentence: TEXT,
  exitCode: orNull(NUMBER),
  durationMs: NUMBER,
  outputBytes: COUNT,
  logDigest: orNull(TEXT),
  tail: says('The last lines of its output.', TEXT),
  outputs: says('What it put out for later steps, by name.', mapOf(TEXT)),
  endedAt: instantShape,
});

export const showAnswer = object({
  ...run,
  because: says('Why it was granted.', TEXT),
  cause: says('The run that it answers.', orNull(TEXT)),
  config: says('The commit whose gates granted it.', TEXT),
  inputs: says('The git object id of each input of the environment; null where it is not there.', mapOf(orNull(TEXT))),
  failure: orNull(
    object({
      stage: orNull(TEXT),
      outcome: choice('Failed', 'Errored', 'Cancelled'),
      sentence: TEXT,
      next: choice('roll-back', 'stop', 'stall'),
    }),
  ),
  writeBack: orNull(
    objectWith(
      {
        result: choice('merged', 'held', 'unneeded'),
        commit: orNull(COMMIT),
        tag: orNull(TEXT),
        branch: orNull(TEXT),
        sentence: TEXT,
      },
      { tip: TEXT },
    ),
  ),
  stages: listOf(object({ ...stage, skippable: FLAG, touches: FLAG, steps: listOf(step) })),
});

export type ShowJson = Shape<typeof showAnswer>;

export function historyJson(runs: readonly Run[]): HistoryJson {
  return { runs: runs.map((each) => ({ ...plain(each), stages: each.stages.map(stageJson) })) };
}

export function showJson(shown: Run): ShowJson {
  return {
    ...plain(shown),
    because: shown.because,
    cause: shown.cause,
    config: shown.config,
    inputs: shown.contents.inputs,
    failure: shown.failure,
    writeBack: shown.writeBack?.ended ?? null,
    stages: shown.stages.map(({ skippable, touches, steps, ...each }) => ({
      ...stageJson(each),
      skippable,
      touches,
      steps: steps.map((one) => ({ ...one, endedAt: instantJson(one.endedAt) })),
    })),
  };
}

function plain(shown: Run): Omit<RunJson, 'stages'> {
  return {
    id: shown.id,
    environment: shown.environment,
    version: versionJson(shown.version),
    previous: versionJsonOrNull(shown.previous?.version ?? null),
    kind: shown.kind,
    trigger: shown.trigger,
    emergency: shown.emergency,
    overridden: shown.lifted,
    reason: shown.reason,
    by: shown.requestedBy,
    outcome: shown.outcome,
    sentence: shown.sentence,
    openedAt: instantJson(shown.openedAt),
    startedAt: instantJsonOrNull(shown.startedAt),
    endedAt: instantJsonOrNull(shown.endedAt),
  };
}

type StageEnding = Pick<StageState, 'name' | 'outcome' | 'skipped' | 'attempts' | 'startedAt' | 'endedAt'>;

function stageJson({ name, outcome, skipped, attempts, startedAt, endedAt }: StageEnding) {
  return {
    name,
    outcome,
    skipped,
    attempts,
    startedAt: instantJsonOrNull(startedAt),
    endedAt: instantJsonOrNull(endedAt),
  };
}
