// What decisions about targets and secrets rest on: what ledgers claim, what the operator grants, and who may answer
// for an owner. Nothing is found out where nobody names anything of another's.

import { remembered } from '../../base/remembered.ts';
import type { LedgerEntry } from '../../ledger/entry.ts';
import { policiesNamed } from '../../model/asked-policies.ts';
import type { EnvironmentState } from '../../model/environment-state.ts';
import type { GateTerms } from '../../model/gate-terms.ts';
import type { ObservedEnvironment, VersionConfig } from '../../model/observed.ts';
import { type AnsweringGates, type Grant, type Owners, ownersOf } from '../../model/owners.ts';
import type { HeadConfig } from './config-reader.ts';

export type OwnersAsked = {
  readonly head: HeadConfig | null;
  readonly entries: ReadonlyMap<string, LedgerEntry>;
  readonly repository: EnvironmentState;
  readonly grants: readonly Grant[];
};

type Asking = Pick<ObservedEnvironment, 'name' | 'ledger' | 'versions'>;

export function observedOwners(asked: OwnersAsked, environments: readonly Asking[]): Owners {
  const { grants, repository } = asked;
  const owners = new Set<string>();
  const presumed = new Map<string, readonly string[]>();
  let isMoving = false;
  for (const { name, ledger, versions } of environments) {
    const { secrets, places } = namedBy(versions);
    isMoving ||= places.some((place) => place !== ledger.state.target?.place);
    for (const secret of secrets) {
      const claimed = ownersOf(secret, repository.secrets, grants);
      const isNew = claimed.length === 0 && ledger.state.current === null;
      if (isNew && !presumed.has(secret)) presumed.set(secret, runningWith(secret, asked));
      const whose = isNew ? (presumed.get(secret) ?? []) : claimed;
      if (!whose.includes(name)) for (const owner of whose) owners.add(owner);
    }
  }
  const gates = new Map<string, readonly AnsweringGates[]>();
  for (const owner of owners) {
    const all = gatesFor(owner, asked);
    if (all.length > 0) gates.set(owner, all);
  }
  return { grants, presumed, gates, places: isMoving ? claimedPlaces(asked) : new Map() };
}

/** Whether some of these secrets may be another environment's to answer for: by the head, or by what was claimed. */
export function asksOthers(name: string, secrets: readonly string[], asked: OwnersAsked): boolean {
  if (secrets.length === 0) return false;
  const { head, repository, grants } = asked;
  const named = secrets.some((secret) => ownersOf(secret, repository.secrets, grants).some((owner) => owner !== name));
  return (
    named ||
    Object.values(head?.config?.environments ?? {}).some(
      (other) => other.name !== name && other.secrets.some((secret) => secrets.includes(secret)),
    )
  );
}

type Versions = ReadonlyMap<string, VersionConfig>;

/** What the versions of an environment name that may be another's. */
export const namedBy = remembered((versions: Versions) => {
  const read = [...versions.values()].flatMap((version) => (version.type === 'read' ? [version.environment] : []));
  const secrets: readonly string[] = read.flatMap((environment) => environment.secrets);
  const places: readonly string[] = read.flatMap(({ target }) => target.claim ?? []);
  return { secrets, places };
});

function runningWith(secret: string, { head, entries }: OwnersAsked): readonly string[] {
  return Object.values(head?.config?.environments ?? {}).flatMap(({ name, secrets }) =>
    secrets.includes(secret) && (entries.get(name)?.state.current ?? null) !== null ? [name] : [],
  );
}

/**
 * As the head has them, and as they are in force: both must agree, or a push could answer for its own. Where nobody
 * can say what is in force, nobody answers.
 */
function gatesFor(owner: string, { head, entries }: OwnersAsked): readonly AnsweringGates[] {
  const entry = entries.get(owner);
  const inForce = entry?.remote.type === 'read' ? (entry.state.gates?.terms ?? null) : null;
  if (inForce === null) return [];
  const settings = head?.config?.environments[owner];
  if (settings === undefined || !head?.config) return [answering(inForce)];
  const { people, teams } = head.config.repository;
  const stages = head.config.pipelines[settings.pipeline]?.stages ?? [];
  const names = [...settings.policies, ...stages.flatMap(({ policies }) => policies)];
  return [answering(inForce), { policies: policiesNamed(names, head.config.policies), people, teams }];
}

function answering({ policies, stages, people, teams }: GateTerms): AnsweringGates {
  return { policies: [...policies, ...stages.flatMap((stage) => stage.policies)], people, teams };
}

/** Of ledgers that can be read, by the head: of an environment that is no more only the place itself knows. */
function claimedPlaces({ head, entries }: OwnersAsked): Owners['places'] {
  const places = new Map<string, string[]>();
  for (const [name, { state, remote }] of entries) {
    const settings = head?.config?.environments[name];
    if (remote.type === 'damaged' || settings === undefined) continue;
    const place = state.target?.place ?? (state.current === null ? null : settings.target.claim);
    if (place !== null) places.set(place, [...(places.get(place) ?? []), name]);
  }
  return places;
}
