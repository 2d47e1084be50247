// `tidegate status --json`: every environment as it stands, or one.

import {
  type EnvironmentJson,
  instantJsonOrNull,
  type StatusJson,
  versionJson,
  versionJsonOrNull,
} from '../contract/contract.ts';
import type { Standing } from './standing.ts';

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
    run: standing.run?.id ?? null,
    suspended: standing.suspension !== null,
    quarantine: environment.ledger.state.quarantine.map(({ version }) => versionJson(version)),
    postmortemsDue: environment.ledger.state.postmortemsDue.map(({ id }) => id),
    gates: standing.gates,
  };
}

/** The same order at every look, whatever the order in which environments are served. */
export function byName(standings: readonly Standing[]): readonly Standing[] {
  return standings.toSorted((a, b) => (a.environment.name < b.environment.name ? -1 : 1));
}
