// Parsed files to one Config: looks up what files say of each other, and answers for each environment whether its
// gate and its version are sound. An environment whose gate is not sound is not in the Config: closed by default.

import type { Problem } from '../base/problem.ts';
import { remembered } from '../base/remembered.ts';
import type { Config, EnvironmentConfig, PipelineConfig, PolicyConfig, RepositoryConfig } from '../model/config.ts';
import type { RuleContext } from '../policy/rules/kind.ts';
import type { CalendarDraft } from './calendar.ts';
import { crossCheck } from './cross-check.ts';
import type { Finding } from './cursor.ts';
import { type FileIndex, makeIndex } from './file-index.ts';
import type { PolicyDraft } from './files/policy.ts';
import type { ParsedFile } from './parse.ts';
import { record } from './record.ts';

type Tree = {
  /** Whether a file or folder stands at this path. */
  has(path: string): boolean;
};

/**
 * `head`: the default branch's head, which is believed for gates. `version`: a commit to run, which is believed for
 * steps, targets and variables only; the repository's own settings then come from the head, and a broken
 * tidegate.yaml or policy at that commit is of no account.
 */
export type Reading = { readonly as: 'head' } | { readonly as: 'version'; readonly repository: RepositoryConfig };

type EnvironmentProblems = {
  /** Errors that keep anything new from running here (asked of the head). */
  readonly gate: readonly Problem[];
  /** Errors that keep this version from running here (asked of the version). */
  readonly version: readonly Problem[];
};

export type Assembled = {
  /** Null where tidegate.yaml is missing or broken: then nobody knows where the ledger is. Holds only environments,
   *  pipelines and policies that are sound for this reading. */
  readonly config: Config | null;
  /** All of them, errors and warnings, in the order of files, lines and columns. */
  readonly problems: readonly Problem[];
  /** Every environment that there is a file for, sound or not. */
  readonly environments: Readonly<Record<string, EnvironmentProblems>>;
};

export function assemble(files: readonly ParsedFile[], tree: Tree, reading: Reading = { as: 'head' }): Assembled {
  const index = makeIndex(files);
  const found = crossCheck(index, tree);
  const environments: [string, EnvironmentProblems][] = [];
  const sound: [string, EnvironmentConfig][] = [];
  for (const [name, file] of index.environments) {
    const answer = answers(found.byEnvironment.get(name) ?? []);
    environments.push([name, answer]);
    const decisive = reading.as === 'head' ? answer.gate : answer.version;
    if (decisive.length === 0 && file.content?.kind === 'environment') sound.push([name, file.content.value]);
  }
  return {
    config: configOf(index, reading, sound),
    problems: ordered([...files.flatMap((file) => file.findings), ...found.all]),
    environments: record(environments),
  };
}

function answers(findings: readonly Finding[]): EnvironmentProblems {
  const errors = findings.filter((finding) => finding.severity === 'error');
  return {
    gate: ordered(errors.filter((error) => error.concern !== 'version')),
    version: ordered(errors.filter((error) => error.concern !== 'gate')),
  };
}

function configOf(index: FileIndex, reading: Reading, sound: readonly [string, EnvironmentConfig][]): Config | null {
  const repository = reading.as === 'version' ? reading.repository : index.repository;
  if (repository === null) return null;
  const pipelines: [string, PipelineConfig][] = [];
  for (const [name, file] of index.pipelines) {
    if (file.content?.kind === 'pipeline' && !broken(file, reading)) pipelines.push([name, file.content.value]);
  }
  const calendars: [string, CalendarDraft][] = [];
  for (const [name, file] of index.calendars) {
    if (file.content?.kind === 'calendar' && !broken(file, { as: 'head' })) calendars.push([name, file.content.draft]);
  }
  const context = { timezone: repository.timezone, calendars: record(calendars) };
  const policies: [string, PolicyConfig][] = [];
  for (const [name, file] of index.policies) {
    if (file.content?.kind === 'policy' && !broken(file, { as: 'head' }))
      policies.push([name, policyFrom(file.content.draft)(context)]);
  }
  return { repository, environments: record(sound), pipelines: record(pipelines), policies: record(policies) };
}

type Made = { readonly timezone: string; readonly calendars: readonly CalendarDraft[]; readonly policy: PolicyConfig };

/**
 * A head moves often and its policies seldom do: made from the very same files, a policy is the very same value, so
 * that anyone who remembers something about it finds that again.
 */
const policyFrom = remembered((draft: PolicyDraft) => {
  let last: Made | null = null;
  return (context: RuleContext): PolicyConfig => {
    const { timezone } = context;
    const calendars = Object.values(context.calendars);
    const isSame =
      last?.timezone === timezone &&
      last.calendars.length === calendars.length &&
      calendars.every((calendar, index) => calendar === last?.calendars[index]);
    if (last === null || !isSame) last = { timezone, calendars, policy: draft(context) };
    return last.policy;
  };
});

function broken(file: ParsedFile, reading: Reading): boolean {
  const ignored = reading.as === 'head' ? 'version' : 'gate';
  return file.findings.some((finding) => finding.severity === 'error' && finding.concern !== ignored);
}

/** Without the concern, without repetition, in reading order. */
function ordered(findings: readonly Finding[]): readonly Problem[] {
  const seen = new Map<string, Problem>();
  for (const { concern: _, ...problem } of findings) {
    seen.set(`${problem.file}:${problem.line}:${problem.column}:${problem.message}`, problem);
  }
  return [...seen.values()].sort(
    (a, b) =>
      (a.file < b.file ? -1 : a.file > b.file ? 1 : 0) ||
      a.line - b.line ||
      a.column - b.column ||
      (a.message < b.message ? -1 : 1),
  );
}
