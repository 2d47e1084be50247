// `tidegate status --json`: every environment as it stands, or one.

import { proposalsOf } from '../explain/proposals.ts';
import { byName, type Standing } from '../explain/standing.ts';
import { instantJsonOrNull, instantOrNull } from './instant.ts';
import { needsJson, needsOrNull } from './remedy.ts';
import { choice, FLAG, listOf, object, objectWith, orNull, type Shape, says, TEXT } from './shape.ts';
import { versionJson, versionJsonOrNull, versionOrNull, versionShape } from './version.ts';

export const environmentShape = object({
  name: TEXT,
  condition: choice('Ready', 'Reconciling', 'Stalled'),
  reason: says('Where Stalled a word, to which others may be added; else the sentence.', TEXT),
  sentence: TEXT,
  current: versionOrNull,
  candidate: versionOrNull,
  waiting: orNull(object({ until: instantOrNull, for: listOf(TEXT), sentence: TEXT })),
  needs: needsOrNull,
  run: orNull(TEXT),
  suspended: FLAG,
  quarantine: listOf(versionShape),
  proposals: says('Names of what waits to be merged for it.', listOf(TEXT)),
  postmortemsDue: says('Ids of exceptions that a post-mortem is due for.', listOf(TEXT)),
  gates: says(
    'What was changed in the gates and is not accepted, in one sentence; null where the head says what is in force.',
    orNull(TEXT),
  ),
});

export type EnvironmentJson = Shape<typeof environmentShape>;

export const statusAnswer = objectWith(
  { environments: listOf(environmentShape) },
  { warnings: says('What concerns all of them; left out where nothing does.', listOf(TEXT)) },
);

export type StatusJson = Shape<typeof statusAnswer>;

export function statusJson(standings: readonly Standing[], warnings: readonly string[] = []): StatusJson {
  return { environments: byName(standings).map(environmentJson), ...(warnings.length === 0 ? {} : { warnings }) };
}

export function environmentJson(standing: Standing): EnvironmentJson {
  const { environment, waiting } = standing;
  return {
    name: environment.name,
    condition: standing.condition,
    reason: standing.stall ?? standing.reason,
    sentence: standing.reason,
    current: versionJsonOrNull(standing.current?.version ?? null),
    candidate: versionJsonOrNull(standing.candidate),
    waiting:
      waiting === null
        ? null
        : { until: instantJsonOrNull(waiting.until), for: waiting.for, sentence: waiting.sentence },
    needs: needsJson(standing.needs),
    run: standing.run?.id ?? null,
    suspended: standing.suspension !== null,
    quarantine: environment.ledger.state.quarantine.map(({ version }) => versionJson(version)),
    proposals: proposalsOf(environment).map(({ name }) => name),
    postmortemsDue: environment.ledger.state.postmortemsDue.map(({ id }) => id),
    gates: standing.gates,
  };
}
