// What was played, as tables and a last line that says whether all bounds held.

import { aligned } from '../aligned.ts';
import type { SteadyPlayed } from './play.ts';
import { GROWTH_MAX, type Tenth } from './verdict.ts';

export function steadyTable(played: SteadyPlayed): string {
  const { faults, memory } = played;
  const struck = [...faults].map(([name, times]) => `${name} ${times}`).join(', ');
  return [
    pairs(counted(played)),
    `faults: ${struck || 'none'}`,
    '',
    `memory in MiB (PSS), one life of ${played.calmCommits} commits:`,
    ...memoryTable(memory.tenths),
    '',
    ...played.breaches.map(({ kind, sentence }) => `${kind}: ${sentence}`),
    verdict(played),
  ].join('\n');
}

/** Whether everything held that was judged, and everything was judged that had to be. */
export function hasHeld({ breaches, memory: { growth }, memoryMustBeJudged }: SteadyPlayed): boolean {
  return breaches.length === 0 && (growth === null ? !memoryMustBeJudged : growth <= GROWTH_MAX);
}

function counted(played: SteadyPlayed): readonly (readonly [string, string])[] {
  const { accounts, size, spent, calmRuns, ledgerCommits, records } = played;
  const { runs } = accounts;
  const seconds = played.loadMs / 1_000;
  const each = (sum: number) => (sum / Math.max(1, runs)).toFixed(1);
  const cpu = (sum: number) => `${((sum * 1_000) / Math.max(1, calmRuns)).toFixed(0)} ms`;
  return [
    [
      'commits',
      `${played.commits} in ${seconds.toFixed(0)} s: ${(played.commits / seconds).toFixed(1)} a second kept up`,
    ],
    ['versions', `${played.versions}, of which ${played.bad} bad`],
    [
      'deployments',
      `${accounts.deployed} succeeded, ${accounts.rolledBack} rolled back, ${accounts.failed} failed before the target; ` +
        `${accounts.passedOver} versions passed over for newer ones`,
    ],
    [
      'people',
      `${played.approvals} approvals, ${played.merges} merges of rollbacks, ${played.reverts} reverts by hand`,
    ],
    ['runs', `${runs}: ${(runs / seconds).toFixed(1)} a second`],
    [
      'ledger',
      `${ledgerCommits} commits (${each(ledgerCommits)} a run), ${records} records (${each(records)} a run), ${size.objects} objects (${each(size.objects)} a run)`,
    ],
    [
      'ledger growth per run',
      `${each(size.packed / 1_024)} KiB packed (git gc), ${each(size.unpacked / 1_024)} KiB unpacked`,
    ],
    [
      'CPU per run, calm stretch',
      `controller and supervisor ${cpu(spent.controller)}, their gits ${cpu(spent.git)}, steps ${cpu(spent.steps)} (${calmRuns} runs)`,
    ],
  ];
}

function memoryTable(tenths: readonly Tenth[]): readonly string[] {
  const mib = (bytes: number) => (bytes / 1_048_576).toFixed(1);
  const rows = tenths.map((tenth, at) => [
    at === 0 ? 'warm-up' : `${at * 10}-${at * 10 + 10} %`,
    `${tenth.samples}`,
    mib(tenth.total),
    mib(tenth.controller),
    mib(tenth.anonymous),
    mib(tenth.supervisor),
    mib(tenth.git),
  ]);
  return aligned([['of its commits', 'samples', 'all', 'controller', 'its own', 'supervisor', 'gits'], ...rows]);
}

function verdict(played: SteadyPlayed): string {
  const { growth } = played.memory;
  const memory =
    growth === null
      ? 'memory not judged: too few samples, it takes more commits'
      : `memory ${growth <= GROWTH_MAX ? 'steady' : 'GROWS'}: last tenth ${percent(growth)} of the second (at most ${percent(GROWTH_MAX)})`;
  const lost = played.breaches.length === 0 ? 'nothing lost' : `${played.breaches.length} BREACHES`;
  return `${hasHeld(played) ? 'held' : 'BROKEN'}: ${lost}; ${memory}`;
}

function percent(part: number): string {
  return `${(part * 100).toFixed(1)} %`;
}

function pairs(all: readonly (readonly [string, string])[]): string {
  const width = Math.max(...all.map(([name]) => name.length));
  return all.map(([name, value]) => `${name.padEnd(width)}  ${value}`).join('\n');
}
