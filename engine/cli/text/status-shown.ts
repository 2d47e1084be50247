// `tidegate status`: every environment at a glance, or one in detail. Made for a person who has just been called:
// what runs, what wants to, what is in the way and until when.

import { sayMinute, saySince, sayTookRoughly, sayUntil } from '../../explain/moment.ts';
import { proposalsOf } from '../../explain/proposals.ts';
import { byName, type Standing } from '../../explain/standing.ts';
import type { Outcome } from '../../model/record.ts';
import { runNumber } from '../../model/run-id.ts';
import { sayVersion } from '../../model/version.ts';
import { BLANK, dim, hanging, type Line, line, oneLine, type Span, type Style, strong, styled } from './line.ts';
import { remedyLines } from './remedy-shown.ts';
import { table } from './table.ts';

/** What concerns all of them. */
export function warningLines(warnings: readonly string[]): readonly Line[] {
  return warnings.flatMap((warning) => [BLANK, hanging(0, styled('waits', warning))]);
}

/** A row each; below it the reason, where there is more to say than the row does. */
export function statusLines(unordered: readonly Standing[]): readonly Line[] {
  const standings = byName(unordered);
  const head = ['ENVIRONMENT', 'CONDITION', 'CURRENT', 'CANDIDATE'].map(dim);
  const rows = table([
    head,
    ...standings.map(({ environment, condition, current, candidate, waiting, run }) => [
      strong(environment.name),
      conditionSpan(condition),
      current === null ? dim('–') : sayVersion(current.version),
      candidate === null ? dim('–') : candidateSpan(sayVersion(candidate), waiting !== null, run?.id ?? null),
    ]),
  ]);
  const [first, ...others] = rows;
  return [
    ...(first === undefined ? [] : [first]),
    ...others.flatMap((row, index) => {
      const standing = standings[index];
      if (standing === undefined) return [row];
      return [
        row,
        ...(standing.isSettled ? [] : [reasonLine(standing)]),
        ...gatesLine(standing),
        ...proposedLines(standing),
        ...remedyLines(standing.needs, 4),
        ...postmortemLines(standing),
      ];
    }),
  ];
}

export function environmentLines(standing: Standing, timezone: string): readonly Line[] {
  const { environment, current, candidate, waiting, run, now } = standing;
  const { state } = environment.ledger;
  const rows: (readonly (Span | string)[])[] = [];
  const add = (name: string, ...what: readonly (Span | string | null)[]) => {
    const told = what.filter((part) => part !== null);
    if (told.length > 0) rows.push([dim(name), ...told]);
  };
  add('runs', current === null ? 'nothing yet' : sayVersion(current.version));
  if (current !== null) add('since', `${saySince(current.since, now, timezone)}, put in place by ${current.run}`);
  add('candidate', candidate === null ? null : sayVersion(candidate));
  if (waiting !== null && waiting.for.length > 0) add('waits for', waiting.for.join(', '));
  if (waiting?.until != null) add('until', sayUntil(waiting.until, now, timezone));
  add('run', run === null ? null : `${run.id} (opened ${saySince(run.openedAt, now, timezone)})`);
  add('suspended', saySuspension(standing));
  add('held', state.held === null || standing.stall === 'HeldBack' ? null : state.held.sentence);
  for (const { by, type, reason } of state.requests)
    add('asked', `${by}: ${type}${reason === '' ? '' : `: ${reason}`}`);
  for (const { id, sentence, at } of state.postmortemsDue)
    add('due', `post-mortem: ${oneLine(sentence)} (${id}, since ${sayMinute(at, timezone)})`);
  for (const entry of state.quarantine)
    add('quarantine', `${sayVersion(entry.version)} since ${entry.run}: ${oneLine(entry.sentence)}`);
  for (const { name, base, sentence } of proposalsOf(environment))
    add('proposed', `${name} for ${base}: ${oneLine(sentence)}`);
  for (const { sentence } of environment.ignored) add('ignored', sentence);
  add('gates', sayGates(environment));
  add('changed', standing.gates);
  return [
    line(
      strong(environment.name),
      '  ',
      conditionSpan(standing.condition),
      standing.stall === null ? '' : ` (${standing.stall})`,
    ),
    hanging(2, '  ', standing.reason),
    ...remedyLines(standing.needs, 4),
    BLANK,
    ...table(rows, 2),
    ...newestLines(standing, timezone),
  ];
}

function saySuspension({ suspension }: Standing): string | null {
  if (suspension?.type !== 'own') return suspension?.sentence ?? null;
  return `by ${suspension.by}: ${suspension.reason}`;
}

/** Those in force; what the head says too, where that is something else. */
function sayGates({ ledger, gates }: Standing['environment']): string | null {
  const list = (names: readonly string[]) => (names.length === 0 ? 'none (`policies: []`)' : names.join(', '));
  const inForce = ledger.state.gates?.terms?.policies.map(({ name }) => name) ?? null;
  const head = gates?.environment.policies ?? null;
  if (inForce === null) return head === null ? null : list(head);
  const isSame = head === null || head.toSorted().join() === inForce.toSorted().join();
  return isSame ? list(head ?? inForce) : `${list(inForce)}; at the head: ${list(head)}`;
}

function newestLines({ environment }: Standing, timezone: string): readonly Line[] {
  const newest = environment.ledger.state.newest.toSorted((a, b) => runNumber(b.id) - runNumber(a.id)).slice(0, 5);
  if (newest.length === 0) return [];
  const rows = newest.map((run) => [
    strong(run.id),
    outcomeSpan(run.outcome),
    run.kind,
    sayVersion(run.version),
    sayMinute(run.openedAt, timezone),
    sayTookRoughly(run.openedAt, run.endedAt),
  ]);
  return [BLANK, line(dim(`newest runs (times in ${timezone})`)), ...table(rows, 2)];
}

/** What waits for somebody to merge it. */
function proposedLines({ environment }: Standing): readonly Line[] {
  const names = proposalsOf(environment).map(({ name }) => name);
  return names.length === 0 ? [] : [hanging(2, '  ', dim(`proposed: ${names.join(', ')}`))];
}

/** A change of gates that waits for people, or for a version. */
function gatesLine({ gates }: Standing): readonly Line[] {
  return gates === null ? [] : [hanging(2, '  ', styled('waits', gates))];
}

/** Exceptions whose post-mortem nobody has written yet. */
function postmortemLines({ environment }: Standing): readonly Line[] {
  const ids = environment.ledger.state.postmortemsDue.map(({ id }) => id);
  return ids.length === 0 ? [] : [hanging(2, '  ', dim(`post-mortem due for ${ids.join(', ')}`))];
}

function reasonLine({ reason, stall }: Standing): Line {
  const said = stall === null ? reason : `${stall}: ${reason}`;
  return hanging(2, '  ', styled(stall === null ? 'dim' : 'bad', oneLine(said)));
}

function candidateSpan(version: string, waits: boolean, run: string | null): Span {
  return styled(waits ? 'waits' : 'plain', run === null || waits ? version : `${version} in ${run}`);
}

function conditionSpan(condition: Standing['condition']): Span {
  return styled(condition === 'Ready' ? 'good' : condition === 'Stalled' ? 'bad' : 'waits', condition);
}

export function outcomeSpan(outcome: Outcome | null): Span {
  return styled(outcomeStyle(outcome), outcome ?? 'open');
}

function outcomeStyle(outcome: Outcome | null): Style {
  switch (outcome) {
    case 'Succeeded':
      return 'good';
    case 'Failed':
    case 'Errored':
      return 'bad';
    case 'RolledBack':
    case null:
      return 'waits';
    case 'Superseded':
    case 'Cancelled':
      return 'dim';
  }
}
