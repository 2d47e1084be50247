// Gates for observations: what the head says of the policies, stages and people at hand, and the same as accepted.

import { gatesDigest } from '../../engine/controller/ledger/gates.ts';
import type { EnvironmentState } from '../../engine/model/environment-state.ts';
import type { GatesInForce, GateTerms } from '../../engine/model/gate-terms.ts';
import type { Gates } from '../../engine/model/observed.ts';
import { termsOf } from '../../engine/policy/gates-of.ts';
import { configOf, environmentConfig, pipelineConfig } from './config-builders.ts';
import { officeHours } from './observed-builders.ts';

type Parts = Omit<Gates, 'terms' | 'digest'>;

/** With the terms and the digest that go with them, whatever of them was changed. */
export function gatesFrom(parts: Parts): Gates {
  const { environment, policies, people, teams, signatures, stages } = parts;
  const config = configOf();
  const named = { ...parts.named, ...Object.fromEntries(policies.map((policy) => [policy.name, policy])) };
  const { ledger } = config.repository;
  const repository = { ...config.repository, people, teams, ledger: { ...ledger, signatures } };
  const names = { ...environment, policies: policies.map(({ name }) => name) };
  const made = termsOf(names, { ...config, repository, policies: named }, { defaultBranch: 'main', keys: [] });
  const terms = {
    ...made,
    stages: stages.filter((stage) => stage.skippable || stage.touches || stage.policies.length > 0),
  };
  return { ...parts, terms, digest: gatesDigest(terms) };
}

/** As the first that was accepted, unless said otherwise. */
export function inForce(terms: GateTerms, change: Partial<GatesInForce> = {}): GatesInForce {
  const accepted = { serial: 1, from: 'a'.repeat(40), at: 0, on: 'first-sight', words: [] } as const;
  return { ...accepted, digest: gatesDigest(terms), terms, ...change };
}

/** The state, with these gates in force where it says nothing of gates. */
export function accepting(state: EnvironmentState, gates: Gates | null): EnvironmentState {
  return state.gates !== null || gates === null ? state : { ...state, gates: inForce(gates.terms) };
}

/** Of production, open in office hours. */
export function gatedTerms(): GateTerms {
  const environment = environmentConfig('production');
  const people = { ana: { emails: ['ana@example.org'], github: null, gitlab: null } };
  const parts = { environment, people, policies: [officeHours()], stages: plainStages(), named: {} };
  return gatesFrom({ ...parts, teams: { leads: ['ana'] }, signatures: 'optional' }).terms;
}

/** What `pipelineConfig` has, without gates of their own. */
export function plainStages(): Gates['stages'] {
  return pipelineConfig().stages.map(({ name, skippable }) => {
    return { name, skippable, touches: name === 'deploy', policies: [] };
  });
}
