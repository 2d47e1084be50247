// What can only be seen when the files are together: names that do not exist, circles, scripts that are not there,
// files that nobody uses. Everything found here stands at the place where it was written.

import { checkNamespace, checkPromotions } from './cross-check-follow.ts';
import { promoteFindings } from './cross-check-promote.ts';
import { repositoryFindings } from './cross-check-repository.ts';
import { lockFindings, ruleFindings, soakFindings, stageLockFindings } from './cross-check-rules.ts';
import { serviceFindings } from './cross-check-services.ts';
import { idleFindings, unusedFindings } from './cross-check-unused.ts';
import { variableFindings } from './cross-check-variables.ts';
import type { Finding, Reference } from './cursor.ts';
import type { FileIndex } from './file-index.ts';
import type { ParsedFile } from './parse.ts';
import { isPlaceInSmallLetters, placeHint } from './rules/holidays.ts';
import { nearest, suggestion } from './suggest.ts';

type Tree = { has(path: string): boolean };

type CrossFindings = {
  /** All that was found, for the list of problems. */
  readonly all: readonly Finding[];
  /** What bears on each environment, the findings of the files that it uses included. */
  readonly byEnvironment: ReadonlyMap<string, readonly Finding[]>;
};

export function crossCheck(index: FileIndex, tree: Tree): CrossFindings {
  const repository = repositoryFindings(index, tree);
  const unresolved = new Map(
    index.files.map(
      (file) =>
        [file, [...lookUp(file, index, tree), ...ruleFindings(file, tree), ...stageLockFindings(file, index)]] as const,
    ),
  );
  const variables = variableFindings(index);
  const follows = checkPromotions(index);
  const namespaces = checkNamespace(index);
  const services = serviceFindings(index);
  const usedBy = (file: ParsedFile): readonly ParsedFile[] => filesUsed(file, index);
  const soaks = soakFindings(index, usedBy);
  const promotes = promoteFindings(index, tree, usedBy);
  const byEnvironment = new Map<string, readonly Finding[]>();
  const everywhere = [...(index.repositoryFile?.findings ?? []), ...repository];
  for (const [name, file] of index.environments) {
    const used = usedBy(file);
    byEnvironment.set(name, [
      ...everywhere,
      ...used.flatMap((part) => [...part.findings, ...(unresolved.get(part) ?? [])]),
      ...[variables, follows, namespaces, services, soaks, promotes].flatMap((found) => found.get(name) ?? []),
      ...(index.services.get(name) ?? []).flatMap((service) => service.findings),
    ]);
  }
  const all = [...repository, ...[...unresolved.values()].flat(), ...unusedFindings(index), ...idleFindings(index)];
  all.push(...lockFindings(index, usedBy));
  for (const found of byEnvironment.values()) all.push(...found);
  return { all, byEnvironment };
}

/** The environment's own file, its pipeline, the policies of either, and their calendars. */
function filesUsed(file: ParsedFile, index: FileIndex): readonly ParsedFile[] {
  const pipelines = named(file, 'pipeline').flatMap((name) => index.pipelines.get(name) ?? []);
  const policies = [file, ...pipelines]
    .flatMap((part) => named(part, 'policy'))
    .flatMap((name) => index.policies.get(name) ?? []);
  const calendars = policies
    .flatMap((policy) => named(policy, 'calendar'))
    .flatMap((name) => index.calendars.get(name) ?? []);
  return [file, ...pipelines, ...policies, ...calendars];
}

function named(file: ParsedFile, type: Reference['type']): readonly string[] {
  return file.references.filter((reference) => reference.type === type).map((reference) => reference.name);
}

/** References of one file that lead nowhere. */
function lookUp(file: ParsedFile, index: FileIndex, tree: Tree): readonly Finding[] {
  return file.references.flatMap((reference) => {
    const wrong = unresolvedReference(reference, index, tree, file.content?.kind === 'policy-test');
    return wrong === null
      ? []
      : [{ ...reference.place, severity: 'error' as const, concern: reference.concern, ...wrong }];
  });
}

type Wrong = Pick<Finding, 'message' | 'hint'> & Partial<Pick<Finding, 'severity' | 'concern'>>;

/** `isTest`: a policy test may ask any policy, drafts above all. */
function unresolvedReference(reference: Reference, index: FileIndex, tree: Tree, isTest: boolean): Wrong | null {
  const { type, name } = reference;
  switch (type) {
    case 'pipeline':
      return index.pipelines.has(name) ? null : unknown('pipeline', name, [...index.pipelines.keys()], 'pipelines/');
    case 'policy':
      // Gates are believed from the head only, so an unknown one never speaks against a version.
      return index.policies.has(name)
        ? isTest
          ? null
          : draftNamed(name, index)
        : { ...unknown('policy', name, [...index.policies.keys()], 'policies/'), concern: 'gate' };
    case 'calendar':
      return index.calendars.has(name) ? null : unknownCalendar(name, index);
    case 'promoted':
      return index.environments.has(name)
        ? null
        : unknown('environment', name, [...index.environments.keys()], 'environments/');
    case 'party':
      return unknownParty(name, index);
    case 'script':
      return tree.has(name)
        ? null
        : {
            message: `\`${name}\` is not in the repository`,
            hint: 'add the file; where an earlier step makes it, write `exec` before it',
          };
    case 'path':
      return tree.has(name)
        ? null
        : {
            message: `\`${name}\` is not in the repository`,
            hint: 'correct the path, or remove it',
            severity: 'warning',
          };
    case 'soak':
      // Like policies, rules are believed from the head only.
      return index.environments.has(name)
        ? null
        : { ...unknown('environment', name, [...index.environments.keys()], 'environments/'), concern: 'gate' };
    case 'variable':
    case 'url':
    case 'lock':
    case 'signers':
    case 'own-window':
      return null;
  }
}

function draftNamed(name: string, index: FileIndex): Wrong | null {
  const content = index.policies.get(name)?.content;
  if (content?.kind !== 'policy' || !content.isDraft) return null;
  return {
    message: `the policy \`${name}\` is a draft, and a draft is no gate`,
    hint: `remove \`draft: true\` from policies/${name}.yaml, or take it out of this list`,
    concern: 'gate',
  };
}

function unknown(noun: string, name: string, names: readonly string[], folder: string): Wrong {
  const near = nearest(name, names);
  const file = noun === 'environment' ? `${folder}${name}/environment.yaml` : `${folder}${name}.yaml`;
  const plural = noun === 'policy' ? 'policies' : `${noun}s`;
  const rest = names.length > 0 ? `${plural}: ${suggestionList(names)}; or add ${file}` : `add ${file}`;
  return { message: `there is no ${noun} \`${name}\``, hint: near === null ? rest : `did you mean \`${near}\`?` };
}

/** Where holidays are listed, a country in small letters looks like the name of a calendar. */
function unknownCalendar(name: string, index: FileIndex): Wrong {
  const wrong = {
    ...unknown('calendar', name, [...index.calendars.keys()], 'policies/calendars/'),
    concern: 'gate',
  } as const;
  return isPlaceInSmallLetters(name) ? { ...wrong, hint: placeHint(name) } : wrong;
}

function suggestionList(names: readonly string[]): string {
  const sorted = [...names].sort();
  return sorted.length > 12 ? `${sorted.slice(0, 12).join(', ')} and ${sorted.length - 12} more` : sorted.join(', ');
}

function unknownParty(name: string, index: FileIndex): Wrong | null {
  // With a broken tidegate.yaml nobody is known, which is said there and once.
  const content = index.repositoryFile?.content;
  if (content?.kind !== 'repository') return null;
  const known = [...Object.keys(content.value.teams), ...Object.keys(content.value.people)];
  if (known.includes(name)) return null;
  return {
    message: `there is no person or team \`${name}\``,
    hint: suggestion(name, known, 'people or teams in tidegate.yaml'),
  };
}
