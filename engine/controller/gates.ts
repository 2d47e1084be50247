// Gates as the configuration at one commit says them, and whether those of two commits differ.

import { canonicalJson, type Json } from '../base/canonical-json.ts';
import { policiesNamed } from '../model/asked-policies.ts';
import type { Config, EnvironmentConfig } from '../model/config.ts';
import type { FormerGates, Gates } from '../model/observed.ts';
import type { HeadConfig } from './config-reader.ts';

export function gatesOf(environment: EnvironmentConfig, config: Config): Gates {
  const stages = config.pipelines[environment.pipeline]?.stages ?? [];
  return {
    environment,
    policies: policiesNamed(environment.policies, config.policies),
    stages: stages.map(({ name, skippable, policies }) => ({
      name,
      skippable,
      policies: policiesNamed(policies, config.policies),
    })),
    named: config.policies,
    signatures: config.repository.ledger.signatures,
    people: config.repository.people,
    teams: config.repository.teams,
  };
}

export function gatesAt(environment: string, head: HeadConfig): FormerGates | null {
  const settings = head.config?.environments[environment];
  if (settings === undefined || head.config === null) return null;
  const { policies, stages, people, teams, signatures } = gatesOf(settings, head.config);
  return { policies, stages, people, teams, signatures, follow: settings.follow };
}

/** Gates as text without the places they stand at: a comment moved is no change of a gate. */
export function said(gates: FormerGates | null): string {
  const placeless = JSON.stringify(gates, (key, value: unknown) => (key === 'place' ? undefined : value));
  return canonicalJson(JSON.parse(placeless) as Json);
}

/** Paths whose ids decide whether gates may differ between two commits. */
export function gatePaths(environment: string, head: HeadConfig): readonly string[] {
  const pipeline = head.config?.environments[environment]?.pipeline;
  const pipelines = pipeline === undefined ? [] : [`pipelines/${pipeline}.yaml`];
  return ['tidegate.yaml', 'policies', `environments/${environment}/environment.yaml`, ...pipelines];
}
