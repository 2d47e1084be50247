// What one life of the controller holds and spends, sampled from /proc: the proportional set size (PSS: pages that
// several share are split between them) of the controller, its supervisor and its gits, and the CPU time of all of
// these and of their steps.

import { readdirSync, readFileSync } from 'node:fs';

export type Sample = {
  /** How many commits had been made. */
  readonly commits: number;
  readonly atMs: number;
  /** Bytes. */
  readonly controller: number;
  readonly supervisor: number;
  readonly git: number;
  /** Of the controller, only what it wrote to itself: no page that others share. */
  readonly anonymous: number;
};

/** Seconds, of everything that ended and was waited for, and of what runs. */
export type Spent = { readonly controller: number; readonly git: number; readonly steps: number };

type Kind = 'controller' | 'supervisor' | 'git' | 'step';
type Process = { readonly pid: number; readonly parent: number; readonly command: string; readonly ticks: Ticks };
type Ticks = { readonly own: number; readonly children: number };

const TICKS_PER_SECOND = 100;

export class Meter {
  readonly samples: Sample[] = [];
  readonly #pid: number;
  readonly #commits: () => number;
  readonly #timer: NodeJS.Timeout;

  constructor(pid: number, commits: () => number, everyMs: number) {
    this.#pid = pid;
    this.#commits = commits;
    this.#timer = setInterval(() => this.#sample(), everyMs);
  }

  spent(): Spent {
    return spentBy(familyOf(this.#pid));
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  #sample(): void {
    const family = familyOf(this.#pid);
    if (!family.some(({ kind }) => kind === 'controller')) return;
    const held = { controller: 0, supervisor: 0, git: 0, step: 0 };
    let anonymous = 0;
    for (const { pid, kind } of family) {
      if (kind === 'step') continue;
      const { all, own } = proportionalSize(pid);
      held[kind] += all;
      if (kind === 'controller') anonymous += own;
    }
    const { controller, supervisor, git } = held;
    // Read while a process was replaced by another, or ended: no measure of anything.
    if (controller === 0) return;
    this.samples.push({ commits: this.#commits(), atMs: performance.now(), controller, supervisor, git, anonymous });
  }
}

type Member = Process & { readonly kind: Kind };

/** What the controller has waited for is its gits; what the supervisor has, its steps. */
function spentBy(family: readonly Member[]): Spent {
  const spent = { controller: 0, git: 0, steps: 0 };
  for (const { kind, ticks } of family) {
    if (kind === 'controller' || kind === 'supervisor') spent.controller += ticks.own;
    if (kind === 'controller') spent.git += ticks.children;
    if (kind === 'git') spent.git += ticks.own + ticks.children;
    if (kind === 'supervisor') spent.steps += ticks.children;
    if (kind === 'step') spent.steps += ticks.own + ticks.children;
  }
  const seconds = (ticks: number) => ticks / TICKS_PER_SECOND;
  return { controller: seconds(spent.controller), git: seconds(spent.git), steps: seconds(spent.steps) };
}

function familyOf(root: number): readonly Member[] {
  const all = readdirSync('/proc').flatMap((name) => (/^\d+$/.test(name) ? processOf(Number(name)) : []));
  const family: Member[] = all.flatMap((each) => (each.pid === root ? [{ ...each, kind: 'controller' as const }] : []));
  for (const parent of family) {
    for (const child of all) if (child.parent === parent.pid) family.push({ ...child, kind: kindOf(child, parent) });
  }
  return family;
}

function kindOf({ command, pid }: Process, parent: Member): Kind {
  if (parent.kind !== 'controller') return parent.kind === 'git' ? 'git' : 'step';
  if (command.startsWith('git')) return 'git';
  return /supervisor/.test(commandLine(pid)) ? 'supervisor' : 'git';
}

/** Fields of proc(5): the name may hold anything but is closed by the last bracket. */
function processOf(pid: number): readonly Process[] {
  const stat = read(`/proc/${pid}/stat`);
  const end = stat.lastIndexOf(')');
  if (end < 0) return [];
  const fields = stat.slice(end + 2).split(' ');
  const field = (number: number) => Number(fields[number - 3]);
  return [
    {
      pid,
      parent: field(4),
      command: stat.slice(stat.indexOf('(') + 1, end),
      ticks: { own: field(14) + field(15), children: field(16) + field(17) },
    },
  ];
}

function proportionalSize(pid: number): { readonly all: number; readonly own: number } {
  const text = read(`/proc/${pid}/smaps_rollup`);
  const bytes = (name: string) => Number(new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(text)?.[1] ?? 0) * 1_024;
  return { all: bytes('Pss'), own: bytes('Pss_Anon') };
}

function commandLine(pid: number): string {
  return read(`/proc/${pid}/cmdline`);
}

/** Empty where it has ended meanwhile. */
function read(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}
