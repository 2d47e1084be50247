// Which paths of a repository are configuration. The path gives a file its kind; what is not listed here is never read.

import { nearest } from './suggest.ts';

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
  /** `meant`: the path that it should probably have. */
  | { readonly kind: 'misplaced'; readonly meant: string };

/** The kind of a file to read, or null where the path is none of ours. */
export function configKind(path: string): FileKind | null {
  return fileRole(path)?.kind ?? null;
}

export function fileRole(path: string): FileRole | null {
  const [folder, ...rest] = path.split('/');
  const last = rest.at(-1) ?? '';
  if (rest.length === 0) return atRoot(path);
  if (folder === 'environments') return inEnvironments(rest);
  if (folder === 'pipelines') return named('pipeline', 'pipelines', rest);
  if (folder === 'policies' && rest[0] === 'tests') return named('policy-test', 'policies/tests', rest.slice(1));
  if (folder === 'policies' && rest[0] === 'calendars' && rest.length > 1)
    return named('calendar', 'policies/calendars', rest.slice(1));
  if (folder === 'policies') return named('policy', 'policies', rest);
  if (folder === 'schemas' && rest.length === 1 && last.endsWith('.schema.json')) {
    return { kind: 'service-schema', name: last.slice(0, -'.schema.json'.length) };
  }
  return null;
}

function atRoot(path: string): FileRole | null {
  if (path === 'tidegate.yaml') return { kind: 'repository' };
  return path === 'tidegate.yml' || path === '.tidegate.yaml' ? { kind: 'misplaced', meant: 'tidegate.yaml' } : null;
}

function inEnvironments(rest: readonly string[]): FileRole | null {
  const [environment = '', file = '', service = ''] = rest;
  if (rest.length === 1) {
    const name = /^(.+)\.ya?ml$/.exec(environment)?.[1];
    return name === undefined ? null : { kind: 'misplaced', meant: `environments/${name}/environment.yaml` };
  }
  if (rest.length === 2 && file === 'environment.yaml') return { kind: 'environment', name: environment };
  if (rest.length === 2 && /\.ya?ml$/.test(file) && nearest(file, ['environment.yaml', 'environments.yaml']) !== null) {
    return { kind: 'misplaced', meant: `environments/${environment}/environment.yaml` };
  }
  if (rest.length === 3 && file === 'services') {
    const name = /^(.+)\.yaml$/.exec(service)?.[1];
    if (name !== undefined) return { kind: 'service', environment, name };
  }
  return null;
}

function named(
  kind: Exclude<NamedKind, 'environment' | 'service-schema'>,
  folder: string,
  rest: readonly string[],
): FileRole | null {
  const match = /^([^.].*)\.(yaml|yml)$/.exec(rest.at(-1) ?? '');
  if (match?.[1] === undefined) return null;
  if (rest.length > 1 || match[2] === 'yml') return { kind: 'misplaced', meant: `${folder}/${match[1]}.yaml` };
  return { kind, name: match[1] };
}
