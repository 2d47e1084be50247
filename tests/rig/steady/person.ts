// Dan, who does what the rules leave to people: approves what waits for it, merges the rollbacks that a branch could
// not take, and reverts by hand where not even a branch for them was taken. He looks now and then, and never while
// the controller is being killed: its orphans are counted then, and he would be one.

import { askGit, runGit } from './plain-git.ts';
import type { Standing } from './standing.ts';
import type { SteadyWorld } from './world.ts';

const LOOK_MS = 500;
/** An approval is a program of its own: so seldom, that what it costs does not drown what is measured. */
const APPROVE_MS = 10_000;

export class Dan {
  approvals = 0;
  refused = 0;
  merges = 0;
  reverts = 0;
  readonly #world: SteadyWorld;
  readonly #standing: Standing;
  readonly #newest: ReadonlyMap<string, string>;
  readonly #approved = new Map<string, string>();
  #work: Promise<void> = Promise.resolve();
  #rests = 0;
  #isGone = false;
  #hurries = false;
  #approveAt = 0;
  readonly #done: Promise<void>;

  constructor(world: SteadyWorld, standing: Standing, newest: ReadonlyMap<string, string>) {
    this.#world = world;
    this.#standing = standing;
    this.#newest = newest;
    this.#done = this.#live();
  }

  /** He does nothing while that goes on. */
  async resting<T>(meanwhile: () => Promise<T>): Promise<T> {
    this.#rests += 1;
    try {
      await this.#work;
      return await meanwhile();
    } finally {
      this.#rests -= 1;
    }
  }

  /** While he hurries he approves as soon as something waits. */
  hurry(isSo: boolean): void {
    this.#approveAt = 0;
    this.#hurries = isSo;
  }

  async leave(): Promise<void> {
    this.#isGone = true;
    await this.#done;
  }

  async #live(): Promise<void> {
    while (!this.#isGone) {
      if (this.#rests === 0) {
        this.#work = this.#look();
        await this.#work;
      }
      await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
    }
  }

  async #look(): Promise<void> {
    await this.#merge();
    for (const name of this.#world.environments) await this.#revert(name);
    if (performance.now() < this.#approveAt) return;
    if (!this.#hurries) this.#approveAt = performance.now() + APPROVE_MS;
    for (const { name, role } of this.#world.roster) if (role === 'approved') await this.#approve(name);
  }

  async #approve(name: string): Promise<void> {
    const version = this.#newest.get(name);
    const { isOpen, isUpToDate } = this.#standing.of(name);
    if (version === undefined || isOpen || isUpToDate || this.#approved.get(name) === version) return;
    const words = `read all of ${version.slice(0, 12)}`;
    const { code } = await this.#world.ask(['approve', name, version, '--reason', words]);
    // The way may be down, or the version gone by: he looks again.
    if (code !== 0) {
      this.refused += 1;
      return;
    }
    this.approvals += 1;
    this.#approved.set(name, version);
    this.#world.promised.push({ environment: name, words });
  }

  /**
   * A merge of the branch releases the environment; where it conflicts, what came since on main is the newer word.
   */
  async #merge(): Promise<void> {
    const { repository } = this.#world;
    const args = ['for-each-ref', '--no-merged=refs/heads/main', '--format=%(objectname)', RESTORES];
    const tips = (await askGit(repository, args)).split('\n').filter((tip) => tip !== '');
    for (const tip of tips) {
      const main = await askGit(repository, ['rev-parse', 'refs/heads/main']);
      const merged = await runGit(repository, ['merge-tree', '--write-tree', main, tip]);
      const tree = merged.code === 0 ? merged.out.trim() : `${main}^{tree}`;
      const identity = ['-c', 'user.name=Dan', '-c', 'user.email=dan@example.org'];
      const commit = ['commit-tree', tree, '-p', main, '-p', tip, '-m', 'Merge a rollback'];
      const made = await askGit(repository, [...identity, ...commit]);
      const moved = await runGit(repository, ['update-ref', 'refs/heads/main', made, main]);
      if (moved.code === 0) this.merges += 1;
    }
  }

  /** The one who came meanwhile on main makes it their turn again: he looks once more. */
  async #revert(name: string): Promise<void> {
    const { putBack } = this.#standing.of(name);
    if (putBack === null) return;
    const { repository } = this.#world;
    const file = `environments/${name}/app.txt`;
    const main = await askGit(repository, ['rev-parse', 'refs/heads/main']);
    const [good, there] = await Promise.all([putBack, main].map((at) => askGit(repository, ['show', `${at}:${file}`])));
    if (good === undefined || good === there) return;
    const who = `Dan <dan@example.org> ${Math.floor(Date.now() / 1_000)} +0000`;
    const made = await runGit(
      repository,
      ['fast-import', '--quiet'],
      `commit refs/heads/main\nauthor ${who}\ncommitter ${who}\ndata 6\nRevert\nfrom ${main}\n` +
        `M 100644 inline ${file}\ndata ${good.length + 1}\n${good}\n\n`,
    );
    if (made.code === 0) this.reverts += 1;
  }
}

const RESTORES = 'refs/heads/tidegate/_restore/';
