// `tidegate check [dir]`: every problem at once, each with its source line and how to mend it. Reads the folder as it lies
// there, committed or not.

import path from 'node:path';
import type { Instant } from '../../base/instant.ts';
import { hasErrors, type Problem } from '../../base/problem.ts';
import { assemble } from '../../config/assemble.ts';
import { clockWarnings } from '../../config/clock-warnings.ts';
import { inputsOf } from '../../config/inputs.ts';
import { parseFile } from '../../config/parse.ts';
import type { Config } from '../../model/config.ts';
import { BLANK, dim, type Line, line, type Part, strong } from '../../view/line.ts';
import { count, problemsJson, problemsLines, summaryLine } from '../../view/problems-shown.ts';
import { table } from '../../view/table.ts';
import { type ConfigFolder, readConfigFolder } from '../config-folder.ts';
import type { Context } from '../context.ts';
import type { Given } from '../declaration.ts';
import { unknown } from '../failure.ts';

export async function check(context: Context, given: Given): Promise<number> {
  const typed = given.args[0] ?? '.';
  const folder = await openFolder(path.resolve(context.wiring.directory, typed), typed);
  const { config, problems } = judge(folder, typed, context.wiring.now());
  const inputs = inputsByEnvironment(config, folder);
  const lines = [
    ...problemsLines(problems, sourceLines(folder)),
    ...inputLines(inputs, given.flag('inputs')),
    summary(config, problems),
  ];
  context.print(lines, { problems: problemsJson(problems), inputs });
  return hasErrors(problems) ? 2 : 0;
}

async function openFolder(folder: string, typed: string): Promise<ConfigFolder> {
  try {
    return await readConfigFolder(folder);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
    if (code === 'ENOENT') throw unknown(`there is no folder ${typed}`, 'give the folder that tidegate.yaml lies in');
    if (code === 'ENOTDIR') throw unknown(`${typed} is not a folder`, 'give the folder that tidegate.yaml lies in');
    if (code === 'EACCES' || code === 'EPERM')
      throw unknown(`${typed} may not be read`, 'look at who may read the folder and what is in it');
    throw error;
  }
}

function judge(
  folder: ConfigFolder,
  typed: string,
  now: Instant,
): { config: Config | null; problems: readonly Problem[] } {
  const isEmpty = folder.files.length === 0 && folder.problems.length === 0;
  if (isEmpty) return { config: null, problems: [noRepository(typed)] };
  const { config, problems } = assemble(
    folder.files.map(({ path: file, text }) => parseFile(file, text)),
    folder,
  );
  const clock = config === null ? [] : clockWarnings(config, now);
  return { config, problems: [...folder.problems, ...problems, ...clock] };
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

function sourceLines({ files }: ConfigFolder): (file: string, number: number) => string | null {
  const texts = new Map(files.map(({ path: file, text }) => [file, text]));
  const split = new Map<string, readonly string[]>();
  return (file, number) => {
    const lines = split.get(file) ?? texts.get(file)?.split(/\r?\n/) ?? [];
    split.set(file, lines);
    return lines[number - 1] ?? null;
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
