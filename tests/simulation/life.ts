// One life from its seed to its end: people and faults for as long as its script says, then calm, in which everything
// that may happen has to happen, then the last questions.

import { Checkers } from './checkers.ts';
import { Faults } from './faults.ts';
import { lastQuestions } from './last-questions.ts';
import { Machine } from './machine.ts';
import { type Mutant, NONE } from './mutant.ts';
import { People } from './people.ts';
import { firstFiles } from './repository-model.ts';
import { scriptOf } from './script.ts';
import type { Breach } from './witness.ts';
import { World } from './world.ts';

export type Lived = {
  readonly seed: string;
  readonly breach: Breach | null;
  readonly deeds: number;
  /** Runs that were opened, by what became of them. */
  readonly runs: number;
  readonly table: () => string;
};

export async function live(seed: string, mutant: Mutant = NONE): Promise<Lived> {
  const script = scriptOf(seed);
  const world = new World(seed, script, mutant);
  const { timeline, witness, remote } = world;
  const first = await remote.commit(firstFiles(script.model), { at: timeline.now });
  world.models.set(first, script.model);
  const said = Object.entries(script.model.environments).map(
    ([name, { follow, gates }]) => `${name} follows ${follow.type}, gates ${gates.join(' ') || 'none'}`,
  );
  witness.tell('world', 'begins', `${said.join('; ')}; faults: ${[...script.faults].join(' ') || 'none'}`);
  script.controllers.forEach((only, index) => {
    world.machines.push(new Machine(world, `c${index + 1}`, only));
  });
  const people = new People(world, script);
  const faults = new Faults(world);
  new Checkers(world);
  for (const machine of world.machines) await machine.boot();
  people.begin();
  faults.begin(script);
  await timeline.runUntil(script.startsAt + script.lastsMs);
  if (!timeline.isHalted) {
    await people.end();
    faults.end();
    witness.tell('world', 'calms down');
    // A long step is nothing that hangs, and who still stood still when it became calm has all of the calm before
    // him.
    const isAtWork = () => world.machines.some(({ life }) => life !== null && life.runner.running > 0);
    const isNews = () => timeline.now - world.changedAt < MINUTE_MS;
    let stoodStill = true;
    for (
      let calms = 0;
      calms <= CALMS_MAX && (stoodStill || isAtWork() || isNews()) && !timeline.isHalted;
      calms += 1
    ) {
      stoodStill = world.machines.some((machine) => machine.isFrozen);
      await timeline.runUntil(timeline.now + CALM_MS);
    }
  }
  if (!timeline.isHalted) {
    await lastQuestions(world).catch((cause: unknown) => {
      const said = cause instanceof Error ? (cause.stack ?? cause.message) : String(cause);
      witness.breach('answers', `a stranger gets no answers from the remote: ${said}`);
    });
  }
  for (const machine of world.machines) machine.life = null;
  const landed = [...world.ledger.landed.values()].flat();
  return {
    seed,
    breach: witness.breaches[0] ?? null,
    deeds: witness.deeds.length,
    runs: landed.filter(({ record }) => record.type === 'run-opened').length,
    table: () => witness.table(),
  };
}

/** Longer than any lease, backoff and job: what still has not happened then never will. */
const CALM_MS = 30 * 60_000;
const CALMS_MAX = 12;
/** Two polls: what has come by now, everybody knows. */
const MINUTE_MS = 60_000;
