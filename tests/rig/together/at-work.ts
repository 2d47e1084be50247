// The moment at which a controller is struck: while it deploys to an environment that others serve too. Who gets to
// open which run is a race, as in life; here the victim hears of the push a little sooner.

import type { Random } from '../../simulation/random.ts';
import { pause, waitFor } from '../patience.ts';
import type { OneController } from './controllers.ts';
import { ENVIRONMENTS, type EnvironmentName, SHARED, type TogetherWorld } from './world.ts';

const HOLDS_MS_MAX = 8_000;
const REST_MS_MAX = 240_000;
const TRIES_MAX = 6;

/** Says which shared environments it holds then. */
export async function atWork(
  victim: OneController,
  title: string,
  world: TogetherWorld,
  random: Random,
): Promise<readonly EnvironmentName[]> {
  for (let attempt = 1; attempt <= TRIES_MAX; attempt += 1) {
    const before = world.touches().length;
    world.release(`${title}, try ${attempt}`);
    // Told of the push, as a hook would; the others find out by themselves a little later.
    victim.signal('SIGHUP');
    await pause(random.between(50, 300));
    for (const other of world.controllers) if (other !== victim) other.signal('SIGHUP');
    const isShared = (name: string) => SHARED.some((shared) => shared === name);
    const deploys = () =>
      deploying(world, before).some(({ who, environment }) => who === victim.name && isShared(environment));
    if (await waitFor(deploys, HOLDS_MS_MAX))
      return SHARED.filter((name) => world.ledgers.isOpen(name) && world.ledgers.writer(name) === victim.name);
    await waitFor(() => ENVIRONMENTS.every((name) => world.isAtRest(name)), REST_MS_MAX);
  }
  throw new Error(`${victim.name} had nothing to deploy in ${TRIES_MAX} tries:\n${victim.said.slice(-2_000)}`);
}

/** Deployments that have begun and not ended. */
function deploying(world: TogetherWorld, from: number): readonly { who: string; environment: string }[] {
  const fresh = world.touches().slice(from);
  const over = new Set(fresh.filter(({ verb }) => verb === 'end').map(({ job }) => job));
  return fresh.filter(({ verb, stage, job }) => verb === 'begin' && stage === 'deploy' && !over.has(job));
}
