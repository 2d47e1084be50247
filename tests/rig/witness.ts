// What must hold whatever happened: nothing that the remote ever had in a ledger is missing from it, no stage that it
// knew as succeeded is begun again, no process is left, and what everybody was promised is in place. Looks only from
// outside: at the remote with plain git, at /proc, at what the stages wrote down.

import { execFileSync } from 'node:child_process';
import type { RemoteHooks } from './remote-hooks.ts';
import { type EnvironmentName, ledgerRef } from './world.ts';

export type Breach = { readonly kind: BreachKind; readonly sentence: string };
export type BreachKind =
  | 'lost'
  | 'repeated'
  /** A version that does what it should was called bad. */
  | 'unwarranted'
  | 'orphan'
  | 'fsck'
  | 'verify'
  /** A life under a misfortune did not say what it should, or did what it must not. */
  | 'unsound'
  | 'broke'
  | 'slow'
  | 'stuck';

/** What a world must show of itself. */
export type Watched<Name extends string = string> = {
  readonly folder: string;
  readonly repository: string;
  readonly environments: readonly Name[];
  readonly hooks: Pick<RemoteHooks, 'moves'>;
  readonly promised: readonly { readonly environment: Name; readonly words: string }[];
  git(...args: readonly string[]): string;
  /** `<run> <stage>`, a line each time that a stage began. */
  deeds(): readonly string[];
  live(environment: Name): string;
  wanted(environment: Name): string;
};

export class Witness<Name extends string = EnvironmentName> {
  readonly #world: Watched<Name>;
  readonly #seen = new Map<string, string>();
  readonly #read = new Set<string>();
  /** How often each stage had begun when the remote was first seen to know that it succeeded. */
  readonly #succeeded = new Map<string, number>();

  constructor(world: Watched<Name>) {
    this.#world = world;
  }

  /** Values that ledger refs took so far, each counted once. */
  get commits(): number {
    return this.#seen.size;
  }

  /** Records in the ledgers, as their tips number them. */
  records(): number {
    return sum(this.#world.environments.map((name) => Number(/-(\d+)$/m.exec(this.#recordsTrailer(name))?.[1] ?? 0)));
  }

  /** Takes in what the remote has now. Knowledge first, then deeds: a stage that has ended begins no more. */
  look(): void {
    for (const { oid, ref } of this.#world.hooks.moves()) this.#seen.set(oid, ref);
    for (const name of this.#world.environments) this.#readSucceeded(name);
  }

  /** Whether a ledger moved to a value that was not there at the last `look`. */
  progressed(environment: Name): boolean {
    const ref = ledgerRef(environment);
    return this.#world.hooks.moves().some((move) => move.ref === ref && !this.#seen.has(move.oid));
  }

  openRuns(): readonly Name[] {
    return this.#world.environments.filter((name) => this.#tree(name).some((file) => file.startsWith('active/')));
  }

  breaches(): readonly Breach[] {
    this.look();
    return [...this.#lost(), ...this.#unkept(), ...this.#repeated()];
  }

  /** Where nothing is left to do: every environment runs what its branch says, and no run is open. */
  unfinished(): readonly Breach[] {
    const open = this.openRuns().map((name) => stuck(`${name} still has an open run`));
    const late = this.#world.environments.filter((name) => this.#world.live(name) !== this.#world.wanted(name));
    return [
      ...open,
      ...late.map((name) => stuck(`${name} runs "${this.#world.live(name)}", not "${this.#world.wanted(name)}"`)),
    ];
  }

  #lost(): readonly Breach[] {
    return this.#world.environments.flatMap((name) => {
      const ref = ledgerRef(name);
      const ours = [...this.#seen].filter(([, of]) => of === ref).map(([oid]) => oid);
      if (ours.length === 0) return [];
      const reached = new Set(this.#tryGit('rev-list', ref).split('\n'));
      const lost = ours.filter((oid) => !reached.has(oid));
      return lost.map((oid) => ({ kind: 'lost' as const, sentence: `${ref} does not hold ${oid} any more` }));
    });
  }

  #unkept(): readonly Breach[] {
    return this.#world.promised
      .filter(({ environment, words }) => {
        const found = this.#tryGit(
          'log',
          '--format=%H',
          '-1',
          '--fixed-strings',
          '--grep',
          words,
          ledgerRef(environment),
        );
        return found === '';
      })
      .map(({ environment, words }) => ({ kind: 'lost', sentence: `${environment} has no record of "${words}"` }));
  }

  #repeated(): readonly Breach[] {
    const counts = countsOf(this.#world.deeds());
    return [...this.#succeeded]
      .filter(([stage, times]) => (counts.get(stage) ?? 0) > times)
      .map(([stage, times]) => ({
        kind: 'repeated',
        sentence: `${stage} began ${counts.get(stage)} times, ${times} when the remote knew that it succeeded`,
      }));
  }

  #readSucceeded(environment: Name): void {
    const unread = this.#tree(environment, '%(objectname) %(path)').flatMap((file) => {
      const [oid, name] = file.split(' ');
      const isRun = oid !== undefined && /^(active|archive)\/.*\.jsonl$/.test(name ?? '');
      return isRun && !this.#read.has(oid) ? [oid] : [];
    });
    const fresh: string[] = [];
    for (const line of this.#lines(unread)) {
      const record = JSON.parse(line) as Record<string, unknown>;
      if (record['type'] === 'stage-ended' && record['outcome'] === 'Succeeded')
        fresh.push(`${record['run']} ${record['stage']}`);
    }
    for (const oid of unread) this.#read.add(oid);
    const counts = countsOf(this.#world.deeds());
    for (const stage of fresh) if (!this.#succeeded.has(stage)) this.#succeeded.set(stage, counts.get(stage) ?? 0);
  }

  /**
   * Records of many files by one git: the lines that are JSON objects, which what it says about each object is not.
   */
  #lines(oids: readonly string[]): readonly string[] {
    if (oids.length === 0) return [];
    const options = { cwd: this.#world.repository, input: `${oids.join('\n')}\n`, maxBuffer: 1 << 30 };
    return execFileSync('git', ['cat-file', '--batch'], options)
      .toString('utf8')
      .split('\n')
      .filter((line) => line.startsWith('{'));
  }

  #tree(environment: Name, format = '%(path)'): readonly string[] {
    return this.#tryGit('ls-tree', '-r', `--format=${format}`, ledgerRef(environment)).split('\n');
  }

  #recordsTrailer(environment: Name): string {
    const format = '--format=%(trailers:key=Tidegate-Records,valueonly)';
    return this.#tryGit('log', '-1', '--grep', '^Tidegate-Records: [0-9]', format, ledgerRef(environment));
  }

  #tryGit(...args: readonly string[]): string {
    try {
      return this.#world.git(...args);
    } catch {
      return '';
    }
  }
}

function stuck(sentence: string): Breach {
  return { kind: 'stuck', sentence };
}

function countsOf(lines: readonly string[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const line of lines) counts.set(line, (counts.get(line) ?? 0) + 1);
  return counts;
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, each) => total + each, 0);
}
