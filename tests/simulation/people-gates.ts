// People who change what is a gate, and those who answer such changes: honest ones and others. They drop, loosen,
// tighten and replace rules, change teams, people, stages and what is followed, bring earlier gates back, take
// environments out and put them back, say yes and no, and move, delete and repeat tags. Who may do what is not asked
// here.

import { CHANGE_DIGITS } from '../../engine/model/gate-terms.ts';
import { gatesPending } from '../../engine/reconcile/gates-pending.ts';
import { actAtAPace } from './at-a-pace.ts';
import { changed } from './model-changes.ts';
import { PERSONS, type People, type Person } from './people.ts';
import type { Random } from './random.ts';
import { configFiles, type FileText, type RepositoryModel } from './repository-model.ts';
import type { Script } from './script.ts';
import type { World } from './world.ts';

export class PeopleOfGates {
  readonly #world: World;
  readonly #script: Script;
  readonly #people: People;
  readonly #luck: Random;
  #isOver = false;
  #words = 0;

  constructor(world: World, script: Script, people: People) {
    this.#world = world;
    this.#script = script;
    this.#people = people;
    this.#luck = world.luck.people.stream('gates');
  }

  begin(): void {
    const [isOver, act] = [() => this.#isOver, () => this.#act()];
    actAtAPace(this.#world, this.#luck, 2 * this.#script.paceMs, { isOver, act });
  }

  end(): void {
    this.#isOver = true;
  }

  async #act(): Promise<void> {
    const luck = this.#luck;
    const person = luck.pick(PERSONS);
    const environment = luck.pick(Object.keys(this.#script.model.environments));
    const at = luck.next();
    if (at < 0.35) await this.#change(person, environment);
    else if (at < 0.42) await this.#bringBack(person);
    else if (at < 0.8) await this.#answer(person, environment);
    else if (at < 0.85) await this.#remove(person, environment);
    else if (at < 0.9) await this.#moveTag(person);
    else if (at < 0.95) await this.#deleteTag(person);
    else await this.#tagOld(person);
  }

  async #change(person: Person, environment: string): Promise<void> {
    const model = this.#world.modelAt(this.#world.head());
    if (model.broken !== 'nothing' || model.environments[environment] === undefined) return;
    const first = this.#script.model;
    const next = changed(model, { environment, luck: this.#luck, near: this.#world.timeline.now, first });
    // Often what it is for comes with it, and then a version holds the change.
    const app = this.#luck.chance(0.5)
      ? { [`environments/${environment}/app.txt`]: `release g${++this.#words} of ${person}\n` }
      : {};
    await this.#people.commit(person, { ...configFiles(next.model), ...app }, `chore: ${next.what}`, next.model);
  }

  /** The gates of some commit of before, accepted then or not, on top of today's files. */
  async #bringBack(person: Person): Promise<void> {
    const { models } = this.#world;
    const now = this.#world.modelAt(this.#world.head());
    const old = this.#luck.pick([...models.values()]);
    if (old.broken !== 'nothing' || now.broken !== 'nothing' || old === now) return;
    await this.#people.commit(person, this.#filesFor(old, now), 'chore: bring earlier gates back', old);
  }

  /** Out of the repository, or back into it as it was in the beginning. */
  async #remove(person: Person, environment: string): Promise<void> {
    const model = this.#world.modelAt(this.#world.head());
    if (model.broken !== 'nothing') return;
    const { [environment]: own, ...others } = model.environments;
    const first = this.#script.model.environments[environment];
    if (own === undefined && first !== undefined) {
      const next = { ...model, environments: { ...model.environments, [environment]: first } };
      await this.#people.commit(person, this.#filesFor(next, model), `chore: add ${environment} again`, next);
      return;
    }
    const isNamed =
      Object.values(others).some(({ follow }) => follow.type === 'promoted' && follow.from === environment) ||
      Object.values(model.gates).some((gate) => gate.type === 'soak' && gate.in === environment);
    if (isNamed || Object.keys(others).length === 0) return;
    const next = { ...model, environments: others };
    await this.#people.commit(person, this.#filesFor(next, model), `chore: remove ${environment}`, next);
  }

  /** What the model means; folders of environments that it does not have go. */
  #filesFor(next: RepositoryModel, now: RepositoryModel): FileText {
    const files: FileText = configFiles(next);
    for (const name of Object.keys(this.#script.model.environments)) {
      const [isNew, isOld] = [next, now].map(({ environments }) => environments[name] !== undefined);
      if (isNew && !isOld) files[`environments/${name}/app.txt`] = `release again ${++this.#words}\n`;
      if (isNew || !isOld) continue;
      files[`environments/${name}/app.txt`] = null;
      files[`environments/${name}/environment.yaml`] = null;
    }
    return files;
  }

  async #answer(person: Person, environment: string): Promise<void> {
    const answer = this.#luck.pick(['approved', 'approved', 'approved', 'rejected', 'overridden'] as const);
    const byTag = this.#luck.chance(0.3);
    await this.#people.withCommands(person, async (commands) => {
      const { observed, now } = await commands.snapshot({ environment });
      const found = observed.environments.find(({ name }) => name === environment);
      const pending = found === undefined ? null : gatesPending(found, now);
      if (pending === null || pending.digest === '') return;
      const { serial, digest } = pending;
      if (byTag && answer !== 'overridden') return this.#tagAnswer(person, environment, answer, serial, digest);
      await this.#people.say(commands, person, environment, {
        type: `gates-${answer}`,
        serial,
        digest,
        reason: 'looked at it',
      });
    });
  }

  async #tagAnswer(by: Person, environment: string, answer: 'approved' | 'rejected', serial: number, digest: string) {
    const { remote, witness, gateTags, timeline } = this.#world;
    const verb = answer === 'approved' ? 'approve' : 'reject';
    const name = `${verb}/${environment}/gates-${serial}-${digest.slice(0, CHANGE_DIGITS)}@${by}${++this.#words}`;
    witness.tell(by, `tags ${name}`);
    await remote.annotatedTag(name, this.#world.head(), {
      tagger: { name: by, email: `${by}@example.org` },
      message: 'gates',
    });
    gateTags.push({ name, environment, by, answer, serial, digest, at: timeline.now });
  }

  async #moveTag(person: Person): Promise<void> {
    const tag = this.#someTag();
    if (tag === null) return;
    const { remote, witness } = this.#world;
    witness.tell(person, `moves tag ${tag}`);
    await remote.annotatedTag(tag, this.#world.head());
  }

  async #deleteTag(person: Person): Promise<void> {
    const tag = this.#someTag();
    if (tag === null) return;
    this.#world.witness.tell(person, `deletes tag ${tag}`);
    this.#world.remote.refs.delete(`refs/tags/${tag}`);
  }

  /** A commit of some time ago under a version that is new. */
  async #tagOld(person: Person): Promise<void> {
    const { remote, witness } = this.#world;
    let at = this.#world.head();
    for (let steps = this.#luck.between(1, 6); steps > 0; steps -= 1) {
      const object = remote.store.kept(at)?.object;
      at = (object?.type === 'commit' ? object.parents[0] : undefined) ?? at;
    }
    const name = `v2.${++this.#words}.0`;
    witness.tell(person, `tags ${at.slice(0, 7)} as ${name}`);
    await remote.annotatedTag(name, at);
  }

  #someTag(): string | null {
    const tags = [...this.#world.remote.refs.keys()].flatMap((ref) => /^refs\/tags\/(v.*)$/.exec(ref)?.[1] ?? []);
    return tags.length === 0 ? null : this.#luck.pick(tags);
  }
}
