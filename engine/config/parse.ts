// One file of the configuration, from text to a checked value. Pure and total: whatever the text, there is a ParsedFile,
// with every problem that the file has by itself. A path and a text always give the same answer, so a shell may keep it by
// path and blob id. What depends on other files is only taken down here (`references`); assemble.ts looks it up.

import type { EnvironmentConfig, PipelineConfig, Place, RepositoryConfig } from '../model/config.ts';
import { type Concern, type Cursor, type Finding, makeCursor, type Notes, type Reference } from './cursor.ts';
import { openDocument, type Path, type Source } from './document.ts';
import { explain } from './explain.ts';
import { buildEnvironment, environmentConcern } from './files/environment.ts';
import { buildPipeline, pipelineConcern } from './files/pipeline.ts';
import { buildPolicy, type PolicyDraft } from './files/policy.ts';
import { buildRepository } from './files/repository.ts';
import { openServiceSchema, type ServiceSchema } from './files/service.ts';
import { type FileRole, fileRole } from './kinds.ts';
import { isRecord, record } from './record.ts';
import { makeValidators, type SchemaKind, type Validators } from './validators.ts';

export type ParsedFile = {
  readonly path: string;
  readonly role: FileRole | null;
  readonly findings: readonly Finding[];
  readonly references: readonly Reference[];
  /** Null where the text says too little to make a value of. */
  readonly content: Content | null;
};

export type Content =
  | { readonly kind: 'repository'; readonly value: RepositoryConfig; readonly signaturesAt: Place }
  | { readonly kind: 'environment'; readonly value: EnvironmentConfig; readonly followAt: Place }
  | { readonly kind: 'pipeline'; readonly value: PipelineConfig }
  | { readonly kind: 'policy'; readonly draft: PolicyDraft }
  | { readonly kind: 'service'; readonly value: unknown; readonly cursor: (notes: Notes) => Cursor }
  | { readonly kind: 'service-schema'; readonly schema: ServiceSchema };

export type Parser = { parseFile(path: string, text: string): ParsedFile };

/** Keep one for as long as there are files to parse: it keeps the compiled schemas. */
export function makeParser(): Parser {
  const validators = makeValidators();
  return { parseFile: (path, text) => parse(path, text, validators) };
}

function parse(path: string, text: string, validators: Validators): ParsedFile {
  const role = fileRole(path);
  const nothing: ParsedFile = { path, role, findings: [], references: [], content: null };
  if (role === null) return nothing;
  if (role.kind === 'misplaced') return { ...nothing, findings: [misplaced(path, role.meant)] };
  const source = openDocument(path, text);
  const concern: Concern =
    role.kind === 'repository' || role.kind === 'policy'
      ? 'gate'
      : role.kind.startsWith('service')
        ? 'version'
        : 'both';
  const findings: Finding[] = source.problems.map((problem) => ({ ...problem, concern }));
  if (source.value === undefined) return { ...nothing, findings };
  const notes: Notes = { findings, references: [] };
  const content = contentOf(role, source, text, notes, validators);
  // Where nothing could be made of the file, every error in it bears on both questions.
  const worst =
    content === null && concern === 'both' ? findings.map((finding) => ({ ...finding, concern })) : findings;
  return { path, role, findings: worst, references: notes.references, content };
}

function misplaced(path: string, meant: string): Finding {
  return {
    file: path,
    line: 0,
    column: 0,
    severity: 'error',
    message: 'a file of this name is not read',
    hint: `rename it to ${meant}`,
    concern: 'gate',
  };
}

function contentOf(
  role: Exclude<FileRole, { kind: 'misplaced' }>,
  source: Source,
  text: string,
  notes: Notes,
  validators: Validators,
): Content | null {
  switch (role.kind) {
    case 'repository': {
      const cursor = makeCursor(source, () => 'gate', notes);
      const file = checked<Parameters<typeof buildRepository>[0]>('repository', source.value, cursor, validators);
      if (file === null) return null;
      const signaturesAt = cursor.at('ledger', 'signatures').place();
      return { kind: 'repository', value: buildRepository(file, cursor), signaturesAt };
    }
    case 'environment': {
      const cursor = makeCursor(source, environmentConcern, notes);
      const file = checked<Parameters<typeof buildEnvironment>[0]>('environment', source.value, cursor, validators);
      if (file === null) return null;
      return {
        kind: 'environment',
        value: buildEnvironment(file, cursor, role.name),
        followAt: cursor.at('follow').place(),
      };
    }
    case 'pipeline': {
      const cursor = makeCursor(source, pipelineConcern, notes);
      const file = checked<Parameters<typeof buildPipeline>[0]>('pipeline', source.value, cursor, validators);
      return file === null ? null : { kind: 'pipeline', value: buildPipeline(file, cursor, role.name) };
    }
    case 'policy': {
      const cursor = makeCursor(source, () => 'gate', notes);
      const file = checked<Parameters<typeof buildPolicy>[0]>('policy', source.value, cursor, validators);
      return file === null ? null : { kind: 'policy', draft: buildPolicy(file, cursor, role.name) };
    }
    case 'service':
      // The text is kept, not its syntax tree: places are wanted only where something is wrong.
      return {
        kind: 'service',
        value: source.value,
        cursor: (into) => makeCursor(openDocument(source.file, text), () => 'version', into),
      };
    case 'service-schema':
      return { kind: 'service-schema', schema: openServiceSchema(source.value, validators) };
  }
}

/**
 * The value as its schema's type, every problem told. What does not fit is left out and the rest judged again, so that a
 * slip in one key does not hide a problem in another; null where too little is left.
 */
function checked<T>(kind: SchemaKind, value: unknown, cursor: Cursor, validators: Validators): T | null {
  const validate = validators.forKind(kind);
  if (validate(value)) return value as T;
  const rest = value === null ? null : without(value, explain(validate.errors ?? [], cursor));
  if (value === null) cursor.error('this file is empty', 'see docs/configuration.md for what belongs into it');
  return rest !== null && validate(rest) ? (rest as T) : null;
}

function without(value: unknown, paths: readonly Path[]): unknown {
  if (paths.some((path) => path.length === 0)) return value;
  const below = (key: string | number): readonly Path[] =>
    paths.filter((path) => String(path[0]) === String(key)).map((path) => path.slice(1));
  const kept = (key: string | number): boolean =>
    !paths.some((path) => path.length === 1 && String(path[0]) === String(key));
  if (Array.isArray(value)) return value.flatMap((item, index) => (kept(index) ? [without(item, below(index))] : []));
  if (!isRecord(value)) return value;
  return record(
    Object.entries(value).flatMap(([key, item]) => (kept(key) ? [[key, without(item, below(key))] as const] : [])),
  );
}
