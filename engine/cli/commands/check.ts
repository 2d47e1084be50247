// `tidegate check [dir]`: every problem at once, each with its source line and how to fix it. Reads the folder as it
// lies there, committed or not.

import { hasErrors, type Problem } from '../../base/problem.ts';
import { assemble } from '../../config/assemble.ts';
import { clockWarnings } from '../../config/clock-warnings.ts';
import { earlyStageWarnings } from '../../config/early-stages.ts';
import { inputsOf } from '../../config/inputs.ts';
import type { ParsedFile } from '../../config/parse.ts';
import { quorumProblems } from '../../config/quorum.ts';
import { relianceWarnings } from '../../config/reliance.ts';
import { sharedOwnerWarnings } from '../../config/shared-owners.ts';
import { checkJson } from '../../contract/folder.ts';
import { holidaysNeeded } from '../../explain/holidays-needed.ts';
import { idleRules } from '../../explain/idle-rules.ts';
import type { Config } from '../../model/config.ts';
import { linkProblem } from '../../model/link-target.ts';
import type { ConfigFolder } from '../config-folder.ts';
import type { Context } from '../context.ts';
import type { Given } from '../declaration.ts';
import { BLANK, dim, type Line, line, type Part, strong } from '../text/line.ts';
import { count, problemsLines, summaryLine } from '../text/problems-shown.ts';
import { table } from '../text/table.ts';
import { openFolder, sourceLines } from './folder.ts';

export async function check(context: Context, given: Given): Promise<number> {
  const typed = given.args[0] ?? '.';
  const folder = await openFolder(context.wiring.directory, typed);
  const { config, problems } = await judge(folder, typed, context.wiring);
  const inputs = inputsByEnvironment(config, folder);
  const lines = [
    ...problemsLines(problems, sourceLines(folder)),
    ...inputLines(inputs, given.flag('inputs')),
    summary(config, problems),
  ];
  context.print(lines, checkJson(problems, inputs));
  return hasErrors(problems) ? 2 : 0;
}

async function judge(
  folder: ConfigFolder,
  typed: string,
  wiring: Context['wiring'],
): Promise<{ config: Config | null; problems: readonly Problem[] }> {
  const isEmpty = folder.files.length === 0 && folder.problems.length === 0;
  if (isEmpty) return { config: null, problems: [noRepository(typed)] };
  const files = folder.files.map(({ parsed }) => parsed);
  const { config, problems } = assemble(files, folder);
  const whole = config === null ? [] : [...(await timeProblems(config, wiring)), ...ofAll(config, files)];
  return { config, problems: [...folder.problems, ...problems, ...linkProblems(config, folder), ...whole] };
}

/** What the target `files` is sure to refuse. */
function linkProblems(config: Config | null, { links }: ConfigFolder): readonly Problem[] {
  return Object.values(config?.environments ?? {}).flatMap(({ name, target }) => {
    const folder = `environments/${name}/`;
    const own = target.type === 'files' ? links.filter(({ path }) => path.startsWith(folder)) : [];
    return own.flatMap(({ path, target: leadsTo }): readonly Problem[] => {
      const message = linkProblem(path.slice(folder.length), leadsTo);
      const hint = `the target of ${name} refuses it: put the file itself here`;
      return message === null ? [] : [{ file: path, line: 0, column: 0, severity: 'error', message, hint }];
    });
  });
}

/** What only shows with all environments side by side. */
function ofAll(config: Config, files: readonly ParsedFile[]): readonly Problem[] {
  return [
    ...quorumProblems(config),
    ...sharedOwnerWarnings(config),
    ...relianceWarnings(config, files),
    ...earlyStageWarnings(config),
  ];
}

/** What depends on when one asks: clocks that will change, windows that do not open. */
async function timeProblems(config: Config, wiring: Context['wiring']): Promise<readonly Problem[]> {
  const now = wiring.now();
  const { places, years } = holidaysNeeded(Object.values(config.policies), now, now);
  const holidays = places.length === 0 ? {} : await (await wiring.holidays()).holidays(places, years);
  return [...clockWarnings(config, now), ...idleRules(config, holidays, now)];
}

/** One clear problem instead of everything that is missing. */
function noRepository(typed: string): Problem {
  const message = `${typed === '.' ? 'this folder' : typed} is no config repository: it has no tidegate.yaml`;
  return {
    file: 'tidegate.yaml',
    line: 0,
    column: 0,
    severity: 'error',
    message,
    hint: `\`tidegate init${typed === '.' ? '' : ` ${typed}`}\` writes one to start from`,
  };
}

type Inputs = { readonly environment: string; readonly paths: readonly string[] };

function inputsByEnvironment(config: Config | null, folder: ConfigFolder): readonly Inputs[] {
  if (config === null) return [];
  return Object.keys(config.environments).map((environment) => ({
    environment,
    paths: inputsOf(config, environment, folder),
  }));
}

function inputLines(inputs: readonly Inputs[], isWanted: boolean): readonly Line[] {
  if (!isWanted || inputs.length === 0) return [];
  const rows = inputs.flatMap(({ environment, paths }) =>
    paths.map((each, index): readonly Part[] => [index === 0 ? strong(environment) : '', each]),
  );
  return [line(dim('inputs: what makes a new version where it changes')), ...table(rows, 2), BLANK];
}

function summary(config: Config | null, problems: readonly Problem[]): Line {
  const said = summaryLine(problems);
  if (config === null || hasErrors(problems)) return said;
  const counts = [
    count(Object.keys(config.environments).length, 'environment'),
    count(Object.keys(config.pipelines).length, 'pipeline'),
    count(Object.keys(config.policies).length, 'policy', 'policies'),
  ];
  return line(...said.spans, dim(` in ${counts.join(', ')}`));
}
