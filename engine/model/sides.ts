// The gates that are asked: those in force and, while the head says others, the head's too. Both must allow, each
// whole, with its own people. What means the same is asked once. Nobody else decides which gates have a say.

import { canonicalJson } from '../base/canonical-json.ts';
import type { Follow, PolicyConfig } from './config.ts';
import { areInForce, type GatedStage, type GateTerms } from './gate-terms.ts';
import type { Gates, ObservedEnvironment } from './observed.ts';
import type { Directory } from './policy-facts.ts';
import type { Standing } from './verdict.ts';

export type Side = Directory & {
  /** `both`: the head says what is in force. */
  readonly standing: Standing;
  readonly policies: readonly PolicyConfig[];
  readonly stages: readonly GatedStage[];
  readonly signatures: 'optional' | 'required';
};

/** Of the ledger only what it says is in force. */
type Observed = Pick<ObservedEnvironment, 'gates' | 'isHeadSetAside'> & {
  readonly ledger: { readonly state: Pick<ObservedEnvironment['ledger']['state'], 'gates'> };
};

/** What is in force first. Empty where nothing is known: then nothing may start. */
export function sidesOf({ gates, ledger, isHeadSetAside }: Observed): readonly Side[] {
  const inForce = ledger.state.gates;
  const terms = inForce?.terms ?? null;
  if (gates === null) return terms === null ? [] : [sideOf('in-force', terms)];
  if (terms === null) return [sideOf('head', gates)];
  if (areInForce(inForce, gates)) return [sideOf('both', gates)];
  return isHeadSetAside ? [sideOf('in-force', terms)] : [sideOf('in-force', terms), sideOf('head', gates)];
}

/** Of the head all people of tidegate.yaml are known, also where no gate here is about people. */
function sideOf(standing: Side['standing'], of: GateTerms | Gates): Side {
  const { policies, stages, people, teams, signatures } = of;
  return { standing, policies, stages, people, teams, signatures };
}

/** What is not asked of both sides is as in force: who may roll back, whether each version goes in turn, secrets. */
export function settingsOf({ gates, ledger }: Pick<Observed, 'gates' | 'ledger'>): GateTerms | null {
  return ledger.state.gates?.terms ?? gates?.terms ?? null;
}

/** Whether the head says something else than what is in force here. */
export function isChanged({ gates, ledger }: Pick<Observed, 'gates' | 'ledger'>): boolean {
  const inForce = ledger.state.gates;
  return gates !== null && inForce !== null && inForce.terms !== null && !areInForce(inForce, gates);
}

/** Whether the head follows something else than what is in force. Branches are a set. */
export function isFollowChanged(environment: Pick<Observed, 'gates' | 'ledger'>): boolean {
  const { gates, ledger } = environment;
  const inForce = ledger.state.gates?.terms ?? null;
  if (gates === null || inForce === null || ledger.state.gates?.digest === gates.digest) return false;
  return followText(gates.terms.follow) !== followText(inForce.follow);
}

function followText(follow: Follow): string {
  return canonicalJson(follow.type === 'tags' ? { ...follow, on: follow.on.toSorted() } : follow);
}

/**
 * People and teams of the gates in force, without those whom the head has dropped: who has left may no longer
 * override a rule or roll back, also while the change that says so is not accepted.
 */
export function withoutDropped(directory: Directory, head: Directory | null): Directory {
  if (head === null) return directory;
  const people = Object.entries(directory.people).filter(([name]) => Object.hasOwn(head.people, name));
  const teams = Object.entries(directory.teams).map(([team, members]): [string, readonly string[]] => {
    const now = Object.hasOwn(head.teams, team) ? (head.teams[team] ?? []) : [];
    return [team, members.filter((member) => now.includes(member))];
  });
  return { people: Object.fromEntries(people), teams: Object.fromEntries(teams) };
}
