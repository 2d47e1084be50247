// One file of the configuration, from text to a checked value. Pure and total: whatever the text, there is a
// ParsedFile, with every problem that the file has by itself. A path and a text always give the same answer, so a
// shell may keep it by path and blob id. What depends on other files is only taken down here (`references`);
// assemble.ts looks it up.

import { unreachable } from '../base/assert.ts';
import type { EnvironmentConfig, PipelineConfig, RepositoryConfig } from '../model/config.ts';
import type { Place } from '../model/place.ts';
import type { PolicyTest } from '../model/policy-test.ts';
import type { CalendarDraft } from './calendar.ts';
import { checkFile } from './check-file.ts';
import { type Concern, type Cursor, type Finding, makeCursor, type Notes, type Reference } from './cursor.ts';
import { openDocument, type Source } from './document.ts';
import { buildCalendar } from './files/calendar.ts';
import { buildEnvironment, environmentConcern } from './files/environment.ts';
import { buildPipeline, pipelineConcern } from './files/pipeline.ts';
import { buildPolicy, type PolicyDraft } from './files/policy.ts';
import { buildPolicyTests } from './files/policy-test.ts';
import { buildRepository } from './files/repository.ts';
import { openServiceSchema, type ServiceSchema } from './files/service.ts';
import { type FileKind, type FileRole, fileRole } from './kinds.ts';
import { type CalendarFile, calendarSchema } from './schema/calendar.ts';
import { type EnvironmentFile, environmentSchema } from './schema/environment.ts';
import { type PipelineFile, pipelineSchema } from './schema/pipeline.ts';
import { type PolicyFile, policySchema } from './schema/policy.ts';
import { type PolicyTestFile, policyTestSchema } from './schema/policy-test.ts';
import { type RepositoryFile, repositorySchema } from './schema/repository.ts';
import { UNREAD, type Unread } from './unread.ts';

export type ParsedFile = {
  readonly path: string;
  readonly role: FileRole | null;
  readonly findings: readonly Finding[];
  readonly references: readonly Reference[];
  /** Null where the text says too little to make a value of. */
  readonly content: Content | null;
};

type Content =
  | { readonly kind: 'repository'; readonly value: RepositoryConfig; readonly signaturesAt: Place }
  | { readonly kind: 'environment'; readonly value: EnvironmentConfig; readonly followAt: Place }
  | { readonly kind: 'pipeline'; readonly value: PipelineConfig }
  | { readonly kind: 'policy'; readonly draft: PolicyDraft; readonly isDraft: boolean }
  | { readonly kind: 'calendar'; readonly draft: CalendarDraft }
  | { readonly kind: 'policy-test'; readonly tests: readonly PolicyTest[] }
  | { readonly kind: 'service'; readonly value: unknown; readonly cursor: (notes: Notes) => Cursor }
  | { readonly kind: 'service-schema'; readonly schema: ServiceSchema };

/** Stand in for required keys that are missing, so that what is there can still be judged. */
const ENVIRONMENT_GAPS = { follow: { branch: null }, pipeline: '', policies: [], target: { files: { to: 'missing' } } };

export function parseFile(path: string, text: string): ParsedFile {
  const role = fileRole(path);
  const nothing: ParsedFile = { path, role, findings: [], references: [], content: null };
  if (role === null) return nothing;
  if (role.kind === 'misplaced') return { ...nothing, findings: [misplaced(path, role)] };
  const source = openDocument(path, text);
  const concern = concernOf(role.kind);
  const findings: Finding[] = source.problems.map((problem) => ({ ...problem, concern }));
  if (source.value === undefined) return { ...nothing, findings };
  const notes: Notes = { findings, references: [] };
  const content = contentOf(role, source, text, notes);
  // Where nothing could be made of the file, every error in it bears on all that the file decides.
  const worst = content === null ? findings.map((finding) => ({ ...finding, concern })) : findings;
  return { path, role, findings: worst, references: notes.references, content };
}

/**
 * What is said of a file that stands where configuration is read and cannot be: a problem of that file, and not the
 * end of reading all others.
 */
export function unreadFile(path: string, why: Unread): ParsedFile {
  const role = fileRole(path);
  if (role?.kind === 'misplaced') return parseFile(path, '');
  // A folder of ours that is something else: behind an environment's there may be none.
  const severity = role === null && path.startsWith('environments/') ? 'warning' : 'error';
  const concern = role === null ? 'gate' : concernOf(role.kind);
  const at = why === 'too-large' ? 1 : 0;
  const findings = [{ file: path, line: at, column: at, severity, ...UNREAD[why], concern }] as const;
  return { path, role, findings, references: [], content: null };
}

/** What a file that cannot be read keeps from being answered. */
function concernOf(kind: Exclude<FileKind, 'misplaced'>): Concern {
  switch (kind) {
    case 'repository':
    case 'policy':
    case 'policy-test':
    case 'calendar':
      return 'gate';
    case 'service':
    case 'service-schema':
      return 'version';
    case 'environment':
    case 'pipeline':
      return 'both';
  }
}

function misplaced(path: string, { meant, severity }: Extract<FileRole, { kind: 'misplaced' }>): Finding {
  return {
    file: path,
    line: 0,
    column: 0,
    severity,
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
): Content | null {
  switch (role.kind) {
    case 'repository': {
      const on = (part: Source) => makeCursor(part, () => 'gate', notes);
      const checked = checkFile<RepositoryFile>(source, repositorySchema, { version: 1 }, on);
      if (checked === null) return null;
      const signaturesAt = checked.cursor.at('ledger', 'signatures').place();
      return { kind: 'repository', value: buildRepository(checked.file, checked.cursor), signaturesAt };
    }
    case 'environment': {
      const on = (part: Source) => makeCursor(part, environmentConcern, notes);
      const checked = checkFile<EnvironmentFile>(source, environmentSchema, ENVIRONMENT_GAPS, on);
      if (checked === null) return null;
      const followAt = checked.cursor.at('follow').place();
      return { kind: 'environment', value: buildEnvironment(checked.file, checked.cursor, role.name), followAt };
    }
    case 'pipeline': {
      const on = (part: Source) => makeCursor(part, pipelineConcern, notes);
      const checked = checkFile<PipelineFile>(source, pipelineSchema, {}, on);
      return checked && { kind: 'pipeline', value: buildPipeline(checked.file, checked.cursor, role.name) };
    }
    case 'policy': {
      const on = (part: Source) => makeCursor(part, () => 'gate', notes);
      const checked = checkFile<PolicyFile>(source, policySchema, {}, on);
      if (checked === null) return null;
      const isDraft = checked.file.draft === true;
      return { kind: 'policy', draft: buildPolicy(checked.file, checked.cursor, role.name), isDraft };
    }
    case 'policy-test': {
      const on = (part: Source) => makeCursor(part, () => 'gate', notes);
      const checked = checkFile<PolicyTestFile>(source, policyTestSchema, {}, on);
      return checked && { kind: 'policy-test', tests: buildPolicyTests(checked.file, checked.cursor) };
    }
    case 'calendar': {
      const on = (part: Source) => makeCursor(part, () => 'gate', notes);
      const checked = checkFile<CalendarFile>(source, calendarSchema, {}, on);
      return checked && { kind: 'calendar', draft: buildCalendar(checked.file, checked.cursor, role.name) };
    }
    case 'service':
      // The text is kept, not its syntax tree: places are wanted only where something is wrong.
      return {
        kind: 'service',
        value: source.value,
        cursor: (into) => makeCursor(openDocument(source.file, text), () => 'version', into),
      };
    case 'service-schema':
      return { kind: 'service-schema', schema: openServiceSchema(source.value) };
    default:
      return unreachable(role);
  }
}
