// People: they commit, tag, approve, reject, revert, roll back, suspend, resume, override, force-push, and change the
// rules. What they say goes through the engine's own commands, from a clone of their own.

import type { Commands } from '../../engine/controller/commands/commands.ts';
import type { NewEvent } from '../../engine/ledger/records/table.ts';
import { REPOSITORY_LEDGER } from '../../engine/model/environment-state.ts';
import { memoryCache, openMemoryGit } from '../support/memory-git.ts';
import { actAtAPace } from './at-a-pace.ts';
import { textAt } from './ledger-truth.ts';
import { outsider } from './outsider.ts';
import { PeopleOfGates } from './people-gates.ts';
import type { Random } from './random.ts';
import { configFiles, type RepositoryModel } from './repository-model.ts';
import { gateOf, type Script } from './script.ts';
import type { World } from './world.ts';

export type Person = 'ana' | 'dan' | 'eve';
export const PERSONS = ['ana', 'dan', 'eve'] as const;

export class People {
  readonly #world: World;
  readonly #script: Script;
  readonly #luck: Random;
  readonly #cache = memoryCache();
  readonly #ofGates: PeopleOfGates;
  #isOver = false;
  #releases = 0;
  #minor = 0;
  #words = 0;

  constructor(world: World, script: Script) {
    this.#world = world;
    this.#script = script;
    this.#luck = world.luck.people;
    this.#ofGates = new PeopleOfGates(world, script, this);
  }

  begin(): void {
    const [isOver, act] = [() => this.#isOver, () => this.#act()];
    actAtAPace(this.#world, this.#luck, this.#script.paceMs, { isOver, act });
    if (this.#script.changesGates) this.#ofGates.begin();
  }

  /** The last thing that they do is to repair the configuration. */
  async end(): Promise<void> {
    this.#isOver = true;
    this.#ofGates.end();
    if (this.#world.modelAt(this.#world.head()).broken !== 'nothing') await this.#break('ana', '');
  }

  async #act(): Promise<void> {
    const luck = this.#luck;
    const person = luck.pick(PERSONS);
    const environment = luck.pick(Object.keys(this.#script.model.environments));
    const deeds: readonly (readonly [number, () => Promise<unknown>])[] = [
      [30, () => this.#release(person, environment)],
      [12, () => this.#tag()],
      [22, () => this.#approve(person, environment, 'approved')],
      [3, () => this.#approve(person, environment, 'rejected')],
      [6, () => this.#override(person, environment)],
      [4, () => this.#deploy(person, environment)],
      [4, () => this.#rollback(person, environment)],
      [3, () => this.#revert(person)],
      [6, () => this.#suspend(person, luck.chance(0.4) ? REPOSITORY_LEDGER : environment)],
      [5, () => this.#resume(person, luck.chance(0.4) ? REPOSITORY_LEDGER : environment)],
      [4, () => this.#changeGate(person, environment)],
      [2, () => this.#forcePush(person)],
      [this.#script.faults.has('broken') ? 3 : 0, () => this.#break(person, environment)],
    ];
    let at = luck.next() * deeds.reduce((sum, [weight]) => sum + weight, 0);
    for (const [weight, deed] of deeds) {
      at -= weight;
      if (at < 0) {
        await deed();
        return;
      }
    }
  }

  async #release(person: Person, environment: string): Promise<void> {
    if (this.#world.modelAt(this.#world.head()).environments[environment] === undefined) return;
    this.#releases += 1;
    const kind = this.#luck.pick(['', '', '', '', ' broken', ' untested']);
    const app = `release ${this.#releases}${kind}`;
    await this.commit(person, { [`environments/${environment}/app.txt`]: `${app}\n` }, `feat: ${environment} ${app}`);
  }

  async commit(
    person: Person,
    files: Record<string, string | null | { readonly mode: string; readonly text: string }>,
    message: string,
    model: RepositoryModel | null = null,
  ): Promise<void> {
    const { remote, witness, timeline, models } = this.#world;
    const author = { name: person, email: `${person}@example.org` };
    const meant = model ?? this.#world.modelAt(this.#world.head());
    witness.tell(person, 'commits', message);
    const oid = await remote.commit(files, { author, message, at: timeline.now });
    models.set(oid, meant);
  }

  async #tag(): Promise<void> {
    const { remote, witness } = this.#world;
    this.#minor += 1;
    const name = `v1.${this.#minor}.0`;
    witness.tell('people', `tag ${name}`);
    await remote.annotatedTag(name, this.#world.head());
  }

  async #approve(person: Person, environment: string, type: 'approved' | 'rejected'): Promise<void> {
    await this.withCommands(person, async (commands) => {
      const { observed } = await commands.snapshot({ environment });
      const found = observed.environments[0];
      const version = found?.offers[0]?.version ?? found?.ledger.state.open.at(-1)?.version;
      const evidence = version === undefined ? undefined : found?.evidence.get(version.commit);
      if (version === undefined || evidence === undefined) return;
      if (this.#luck.chance(0.3)) return this.#answerByTag(person, environment, version.commit, type);
      const planDigest = evidence.planDigest;
      await this.say(commands, person, environment, { type, version, planDigest, reason: 'looked at it' });
    });
  }

  async #answerByTag(person: Person, environment: string, commit: string, answer: 'approved' | 'rejected') {
    const { remote, witness, attic } = this.#world;
    const verb = answer === 'approved' ? 'approve' : 'reject';
    const name = `${verb}/${environment}/${commit}@${person}${++this.#words}`;
    witness.tell(person, `tags ${name}`);
    // A push brings what it names along, also where the remote has thrown it away.
    await remote.store.copy(attic, commit);
    await remote.annotatedTag(name, commit, {
      tagger: { name: person, email: `${person}@example.org` },
      message: 'yes',
    });
  }

  async #override(person: Person, environment: string): Promise<void> {
    await this.withCommands(person, async (commands) => {
      const { observed, now } = await commands.snapshot({ environment });
      const found = observed.environments[0];
      const version = found?.offers[0]?.version;
      if (version === undefined) return;
      const until = this.#luck.chance(0.5) ? now + this.#luck.between(1, 30) * 60_000 : null;
      const gate = this.#luck.pick([
        ...(found?.gates?.policies ?? []).map(({ name, rules }) => `${name}/${rules[0]?.type}`),
        '',
      ]);
      const rules = gate === '' ? [] : [gate];
      await this.say(commands, person, environment, { type: 'overridden', version, rules, reason: 'urgent', until });
    });
  }

  async #deploy(person: Person, environment: string): Promise<void> {
    await this.withCommands(person, async (commands) => {
      const { observed } = await commands.snapshot({ environment });
      const found = observed.environments[0];
      const known = (found?.ledger.state.contents ?? []).map(({ version }) => version);
      const versions = [found?.offers[0]?.version, ...known].filter((version) => version !== undefined).slice(0, 3);
      if (versions.length === 0) return;
      const version = this.#luck.pick(versions);
      const emergency = this.#luck.chance(0.4);
      const asked = { type: 'deploy-requested', version, reason: 'we need it', emergency, skipTests: false } as const;
      await this.say(commands, person, environment, asked);
    });
  }

  async #rollback(person: Person, environment: string): Promise<void> {
    await this.withCommands(person, (commands) =>
      this.say(commands, person, environment, { type: 'rollback-requested', to: null, reason: 'it is bad' }),
    );
  }

  async #suspend(person: Person, environment: string): Promise<void> {
    await this.withCommands(person, async (commands) => {
      const until = this.#world.timeline.now + this.#luck.between(1, 20) * 60_000;
      await this.say(commands, person, environment, { type: 'suspended', reason: 'stop', until });
    });
  }

  async #resume(person: Person, environment: string): Promise<void> {
    await this.withCommands(person, (commands) =>
      this.say(commands, person, environment, { type: 'resumed', reason: 'go on' }),
    );
  }

  /** The first parent's files of one environment back, as `git revert` does of the last commit. */
  async #revert(person: Person): Promise<void> {
    const { attic } = this.#world;
    const head = this.#world.head();
    const object = attic.kept(head)?.object;
    const parent = object?.type === 'commit' ? object.parents[0] : undefined;
    if (parent === undefined || this.#world.modelAt(head) !== this.#world.modelAt(parent)) return;
    const files: Record<string, string> = {};
    for (const name of Object.keys(this.#script.model.environments)) {
      const path = `environments/${name}/app.txt`;
      const [now, before] = [textAt(attic, head, path), textAt(attic, parent, path)];
      if (now !== before && before !== null) files[path] = before;
    }
    if (Object.keys(files).length > 0) await this.commit(person, files, 'Revert the last change');
  }

  async #changeGate(person: Person, environment: string): Promise<void> {
    const model = this.#world.modelAt(this.#world.head());
    const own = model.environments[environment];
    if (own === undefined || model.broken !== 'nothing') return;
    const name = `${environment}-window`;
    const isOff = own.gates.includes(name) && this.#luck.chance(0.5);
    const gates = isOff ? own.gates.filter((gate) => gate !== name) : [...new Set([...own.gates, name])];
    const next: RepositoryModel = {
      ...model,
      environments: { ...model.environments, [environment]: { ...own, gates } },
      gates: { ...model.gates, [name]: gateOf('window', this.#luck, this.#world.timeline.now, environment) },
    };
    await this.commit(person, configFiles(next), `chore: ${isOff ? 'take off' : 'set'} ${name}`, next);
  }

  async #break(person: Person, environment: string): Promise<void> {
    const model = this.#world.modelAt(this.#world.head());
    const broken = this.#luck.chance(0.5) ? ('repository' as const) : { environment };
    const next: RepositoryModel = { ...model, broken: model.broken === 'nothing' ? broken : 'nothing' };
    const what = next.broken === 'nothing' ? 'repair' : 'break';
    await this.commit(person, configFiles(next), `chore: ${what} the configuration`, next);
  }

  /** Back to a commit of some time ago, as if the last ones had never been. */
  async #forcePush(person: Person): Promise<void> {
    const { remote, witness } = this.#world;
    let at = this.#world.head();
    for (let steps = this.#luck.between(1, 3); steps > 0; steps -= 1) {
      const object = remote.store.kept(at)?.object;
      at = (object?.type === 'commit' ? object.parents[0] : undefined) ?? at;
    }
    witness.tell(person, 'force-pushes main');
    remote.refs.set('refs/heads/main', at);
  }

  async say(commands: Commands, person: Person, environment: string, event: NewEvent): Promise<void> {
    this.#world.witness.tell(person, `${environment}: ${event.type}`, 'reason' in event ? event.reason : '');
    await commands.append(environment, event);
  }

  async withCommands(person: Person, work: (commands: Commands) => Promise<void>): Promise<void> {
    const { timeline, remote } = this.#world;
    const startedAt = timeline.now;
    const clock = {
      kind: 'real' as const,
      now: () => timeline.now,
      monotonicMs: () => timeline.now - startedAt,
      after: (ms: number, then: () => void) => timeline.at(timeline.now + ms, then),
    };
    const git = openMemoryGit({ remote, cache: this.#cache, merges: 'files' });
    const uniqueId = () => `word-${++this.#words}`;
    const identity = `${person} <${person}@example.org>`;
    const { survey, commands } = outsider({ git, clock, name: `cli-${person}`, identity, uniqueId });
    this.#world.reading.give(survey);
    await work(commands);
  }
}
