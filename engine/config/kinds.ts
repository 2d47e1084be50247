// Which paths of a repository are configuration. The path gives a file its kind; what is not listed here is never
// read.

import type { Severity } from '../base/problem.ts';
import { nearest, slips } from './suggest.ts';

export type FileKind =
  | 'repository'
  | 'environment'
  | 'pipeline'
  | 'policy'
  | 'policy-test'
  | 'calendar'
  | 'service'
  | 'service-schema'
  /** Looks like one of the others and is not: only its name matters, and it becomes a problem. */
  | 'misplaced';

/** Of which there is one file a name. */
type NamedKind = 'environment' | 'pipeline' | 'policy' | 'policy-test' | 'calendar' | 'service-schema';

export type FileRole =
  | { readonly kind: 'repository' }
  | { readonly kind: NamedKind; readonly name: string }
  | { readonly kind: 'service'; readonly environment: string; readonly name: string }
  /** `meant`: the path that it should probably have. A warning where the file may as well be somebody's own. */
  | { readonly kind: 'misplaced'; readonly meant: string; readonly severity: Severity };

/** The folders at the root that hold configuration. */
const FOLDERS = ['environments', 'pipelines', 'policies', 'schemas'] as const;

const SIGNERS = 'policies/allowed_signers';

/** The kind of a file to read, or null where the path is none of ours. */
export function configKind(path: string): FileKind | null {
  return fileRole(path)?.kind ?? null;
}

export function fileRole(path: string): FileRole | null {
  const [folder = '', ...rest] = path.split('/');
  if (rest.length === 0) return atRoot(path);
  switch (folder) {
    case 'environments':
      return inEnvironments(rest);
    case 'pipelines':
      return named('pipeline', 'pipelines', rest);
    case 'policies':
      return inPolicies(path, rest);
    case 'schemas':
      return inSchemas(rest);
    default:
      return inOtherFolder(folder, rest);
  }
}

/** Whether something of ours may lie below this folder at the root: the rest of a repository is not looked at. */
export function holdsConfig(folder: string): boolean {
  return FOLDERS.some((own) => own === folder) || folderMeant(folder) !== null;
}

/** Whether files of ours lie in this folder, or would if it were one. */
export function isConfigFolder(path: string): boolean {
  return (
    FOLDERS.some((own) => own === path) || /^(environments\/[^/]+(\/services)?|policies\/(calendars|tests))$/.test(path)
  );
}

function atRoot(path: string): FileRole | null {
  if (path === 'tidegate.yaml') return { kind: 'repository' };
  return /^\.?tidegate\.(ya?ml|json)$/i.test(path) ? misplaced('tidegate.yaml', 'error') : null;
}

function inEnvironments(rest: readonly string[]): FileRole | null {
  const [environment = '', file = '', service = ''] = rest;
  if (rest.length === 1) {
    const name = /^(.+)\.(ya?ml|json)$/i.exec(environment)?.[1];
    return name === undefined ? null : misplaced(`environments/${name}/environment.yaml`, 'error');
  }
  if (rest.length === 2 && file === 'environment.yaml') return { kind: 'environment', name: environment };
  if (
    rest.length === 2 &&
    /\.(ya?ml|json)$/i.test(file) &&
    nearest(file.replace(/\.\w+$/, '.yaml'), ENVIRONMENT_FILES) !== null
  ) {
    return misplaced(`environments/${environment}/environment.yaml`, 'error');
  }
  if (rest.length < 3) return null;
  const name = /^(.+)\.(yaml|yml)$/i.exec(rest.at(-1) ?? '')?.[1];
  if (name === undefined) return null;
  if (rest.length === 3 && file === 'services' && service === `${name}.yaml`)
    return { kind: 'service', environment, name };
  // The folder of an environment holds what goes into it: other YAML there is no business of ours.
  const isNear = rest.length === 3 && (file === 'services' || isNearly(file, 'services', 'service'));
  return isNear ? misplaced(`environments/${environment}/services/${name}.yaml`, 'warning') : null;
}

const ENVIRONMENT_FILES = ['environment.yaml', 'environments.yaml'];

function inPolicies(path: string, rest: readonly string[]): FileRole | null {
  const [folder = ''] = rest;
  if (rest.length === 1 && path !== SIGNERS && /^\.?allowed[-_ ]?signers?(\.\w+)?$/i.test(folder))
    return misplaced(SIGNERS, 'error');
  if (rest.length === 1) return named('policy', 'policies', rest);
  if (folder === 'tests') return named('policy-test', 'policies/tests', rest.slice(1));
  if (folder === 'calendars') return named('calendar', 'policies/calendars', rest.slice(1));
  for (const [near, kind] of [
    ['tests', 'policy-test'],
    ['calendars', 'calendar'],
  ] as const) {
    if (!isNearly(folder, near, near.slice(0, -1))) continue;
    const role = named(kind, `policies/${near}`, rest.slice(1));
    return role === null || role.kind === 'misplaced'
      ? role
      : misplaced(`policies/${near}/${rest.slice(1).join('/')}`, 'error');
  }
  return named('policy', 'policies', rest);
}

function inSchemas(rest: readonly string[]): FileRole | null {
  const match = /^(.+)\.schema\.(json|ya?ml)$/i.exec(rest.at(-1) ?? '');
  const name = match?.[1];
  if (name === undefined) return null;
  const isRead = rest.length === 1 && rest[0] === `${name}.schema.json`;
  return isRead ? { kind: 'service-schema', name } : misplaced(`schemas/${name}.schema.json`, 'warning');
}

/** `policy/two-approvals.yaml`: may be somebody's own folder, and is more likely ours, misspelt. */
function inOtherFolder(folder: string, rest: readonly string[]): FileRole | null {
  const meant = folderMeant(folder);
  if (meant === null) return null;
  const role = fileRole([meant, ...rest].join('/'));
  if (role === null) return null;
  return role.kind === 'misplaced'
    ? misplaced(role.meant, 'warning')
    : misplaced([meant, ...rest].join('/'), 'warning');
}

function folderMeant(folder: string): string | null {
  for (const own of FOLDERS) {
    if (folder === own) return null;
    if (isNearly(folder, own, own === 'policies' ? 'policy' : own.slice(0, -1))) return own;
  }
  return null;
}

/** The word itself in other letters, its singular, or a slip of the hand from either. */
function isNearly(word: string, plural: string, singular: string): boolean {
  if (word === plural) return false;
  const small = word.toLowerCase();
  return small === plural || small === singular || (small.length > 5 && slips(small, plural) <= 1);
}

function named(
  kind: Exclude<NamedKind, 'environment' | 'service-schema'>,
  folder: string,
  rest: readonly string[],
): FileRole | null {
  const match = /^([^.].*)\.(ya?ml|json)$/i.exec(rest.at(-1) ?? '');
  const [, name, ending] = match ?? [];
  if (name === undefined) return null;
  return rest.length > 1 || ending !== 'yaml' ? misplaced(`${folder}/${name}.yaml`, 'error') : { kind, name };
}

function misplaced(meant: string, severity: Severity): FileRole {
  return { kind: 'misplaced', meant, severity };
}
