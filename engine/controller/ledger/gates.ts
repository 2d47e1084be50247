// Gates as the configuration at one commit says them, with the digest that names them. A head moves often and its
// gates seldom do: what comes from the very same values is made once.

import { createHash } from 'node:crypto';
import { policiesNamed } from '../../model/asked-policies.ts';
import type { Config, EnvironmentConfig } from '../../model/config.ts';
import { type GateTerms, gateText } from '../../model/gate-terms.ts';
import type { Gates } from '../../model/observed.ts';
import { asksForSignatures, keyLines, stagesOf, termsOf } from '../../policy/gates-of.ts';

export type Digested = { readonly terms: GateTerms; readonly digest: string };

/** SHA-256 of the text of the gates, 64 hex digits. */
export function gatesDigest(terms: GateTerms | null): string {
  return createHash('sha256').update(gateText(terms)).digest('hex');
}

export function gatesOf(environment: EnvironmentConfig, config: Config, defaultBranch: string, keys: string): Gates {
  const pipeline = config.pipelines[environment.pipeline];
  return {
    environment,
    ...digestedTerms(environment, config, defaultBranch, keys),
    policies: policiesNamed(environment.policies, config.policies),
    stages: pipeline === undefined ? [] : stagesOf(pipeline, config.policies),
    named: config.policies,
    signatures: config.repository.ledger.signatures,
    people: config.repository.people,
    teams: config.repository.teams,
  };
}

type Made = { readonly from: readonly unknown[]; readonly made: Digested };

/** By environment as it was parsed: the same value as long as its file is the same. */
const MADE = new WeakMap<EnvironmentConfig, Made>();

export function digestedTerms(
  environment: EnvironmentConfig,
  config: Config,
  defaultBranch: string,
  keys: string,
): Digested {
  const pipeline = config.pipelines[environment.pipeline];
  const names = [...environment.policies, ...(pipeline?.stages ?? []).flatMap(({ policies }) => policies)];
  const from = [config.repository, pipeline, defaultBranch, keys, ...policiesNamed(names, config.policies)];
  const known = MADE.get(environment);
  if (known !== undefined && isSame(known.from, from)) return known.made;
  const terms = termsOf(environment, config, { defaultBranch, keys: keyLines(keys) });
  const made = { terms, digest: gatesDigest(terms) };
  MADE.set(environment, { from, made });
  return made;
}

function isSame(one: readonly unknown[], other: readonly unknown[]): boolean {
  return one.length === other.length && one.every((value, index) => value === other[index]);
}

/** Files that gates come from, on either side of a change: anyone who changes one of them makes the change. */
export function gatesFiles(
  environment: string,
  pipeline: string | null,
  ...sides: readonly GateTerms[]
): readonly string[] {
  const policies = sides.flatMap((terms) => [...terms.policies, ...terms.stages.flatMap((stage) => stage.policies)]);
  const isSigned = sides.some(asksForSignatures);
  return [
    ...new Set([
      'tidegate.yaml',
      `environments/${environment}/environment.yaml`,
      ...(pipeline === null ? [] : [`pipelines/${pipeline}.yaml`]),
      ...policies.map(({ place }) => place.file),
      // Whose closures these were is not told apart.
      ...(policies.length > 0 ? ['policies/calendars'] : []),
      ...(isSigned ? ['policies/allowed_signers'] : []),
    ]),
  ].sort();
}
