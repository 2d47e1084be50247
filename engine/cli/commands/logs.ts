// `tidegate logs <run> [--follow] [--stage]`: the logs on this machine, else the last lines that the ledger keeps.

import { setTimeout as wait } from 'node:timers/promises';
import type { LogsJson } from '../../contract/logs.ts';
import type { Commands } from '../../controller/commands/commands.ts';
import { sayDeed } from '../../explain/say-run.ts';
import type { Run, StepState } from '../../model/run.ts';
import type { Context } from '../context.ts';
import type { Given } from '../declaration.ts';
import { unknown, usage } from '../failure.ts';
import { type LogFile, logFiles, readWhole } from '../log-files.ts';
import { LogReader } from '../log-reader.ts';
import { harmlessOutput, paint } from '../paint.ts';
import { dim, hanging, type Line, line, strong } from '../text/line.ts';
import { meant, pickRun } from './pick.ts';

/** How often the files are looked at: soon enough to feel live, rare enough to cost nothing. */
const FILES_EVERY_MS = 250;
/** How often the ledger is asked whether the run has ended. */
const LEDGER_EVERY_MS = 2_000;

export async function logs(context: Context, given: Given): Promise<number> {
  const [id = ''] = given.args;
  const stage = given.text('stage');
  const isFollowing = given.flag('follow');
  if (isFollowing && context.isJson)
    throw usage('--follow does not go with --json', 'take the JSON once the run has ended');
  return await context.withCommands(async (commands) => {
    const run = await context.patiently('reading the ledger', pickRun(commands, id));
    const names = run.stages.map(({ name }) => name);
    if (stage !== null && !names.includes(stage)) throw unknown(`${id} has no stage ${stage}`, meant(stage, names));
    if (context.isJson) context.print([], await logsJson(context, run, stage));
    else await show(context, commands, run, stage, isFollowing);
    return 0;
  });
}

async function show(
  context: Context,
  commands: Commands,
  first: Run,
  stage: string | null,
  isFollowing: boolean,
): Promise<void> {
  const { terminal } = context.wiring;
  const reader = new LogReader(context.state, stage);
  const tails = new Tails(context, stage);
  const out = (lines: readonly Line[]) => terminal.writeOut(paint(lines, { ...context.look, columns: null }));
  let run = first;
  let askedMs = performance.now();
  for (;;) {
    const isLast = run.outcome !== null || !isFollowing;
    await reader.look(
      run,
      run.outcome !== null,
      (file, name) => out([headLine(file, name)]),
      (text) => terminal.writeOut(harmlessOutput(text, context.look)),
    );
    if (!reader.hasFound) tails.show(run);
    if (isLast || terminal.isClosed()) break;
    await wait(FILES_EVERY_MS);
    if (performance.now() - askedMs < LEDGER_EVERY_MS) continue;
    run = (await commands.run(run.id)) ?? run;
    askedMs = performance.now();
  }
  if (run.outcome !== null)
    context.note(
      line(dim(`${run.id}: ${sayDeed(run)}: ${run.outcome}${run.sentence === null ? '' : `: ${run.sentence}`}`)),
    );
  else if (!isFollowing) context.note(line(dim(`${run.id} is still open; --follow goes on until it ends`)));
}

/** What the ledger keeps, for machines that did not run the steps; each step once. */
class Tails {
  readonly #context: Context;
  readonly #stage: string | null;
  readonly #seen = new Set<string>();
  #isAnnounced = false;

  constructor(context: Context, stage: string | null) {
    this.#context = context;
    this.#stage = stage;
  }

  show(run: Run): void {
    const { note, wiring, look } = this.#context;
    const where = `the logs of ${run.id} are not on this machine (looked below ${this.#context.state})`;
    if (!this.#isAnnounced) note(hanging(2, dim(`${where}: these are the last lines that the ledger keeps`)));
    this.#isAnnounced = true;
    for (const [stage, step] of stepsOf(run, this.#stage)) {
      const key = `${stage}.${step.attempt}.${step.step}`;
      if (this.#seen.has(key)) continue;
      this.#seen.add(key);
      const file = { stage, attempt: step.attempt, step: step.step, path: '' };
      wiring.terminal.writeOut(paint([headLine(file, step.name)], { ...look, columns: null }));
      const tail = step.tail === '' ? '' : `${step.tail.replace(/\n+$/, '')}\n`;
      wiring.terminal.writeOut(harmlessOutput(tail, look));
    }
  }
}

function stepsOf(run: Run, only: string | null): readonly (readonly [string, StepState])[] {
  return run.stages
    .filter((stage) => only === null || stage.name === only)
    .flatMap((stage) => stage.steps.map((step) => [stage.name, step] as const));
}

function headLine(file: LogFile, name: string): Line {
  const attempt = file.attempt > 1 ? ` (attempt ${file.attempt})` : '';
  return line(dim('==> '), strong(`${file.stage}: ${name}${attempt}`), dim(' <=='));
}

async function logsJson({ state }: Context, run: Run, stage: string | null): Promise<LogsJson> {
  const files = await logFiles(state, run);
  const known = new Map(files.map((file) => [`${file.stage}.${file.attempt}.${file.step}`, file]));
  const wanted = stepsOf(run, stage);
  const logs = [];
  for (const [name, step] of wanted) {
    const file = known.get(`${name}.${step.attempt}.${step.step}`);
    const text = file === undefined ? null : await readWhole(file.path);
    logs.push({
      stage: name,
      attempt: step.attempt,
      step: step.step,
      name: step.name,
      isWhole: text !== null,
      text: text ?? step.tail,
    });
  }
  return { run: run.id, outcome: run.outcome, logs };
}
