// What goes wrong, each kind on its own clock, as far as the seed has switched it on. When a life calms down
// everything is repaired: what then still does not happen is not the world's fault.

import { ancestors } from '../support/memory-merge.ts';
import { reached } from '../support/memory-store.ts';
import { LEDGER_PREFIX } from './ledger-truth.ts';
import type { Machine } from './machine.ts';
import type { FaultClass, Script } from './script.ts';
import type { World } from './world.ts';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;

export class Faults {
  readonly #setBack = new Set<string>();
  readonly #world: World;
  #isOver = false;

  constructor(world: World) {
    this.#world = world;
  }

  begin(script: Script): void {
    const { chances } = this.#world;
    if (script.faults.has('pushes')) Object.assign(chances, { pushThrown: 0.04, pushLost: 0.08, pushUnanswered: 0.12 });
    if (script.faults.has('jobs')) Object.assign(chances, { vanish: 0.03, down: 0.1 });
    for (const [kind, everyMs, deed] of this.#deeds()) if (script.faults.has(kind)) this.#again(everyMs, deed);
  }

  /** The world is well again. */
  end(): void {
    const { machines, remote, witness } = this.#world;
    this.#isOver = true;
    this.#world.chances = { pushThrown: 0, pushLost: 0, pushUnanswered: 0, vanish: 0, down: 0 };
    void remote.refusePushes(null);
    for (const machine of machines) {
      Object.assign(machine, { cutOffUntil: Number.NEGATIVE_INFINITY, diskFullUntil: Number.NEGATIVE_INFINITY });
      Object.assign(machine, { slowness: 1, clockOffsetMs: 0, passesLeft: null });
    }
    witness.tell('world', 'is repaired');
  }

  #again(everyMs: number, deed: (machine: Machine) => void): void {
    const { timeline, luck, machines } = this.#world;
    timeline.at(timeline.now + luck.faults.wait(everyMs), () => {
      if (this.#isOver) return;
      deed(luck.faults.pick(machines));
      this.#again(everyMs, deed);
    });
  }

  #deeds(): readonly (readonly [FaultClass, number, (machine: Machine) => void])[] {
    return [
      ['crash', 6 * MINUTE, (machine) => this.#crash(machine)],
      ['partition', 8 * MINUTE, (machine) => this.#cutOff(machine)],
      ['slow', 10 * MINUTE, (machine) => this.#slow(machine)],
      ['freeze', 8 * MINUTE, (machine) => this.#freeze(machine)],
      ['clock', 12 * MINUTE, (machine) => this.#clock(machine)],
      ['disk', 10 * MINUTE, (machine) => this.#disk(machine)],
      ['gc', 20 * MINUTE, () => this.#collect()],
      ['refusal', 15 * MINUTE, () => this.#refuse()],
      ['rewrite', 90 * MINUTE, () => this.#rewrite()],
    ];
  }

  /** At its next deeds: half of all crashes would otherwise meet a controller that sleeps. */
  #crash(machine: Machine): void {
    const { luck } = this.#world;
    if (machine.life === null) return;
    if (luck.faults.chance(0.2)) this.#world.onDeath(machine, 'out of the blue');
    else machine.passesLeft = luck.faults.between(1, 40);
  }

  #cutOff(machine: Machine): void {
    const forMs = this.#lasting();
    machine.cutOffUntil = this.#world.timeline.now + forMs;
    this.#world.witness.tell(machine.name, 'is cut off', sayMs(forMs));
  }

  #slow(machine: Machine): void {
    const { luck, timeline, witness } = this.#world;
    machine.slowness = luck.faults.pick([10, 100, 600]);
    witness.tell(machine.name, 'has a slow line', `${machine.slowness} times`);
    timeline.at(timeline.now + this.#lasting(), () => {
      machine.slowness = 1;
    });
  }

  #freeze(machine: Machine): void {
    const { timeline, witness } = this.#world;
    if (machine.life === null || machine.isFrozen) return;
    const forMs = this.#lasting();
    const until = timeline.now + forMs;
    witness.tell(machine.name, 'stands still', sayMs(forMs));
    // Before everything that is put off to this very instant.
    timeline.at(until, () => {
      if (machine.frozenUntil === until) machine.thaw();
    });
    machine.frozenUntil = until;
  }

  #clock(machine: Machine): void {
    const { luck, witness } = this.#world;
    const size = luck.faults.pick([2 * SECOND, MINUTE, 4 * MINUTE, 20 * MINUTE, 24 * 60 * MINUTE]);
    machine.clockSetAt = this.#world.timeline.now;
    machine.clockOffsetMs = luck.faults.chance(0.3) ? 0 : luck.faults.pick([1, -1]) * size;
    witness.tell(machine.name, 'has another clock', `off by ${sayMs(machine.clockOffsetMs)}`);
  }

  #disk(machine: Machine): void {
    const forMs = this.#lasting();
    machine.diskFullUntil = this.#world.timeline.now + forMs;
    this.#world.witness.tell(machine.name, 'has a full disk', sayMs(forMs));
  }

  /**
   * Git keeps for two weeks what no ref names any more, which is longer than a life lasts. What a branch lost may be
   * older.
   */
  #collect(): void {
    const { remote, witness } = this.#world;
    const { store, refs } = remote;
    const kept = new Set<string>();
    const open = [...refs.values(), ...this.#setBack].flatMap((oid) => [oid, ...ancestors(store, oid)]);
    for (let next = open.pop(); next !== undefined; next = open.pop()) {
      if (kept.has(next)) continue;
      kept.add(next);
      const object = store.kept(next)?.object;
      if (object !== undefined) open.push(...reached(object));
    }
    const gone = [...store.oids()].filter((oid) => !kept.has(oid));
    for (const oid of gone) store.drop(oid);
    witness.tell('remote', 'collects its garbage', `${gone.length} objects`);
  }

  #refuse(): void {
    const { remote, timeline, witness, luck } = this.#world;
    const to = luck.faults.pick(['tidegate', 'main', 'tags']);
    void remote.refusePushes({ to, words: 'protected' });
    const forMs = this.#lasting();
    witness.tell('remote', `refuses pushes to ${to}`, sayMs(forMs));
    timeline.at(timeline.now + forMs, () => void remote.refusePushes(null));
  }

  /** A person with plain git: the ref is deleted, or set back a few commits. */
  #rewrite(): void {
    const { remote, luck, witness } = this.#world;
    const names = [...remote.refs.keys()].filter((name) => name.startsWith(LEDGER_PREFIX));
    if (names.length === 0) return;
    const name = luck.faults.pick(names);
    let oid = remote.refs.get(name) ?? '';
    this.#setBack.add(oid);
    for (let steps = luck.faults.between(1, 3); steps > 0; steps -= 1) {
      const object = remote.store.kept(oid)?.object;
      oid = (object?.type === 'commit' ? object.parents[0] : undefined) ?? oid;
    }
    this.#world.isRewriting = true;
    if (luck.faults.chance(0.5)) remote.refs.delete(name);
    else remote.refs.set(name, oid);
    this.#world.isRewriting = false;
    witness.tell('eve', `rewrites ${name}`, remote.refs.get(name)?.slice(0, 7) ?? 'deleted');
  }

  #lasting(): number {
    const { faults } = this.#world.luck;
    return faults.chance(0.2) ? faults.wait(8 * MINUTE) : faults.wait(35 * SECOND);
  }
}

function sayMs(ms: number): string {
  return `${Math.round(ms / SECOND)} s`;
}
