// environments/<env>/environment.yaml from text to model.

import type { EnvironmentConfig, Follow, TargetConfig } from '../../model/config.ts';
import type { TemplateValues } from '../../model/template.ts';
import { resolveTemplate } from '../../model/template.ts';
import { kindOfTarget } from '../../targets/table.ts';
import type { Concern, Cursor } from '../cursor.ts';
import type { Path } from '../document.ts';
import { record } from '../record.ts';
import { branchProblem, tagPatternProblem } from '../ref-name.ts';
import type { EnvironmentFile } from '../schema/environment.ts';
import { scalarText } from '../schema/scalar.ts';
import { NAME_PATTERN, NAME_SAYS } from '../schema/shape.ts';
import { normalPath } from '../script-path.ts';
import { checkTemplate, environmentScope } from '../template.ts';
import { urlProblem } from '../url.ts';
import { buildPromote } from './promote.ts';

/** DESIGN: the gate is believed from the default branch's head, the rest from the version. Without a target there is
 *  nothing to gate, so that bears on both. */
export function environmentConcern(path: Path): Concern {
  switch (path[0]) {
    case 'url':
    case 'variables':
    case 'secrets':
      return 'version';
    case 'follow':
    case 'policies':
    case 'paths':
    case 'queue':
    case 'confirm':
    case 'rollback':
    case 'promote':
    case 'description':
      return 'gate';
    default:
      return 'both';
  }
}

export function buildEnvironment(file: EnvironmentFile, cursor: Cursor, name: string): EnvironmentConfig {
  checkName(name, cursor);
  const variables = record(
    Object.entries(file.variables ?? {}).map(
      ([key, value]) => [key, scalarText(value, cursor.at('variables', key))] as const,
    ),
  );
  const values = ownValues(name, variables);
  const followed = follow(file.follow, cursor.at('follow'));
  checkVariables(file, cursor);
  if (file.pipeline !== '') cursor.at('pipeline').refer('pipeline', file.pipeline);
  for (const [index, policy] of file.policies.entries()) cursor.at('policies', index).refer('policy', policy);
  for (const [index, party] of (file.rollback?.by ?? []).entries())
    cursor.at('rollback', 'by', index).refer('party', party);
  return {
    name,
    place: cursor.place(),
    description: file.description ?? null,
    follow: followed,
    pipeline: file.pipeline,
    policies: file.policies,
    target: target(file.target, cursor.at('target'), values),
    url: url(file.url, cursor.at('url'), values),
    variables,
    secrets: file.secrets ?? [],
    queue: file.queue ?? 'latest',
    confirm: file.confirm ?? false,
    paths: (file.paths ?? []).flatMap((path, index) => inputPath(path, cursor.at('paths', index))),
    rollbackBy: file.rollback?.by ?? null,
    ...(file.promote === undefined ? {} : { promote: buildPromote(file.promote, cursor.at('promote'), followed) }),
  };
}

function checkName(name: string, cursor: Cursor): void {
  if (!new RegExp(NAME_PATTERN).test(name)) {
    cursor.error(`\`${name}\` cannot be the name of an environment`, `rename the folder: use ${NAME_SAYS}`);
  }
}

function ownValues(name: string, variables: TemplateValues): TemplateValues {
  const values: Record<string, string> = { 'environment.name': name };
  for (const [key, value] of Object.entries(variables)) values[`variables.${key}`] = value;
  return values;
}

function checkVariables(file: EnvironmentFile, cursor: Cursor): void {
  for (const [key, value] of Object.entries(file.variables ?? {})) {
    const at = cursor.at('variables', key);
    if (String(value).includes('${{'))
      at.error('a variable is plain text: expressions are not looked for in it', 'write the value out');
    if (file.secrets?.includes(key))
      at.error(
        `\`${key}\` is a variable and a secret`,
        'a secret comes from the controller only: remove one',
        at.key(),
      );
  }
}

function follow(file: EnvironmentFile['follow'], cursor: Cursor): Follow {
  if ('branch' in file) {
    if (file.branch !== null) checkBranch(file.branch, cursor.at('branch'));
    return { type: 'branch', branch: file.branch };
  }
  if ('tags' in file) {
    const wrong = tagPatternProblem(file.tags);
    if (wrong !== null)
      cursor.at('tags').error(`\`${file.tags}\` is no pattern for tags: ${wrong}`, 'write a pattern such as v*');
    for (const [index, branch] of (file.on ?? []).entries()) checkBranch(branch, cursor.at('on', index));
    return { type: 'tags', pattern: file.tags, on: file.on ?? [], prereleases: file.prereleases ?? false };
  }
  cursor.at('promoted').refer('promoted', file.promoted);
  return { type: 'promoted', from: file.promoted };
}

function checkBranch(branch: string, cursor: Cursor): void {
  const wrong = branchProblem(branch);
  if (wrong !== null) cursor.error(`\`${branch}\` is no name of a branch: ${wrong}`, 'write a name such as main');
}

function target(file: EnvironmentFile['target'], cursor: Cursor, values: TemplateValues): TargetConfig {
  // The schema has said that the map has exactly one known key.
  const given = Object.entries(file as object)[0];
  const kind = kindOfTarget(file as object);
  if (kind === undefined || given === undefined) return { type: '', claim: null, scripts: [], settings: {} };
  const { claim, scripts = [], settings } = kind.build(given[1], cursor.at(kind.key), values);
  return { type: kind.key, claim, scripts, settings };
}

function url(text: string | undefined, cursor: Cursor, values: TemplateValues): string | null {
  if (text === undefined) return null;
  const variables = Object.keys(values).flatMap((name) =>
    name.startsWith('variables.') ? [name.slice('variables.'.length)] : [],
  );
  checkTemplate(cursor, text, environmentScope(variables));
  const open = [...text.matchAll(/\$\{\{(.*?)\}\}/g)].some(([, name]) => !Object.hasOwn(values, (name ?? '').trim()));
  const resolved = open ? text : resolveTemplate(text, values);
  const wrong = urlProblem(resolved);
  if (wrong !== null) cursor.error(wrong.message, wrong.hint);
  return resolved.replace(/\/+$/, '');
}

function inputPath(path: string, cursor: Cursor): readonly string[] {
  if (/[*?[\]{}]/.test(path)) {
    cursor.error('patterns are not possible here', 'name files and folders; a folder stands for all that is in it');
    return [];
  }
  const normal = normalPath(path);
  if (normal === null) {
    cursor.error(`\`${path}\` does not lie inside the repository`, 'write a path from its root, such as shared/nginx');
    return [];
  }
  cursor.refer('path', normal);
  return [normal];
}
