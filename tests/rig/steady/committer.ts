// The people who push: one commit after another, each a new version of one to three environments, now and then a bad
// one. A commit stands on what the branch holds at that moment, and a write-back of the controller that came
// meanwhile is never pushed over.

import type { Random } from '../../simulation/random.ts';
import { STORY_TIME } from '../../support/git-repositories.ts';
import { runGit } from './plain-git.ts';
import type { Inhabitant } from './roster.ts';
import type { SteadyWorld } from './world.ts';

/** So many of all versions fail once they are in place; so many more of those that have tests fail these. */
const BROKEN = 0.05;
const UNTESTED = 0.05;
const TRIES_MAX = 20;

export class Committer {
  /** The newest commit that gave each environment a version. */
  readonly newest = new Map<string, string>();
  /** `<environment> <app>` of every version that anybody got. */
  readonly offered = new Set<string>();
  made = 0;
  bad = 0;
  readonly #world: SteadyWorld;
  readonly #random: Random;

  constructor(world: SteadyWorld, random: Random) {
    this.#world = world;
    this.#random = random;
    const root = world.git('rev-parse', 'refs/heads/main');
    for (const name of world.environments) this.newest.set(name, root);
  }

  /** Answers whom it touched. */
  async commit(): Promise<readonly string[]> {
    const random = this.#random;
    const { roster } = this.#world;
    const touched = new Set<Inhabitant>();
    for (let left = random.between(1, 3); left > 0; left -= 1) touched.add(random.pick(roster));
    // What follows another mostly changes with it, as a service does that goes from staging to production.
    for (const each of roster) {
      const isWithIt = [...touched].some(({ name }) => name === each.source) && random.chance(0.5);
      if (touched.size < 3 && isWithIt) touched.add(each);
    }
    const apps = [...touched].map((each) => [each.name, this.#app(each, random)] as const);
    return this.#push(apps);
  }

  /** A good version for everybody. */
  async commitAll(): Promise<void> {
    const app = `${this.made + 1} for all`;
    await this.#push(this.#world.environments.map((name) => [name, app]));
  }

  #app({ text }: Inhabitant, random: Random): string {
    const luck = random.next();
    const hasTests = text.pipeline === 'three';
    const how = luck < BROKEN ? 'broken' : hasTests && luck < BROKEN + UNTESTED ? 'untested' : 'good';
    return `${this.made + 1} ${how}`;
  }

  async #push(apps: readonly (readonly [name: string, app: string])[]): Promise<readonly string[]> {
    for (let tries = 0; tries < TRIES_MAX; tries += 1) {
      const parent = await runGit(this.#world.repository, ['rev-parse', 'refs/heads/main']);
      const made = await runGit(
        this.#world.repository,
        ['fast-import', '--quiet'],
        this.#stream(parent.out.trim(), apps),
      );
      // Without --force it takes the branch only from the parent that it was given.
      if (made.code !== 0) continue;
      this.made += 1;
      this.bad += apps.filter(([, app]) => /broken|untested/.test(app)).length;
      for (const [name, app] of apps) {
        this.newest.set(name, made.out.trim());
        this.offered.add(`${name} ${app}`);
      }
      return apps.map(([name]) => name);
    }
    throw new Error('main kept moving: a commit could not be made');
  }

  #stream(parent: string, apps: readonly (readonly [name: string, app: string])[]): string {
    const who = `Ana <ana@example.org> ${STORY_TIME / 1_000 + this.made + 1} +0000`;
    const message = `change ${this.made + 1}`;
    const files = apps.map(
      ([name, app]) => `M 100644 inline environments/${name}/app.txt\ndata ${app.length + 1}\n${app}\n`,
    );
    return [
      `commit refs/heads/main\nmark :1\nauthor ${who}\ncommitter ${who}\ndata ${message.length}\n${message}\n`,
      `from ${parent}\n`,
      ...files,
      '\nget-mark :1\n',
    ].join('');
  }
}
