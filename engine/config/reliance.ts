// What is relied on is as strong as its own gates: an environment that soaks in another, or follows it, lets in what
// got in there. Where it has rules and the other has none, or none about people although it has some, that is said at
// the rule or at `follow`. Never an error: it may be meant.

import type { Problem } from '../base/problem.ts';
import type { Config, EnvironmentConfig } from '../model/config.ts';
import type { Place } from '../model/place.ts';
import type { RuleConfig } from '../model/rule.ts';
import { rulesOf } from '../policy/gates-of.ts';
import { needsOfRules } from '../policy/needs.ts';
import { isAboutPeople } from '../policy/rules/table.ts';
import type { ParsedFile } from './parse.ts';

export function relianceWarnings(config: Config, files: readonly ParsedFile[]): readonly Problem[] {
  return Object.values(config.environments).flatMap((environment) => {
    const own = rulesOf(environment, config);
    return reliedOn(environment, own, files).flatMap(({ name, place, what }): readonly Problem[] => {
      // One that is not sound is told about by itself: nobody knows its rules.
      const other = name === environment.name ? undefined : config.environments[name];
      const lack = other === undefined ? null : lackOf(own, rulesOf(other, config));
      if (lack === null) return [];
      const message = `${what}, so this is as strong as the gates of ${name}, ${lack}`;
      const hint = `name policies under \`policies:\` of environments/${name}/environment.yaml; where it is meant, leave it`;
      return [{ ...place, severity: 'warning', message, hint }];
    });
  });
}

type Reliance = { readonly name: string; readonly place: Place; readonly what: string };

function reliedOn(
  { name, follow, place }: EnvironmentConfig,
  rules: readonly RuleConfig[],
  files: readonly ParsedFile[],
): readonly Reliance[] {
  const soaks = rules.flatMap((rule) =>
    needsOfRules([rule]).soaks.map((environment) => {
      return { name: environment, place: rule.place, what: `what has run in ${environment} counts in ${name}` };
    }),
  );
  if (follow.type !== 'promoted') return soaks;
  const followed = { name: follow.from, place: followPlace(name, files) ?? place };
  return [...soaks, { ...followed, what: `${name} is offered what got into ${follow.from}` }];
}

function followPlace(name: string, files: readonly ParsedFile[]): Place | undefined {
  return files.flatMap(({ content }) =>
    content?.kind === 'environment' && content.value.name === name ? [content.followAt] : [],
  )[0];
}

/** What the other lacks, as the end of a sentence. */
function lackOf(own: readonly RuleConfig[], others: readonly RuleConfig[]): string | null {
  if (own.length === 0) return null;
  if (others.length === 0) return 'which has no rules';
  return own.some(isAboutPeople) && !others.some(isAboutPeople) ? 'which asks no people' : null;
}
