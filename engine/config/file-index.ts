// Parsed files by kind and name, for looking up what they say of each other.

import type { EnvironmentConfig, RepositoryConfig } from '../model/config.ts';
import type { ParsedFile } from './parse.ts';

export type FileIndex = {
  readonly files: readonly ParsedFile[];
  readonly repositoryFile: ParsedFile | null;
  /** Null where tidegate.yaml is missing or has errors. */
  readonly repository: RepositoryConfig | null;
  readonly environments: ReadonlyMap<string, ParsedFile>;
  readonly pipelines: ReadonlyMap<string, ParsedFile>;
  readonly policies: ReadonlyMap<string, ParsedFile>;
  readonly calendars: ReadonlyMap<string, ParsedFile>;
  readonly serviceSchemas: ReadonlyMap<string, ParsedFile>;
  /** Service files by environment. */
  readonly services: ReadonlyMap<string, readonly ParsedFile[]>;
};

export function makeIndex(files: readonly ParsedFile[]): FileIndex {
  const sorted = [...files].sort((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0));
  const byName = {
    environment: new Map(),
    pipeline: new Map(),
    policy: new Map(),
    'policy-test': new Map(),
    calendar: new Map(),
    'service-schema': new Map(),
  } as const satisfies Record<string, Map<string, ParsedFile>>;
  const services = new Map<string, ParsedFile[]>();
  let repositoryFile: ParsedFile | null = null;
  for (const file of sorted) {
    const role = file.role;
    if (role === null || role.kind === 'misplaced') continue;
    if (role.kind === 'repository') repositoryFile = file;
    else if (role.kind === 'service') services.set(role.environment, [...(services.get(role.environment) ?? []), file]);
    else byName[role.kind].set(role.name, file);
  }
  return {
    files: sorted,
    repositoryFile,
    repository: soundRepository(repositoryFile),
    environments: byName.environment,
    pipelines: byName.pipeline,
    policies: byName.policy,
    calendars: byName.calendar,
    serviceSchemas: byName['service-schema'],
    services,
  };
}

function soundRepository(file: ParsedFile | null): RepositoryConfig | null {
  if (file?.content?.kind !== 'repository') return null;
  return file.findings.some((finding) => finding.severity === 'error') ? null : file.content.value;
}

/** The environment's value, where its file could be read. */
export function environmentOf(file: ParsedFile): EnvironmentConfig | null {
  return file.content?.kind === 'environment' ? file.content.value : null;
}
