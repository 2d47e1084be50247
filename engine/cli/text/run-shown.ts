// Runs as people read them: a row in `history`, everything about one in `show`.

import { formatDuration } from '../../base/duration.ts';
import type { Instant } from '../../base/instant.ts';
import { sayMinute, sayMoment, sayTook, sayTookRoughly } from '../../explain/moment.ts';
import { sayDeed, sayRunUnderWay } from '../../explain/say-run.ts';
import type { Run, StageState, StepState } from '../../model/run.ts';
import { sayVersion } from '../../model/version.ts';
import { BLANK, dim, hanging, type Line, line, oneLine, type Span, type Style, strong, styled } from './line.ts';
import { outcomeSpan } from './status-shown.ts';
import { table } from './table.ts';
import { type Lapse, timeBar } from './time-bar.ts';

export function historyLines(runs: readonly Run[], timezone: string): readonly Line[] {
  if (runs.length === 0) return [line('no runs yet')];
  const rows = runs.map((run) => [
    strong(run.id),
    outcomeSpan(run.outcome),
    run.kind,
    sayVersion(run.version),
    sayMinute(run.openedAt, timezone),
    sayTookRoughly(run.openedAt, run.endedAt),
  ]);
  const [head, ...others] = table([['RUN', 'OUTCOME', 'KIND', 'VERSION', 'OPENED', 'TOOK'].map(dim), ...rows]);
  return [
    ...(head === undefined ? [] : [head]),
    ...others.flatMap((row, index) => {
      const run = runs[index];
      return run === undefined || isPlain(run) ? [row] : [row, hanging(2, '  ', dim(oneLine(noteOn(run))))];
    }),
    BLANK,
    line(dim(`times in ${timezone}`)),
  ];
}

/** A deployment that simply went well needs no second line. */
function isPlain(run: Run): boolean {
  const isAsked = run.trigger === 'request' || run.lifted.length > 0;
  return run.outcome === 'Succeeded' && run.kind === 'deploy' && !isAsked;
}

function noteOn(run: Run): string {
  if (run.outcome === null) return sayRunUnderWay(run, []);
  const isAsked = run.trigger === 'request' && run.reason !== null;
  const how = run.emergency ? ' asked in an emergency' : ' asked';
  const why = run.reason === '' ? '' : `: ${run.reason}`;
  const asked = isAsked ? `${run.requestedBy ?? 'somebody'}${how}${why}` : null;
  const lifted = run.lifted.length === 0 ? null : `${run.lifted.join(', ')} overridden`;
  const cause = run.cause === null ? null : `answers ${run.cause}`;
  const said = run.writeBack?.ended?.sentence ?? run.sentence ?? run.failure?.sentence ?? null;
  const ended = run.outcome === 'Succeeded' && run.kind === 'deploy' ? null : said;
  return [asked, lifted, cause, ended].filter((part) => part !== null).join('; ') || run.because;
}

/** `isDue`: nobody has accounted yet for what was overridden. */
export function showLines(run: Run, timezone: string, now: Instant, isDue: boolean): readonly Line[] {
  const rows: (readonly (Span | string)[])[] = [];
  const add = (name: string, told: string | null) => {
    if (told !== null) rows.push([dim(name), oneLine(told)]);
  };
  add('environment', run.environment);
  add('triggered by', run.requestedBy === null ? run.trigger : `${run.trigger}, by ${run.requestedBy}`);
  add('reason', run.reason === '' ? null : run.reason);
  add('emergency', run.emergency ? 'yes: overrides were asked for' : null);
  add('overridden', run.lifted.length === 0 ? null : run.lifted.join(', '));
  add('due', isDue ? 'a post-mortem: `tidegate postmortem list` says for what' : null);
  add('replaces', run.previous === null ? 'nothing: the first run here' : sayVersion(run.previous.version));
  add('answers', run.cause);
  add('granted', `${run.because} (gates at ${run.config.slice(0, 7)})`);
  add('opened', sayMoment(run.openedAt, timezone));
  add(
    'ended',
    run.endedAt === null ? `not yet (open for ${formatDuration(now - run.openedAt)})` : endedText(run, timezone),
  );
  add('outcome', run.sentence ?? run.failure?.sentence ?? null);
  add('write-back', writtenBack(run));
  return [
    line(strong(run.id), '  ', sayDeed(run), '  ', outcomeSpan(run.outcome)),
    BLANK,
    ...table(rows, 2),
    BLANK,
    ...stagesLines(run.stages, { from: run.startedAt ?? run.openedAt, to: run.endedAt ?? now }),
    BLANK,
    line(dim(`times in ${timezone}; output: tidegate logs ${run.id}`)),
  ];
}

function endedText(run: Run, timezone: string): string {
  return `${sayMoment(run.endedAt ?? run.openedAt, timezone)} (${sayTook(run.openedAt, run.endedAt)})`;
}

function writtenBack({ writeBack }: Run): string | null {
  if (writeBack === null) return null;
  return writeBack.ended === null ? `to ${writeBack.branch}, not done yet` : writeBack.ended.sentence;
}

/** A row for each stage and below it one for each step, all in the same columns. */
function stagesLines(stages: readonly StageState[], whole: Lapse): readonly Line[] {
  const entries = stages.flatMap((stage) => [
    {
      row: [
        strong(stage.name),
        stageSpan(stage),
        dim(sayTook(stage.startedAt, stage.endedAt)),
        stageBar(stage, whole),
        tries(stage),
      ],
      tail: '',
    },
    ...stage.steps.map((step) => ({
      row: stepRow(step, stage.attempts > 1, whole),
      tail: step.outcome === 'succeeded' ? '' : step.tail,
    })),
  ]);
  const rows = table(
    entries.map(({ row }) => row),
    2,
  );
  return rows.flatMap((row, index) => [row, ...tailLines(entries[index]?.tail ?? '')]);
}

function stageSpan(stage: StageState): Span {
  if (stage.skipped) return dim('skipped');
  if (stage.outcome !== null) return styled(stage.outcome === 'Succeeded' ? 'good' : 'bad', stage.outcome);
  return stage.startedAt === null ? dim('not started') : styled('waits', 'running');
}

function stageBar(stage: StageState, whole: Lapse): Span {
  if (stage.startedAt === null) return dim('');
  const bar = timeBar({ from: stage.startedAt, to: stage.endedAt ?? whole.to }, whole);
  return stage.outcome === null ? styled('waits', bar) : dim(bar);
}

function tries({ attempts }: StageState): Span {
  return dim(attempts > 1 ? `${attempts} attempts` : '');
}

function stepRow(step: StepState, several: boolean, whole: Lapse): readonly Span[] {
  const attempt = several ? ` (attempt ${step.attempt})` : '';
  const said = step.outcome === 'succeeded' ? '' : oneLine(step.sentence);
  const isSkipped = step.outcome === 'skipped';
  const bar = isSkipped ? '' : timeBar({ from: step.endedAt - step.durationMs, to: step.endedAt }, whole);
  return [
    styled('plain', `  ${step.name}${attempt}`),
    styled(stepStyle(step), step.outcome),
    dim(isSkipped ? '' : formatDuration(step.durationMs)),
    styled(stepStyle(step), bar),
    styled('plain', said),
  ];
}

/** The last lines of a step's output, as the ledger keeps them. */
function tailLines(tail: string): readonly Line[] {
  const lines = tail.replace(/\n+$/, '').split('\n');
  return tail.trim() === '' ? [] : lines.slice(-20).map((text) => hanging(8, dim('      | '), text));
}

function stepStyle(step: StepState): Style {
  return step.outcome === 'succeeded'
    ? 'good'
    : step.outcome === 'cancelled' || step.outcome === 'skipped'
      ? 'dim'
      : 'bad';
}
