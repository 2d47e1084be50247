// Steady load from one seed: a calm stretch, in which one life of the controller meets every fault but its own death,
// so that its memory has a history; then a stretch with kill -9, which ends such histories; then a last release to
// everybody, and the judges.

import { Random } from '../../simulation/random.ts';
import type { Running } from '../../support/tidegate-program.ts';
import { orphans, soundness, unhandled } from '../checks.ts';
import { type Breach, Witness } from '../witness.ts';
import { type Accounts, accountFor, unexplained } from './accounts.ts';
import { Committer } from './committer.ts';
import { drawFaults, FAULTS, type Fault } from './faults.ts';
import { type LedgerSize, measureLedgers } from './ledger-size.ts';
import { allLive, type LoadParts, load, settled } from './load.ts';
import { Meter, type Spent } from './meter.ts';
import { Dan } from './person.ts';
import { Standing } from './standing.ts';
import { judgeMemory, type MemoryVerdict } from './verdict.ts';
import { SteadyWorld } from './world.ts';

export type SteadyOptions = {
  readonly seed: string;
  readonly environments: number;
  readonly commits: number;
  readonly rate: number | null;
  readonly backlog: number;
  /** About so many commits from one fault to the next. */
  readonly faultEvery: number;
  readonly faultMsMax: number;
  readonly sampleEveryMs: number;
  /** Too few samples are a breach, too; a short stretch cannot have enough. */
  readonly memoryMustBeJudged: boolean;
  readonly signal: AbortSignal;
  readonly onProgress: (sentence: string) => void;
};

export type SteadyPlayed = {
  readonly commits: number;
  readonly versions: number;
  readonly bad: number;
  /** Of both stretches, until nothing was left to do. */
  readonly loadMs: number;
  readonly calmCommits: number;
  readonly faults: ReadonlyMap<string, number>;
  readonly approvals: number;
  readonly merges: number;
  readonly reverts: number;
  readonly accounts: Accounts;
  readonly ledgerCommits: number;
  readonly records: number;
  readonly size: LedgerSize;
  /** Of the calm stretch, and how many runs it had. */
  readonly spent: Spent;
  readonly calmRuns: number;
  readonly memory: MemoryVerdict;
  readonly memoryMustBeJudged: boolean;
  readonly breaches: readonly Breach[];
};

const CALM = 0.8;
/** Patience with a busy machine; `npm run crash` holds them to less than a lease. */
const ORPHANS_GONE_MS_MAX = 60_000;

export async function playSteady(options: SteadyOptions): Promise<SteadyPlayed> {
  const random = new Random(options.seed);
  const world = await SteadyWorld.begin(options.environments);
  const standing = new Standing(world);
  const committer = new Committer(world, random.stream('commits'));
  const dan = new Dan(world, standing, committer.newest);
  try {
    return await new Play({ world, standing, committer, dan, random }, options).all();
  } finally {
    await dan.leave();
    await standing.close();
    await world.end();
  }
}

type Players = {
  readonly world: SteadyWorld;
  readonly standing: Standing;
  readonly committer: Committer;
  readonly dan: Dan;
  readonly random: Random;
};

class Play {
  readonly #players: Players;
  readonly #options: SteadyOptions;
  readonly #witness: Witness<string>;
  readonly #faults = new Map<string, number>();
  readonly #breaches: Breach[] = [];
  readonly #load: LoadParts;
  /** Aborted when a controller ends that nobody ended: then there is nothing to wait for. */
  readonly #death = new AbortController();
  #life: Running;
  /** The life that was ended on purpose. */
  #endedOnPurpose: Running | null = null;

  constructor(players: Players, options: SteadyOptions) {
    const { world, committer, standing, random } = players;
    const { backlog, rate, faultMsMax, signal, onProgress } = options;
    this.#players = players;
    this.#options = options;
    this.#witness = new Witness(world);
    this.#life = this.#begin();
    this.#load = {
      world,
      committer,
      standing,
      random: random.stream('how hard'),
      backlog,
      rate,
      faultMsMax,
      signal: AbortSignal.any([signal, this.#death.signal]),
      onFault: (name) => {
        this.#faults.set(name, (this.#faults.get(name) ?? 0) + 1);
        onProgress(`${committer.made} commits: ${name}`);
      },
    };
  }

  async all(): Promise<SteadyPlayed> {
    const { commits, sampleEveryMs, signal, onProgress } = this.#options;
    const { world, standing, committer, dan } = this.#players;
    dan.hurry(true);
    await this.#rest('the first versions', allLive);
    dan.hurry(false);
    const firstRuns = standing.totals().runs;
    const calm = Math.round(commits * CALM);
    const meter = new Meter(this.#life.child.pid ?? 0, () => committer.made, sampleEveryMs);
    const before = meter.spent();
    const calmMs = await this.#timed(() => load(this.#load, calm, this.#due(FAULTS, 0, calm)));
    meter.stop();
    const spent = difference(meter.spent(), before);
    const calmRuns = standing.totals().runs - firstRuns;
    onProgress(`${calm} commits in ${Math.round(calmMs / 1_000)} s; from here on it is killed, too`);

    const kill: Fault = { name: 'kill -9', strike: () => this.#kill() };
    // As often as anything else: what a kill may find it doing is what matters.
    const kinds = [...FAULTS, ...FAULTS.map(() => kill)];
    const stormyMs = await this.#timed(async () => {
      await load(this.#load, commits, this.#due(kinds, calm, commits));
      dan.hurry(true);
      await this.#rest('what was asked', settled);
    });
    this.#breaches.push(...(await unexplained(world)));
    await committer.commitAll();
    await this.#rest('the last release', allLive);
    await dan.leave();
    await this.#stop();
    signal.throwIfAborted();

    onProgress('everything is in place; now it is judged');
    this.#breaches.push(...this.#witness.unfinished(), ...this.#witness.breaches(), ...(await soundness(world)));
    await standing.look(committer.newest);
    const accounts = await accountFor(world, standing, committer.offered);
    this.#breaches.push(...accounts.breaches);
    const { made, offered, bad } = committer;
    const counted = { commits: made, versions: offered.size, bad, loadMs: calmMs + stormyMs, calmCommits: calm };
    return {
      ...counted,
      faults: this.#faults,
      approvals: dan.approvals,
      merges: dan.merges,
      reverts: dan.reverts,
      accounts,
      ledgerCommits: this.#witness.commits,
      records: standing.totals().records,
      size: await measureLedgers(world),
      spent,
      calmRuns,
      memory: judgeMemory(meter.samples, calm),
      memoryMustBeJudged: this.#options.memoryMustBeJudged,
      breaches: this.#breaches,
    };
  }

  #due(kinds: readonly Fault[], from: number, to: number): ReadonlyMap<number, Fault> {
    return drawFaults(
      kinds,
      { from, to, every: this.#options.faultEvery },
      this.#players.random.stream(`faults from ${from}`),
    );
  }

  async #timed(work: () => Promise<void>): Promise<number> {
    const begun = performance.now();
    await work();
    return performance.now() - begun;
  }

  async #rest(what: string, isSo: (parts: LoadParts) => Promise<boolean>): Promise<void> {
    this.#options.onProgress(`waiting for ${what}`);
    if (await isSo(this.#load)) return;
    const { out, err } = await this.#players.world.ask(['status']);
    this.#breaches.push({ kind: 'stuck', sentence: `${what}: not in place after minutes:\n${out}${err}` });
  }

  #begin(): Running {
    const life = this.#players.world.startController();
    life.ended.then(
      ({ code, out, err }) => {
        if (this.#endedOnPurpose === life) return;
        const sentence = `the controller ended by itself with ${code}: ${(out + err).slice(-600)}`;
        this.#breaches.push({ kind: 'broke', sentence });
        this.#death.abort();
      },
      () => this.#death.abort(),
    );
    return life;
  }

  async #kill(): Promise<void> {
    const { world, dan } = this.#players;
    await dan.resting(async () => {
      this.#endedOnPurpose = this.#life;
      await world.kill(this.#life);
      this.#witness.look();
      this.#breaches.push(...(await orphans(world, ORPHANS_GONE_MS_MAX)));
      this.#life = this.#begin();
    });
  }

  async #stop(): Promise<void> {
    const { world } = this.#players;
    this.#endedOnPurpose = this.#life;
    this.#life.child.kill('SIGTERM');
    const { code, out, err } = await this.#life.ended;
    if (code !== 0) {
      const sentence = `the controller, asked to end, ended with ${code}: ${(out + err).slice(-600)}`;
      this.#breaches.push({ kind: 'unsound', sentence });
    }
    for (const { said } of world.lives) this.#breaches.push(...unhandled(said()));
    this.#breaches.push(...(await orphans(world, ORPHANS_GONE_MS_MAX)));
  }
}

function difference(after: Spent, before: Spent): Spent {
  return {
    controller: after.controller - before.controller,
    git: after.git - before.git,
    steps: after.steps - before.steps,
  };
}
