// What befalls one of the controllers while it deploys. `strike` is the moment from which a takeover is measured; `late` comes
// when the others have taken over and are done; `mend` puts everything right again.

import type { Random } from '../../simulation/random.ts';
import type { OneController } from './controllers.ts';
import { whyNoMachines } from './network.ts';
import { type TogetherWorld, waitFor } from './world.ts';

export type Scenario = {
  readonly name: string;
  /** Why it cannot be played here; null where it can. */
  readonly impossible: () => string | null;
  readonly victims: readonly string[];
  readonly strike: (victim: OneController, random: Random) => void;
  /** Whether it is struck at work and others have to take over; else it is struck at rest, and begins nothing from then on. */
  readonly takenOver: boolean;
  /** Whether it is the target that keeps the old holder's job from working on. */
  readonly guarded: boolean;
  readonly late?: (victim: OneController, world: TogetherWorld) => Promise<readonly string[]>;
  readonly mend: (victim: OneController) => void | Promise<void>;
};

const EVERYBODY = ['one', 'two', 'three'];
const DAY_MS = 86_400_000;
const always = (): null => null;

export const SCENARIOS: readonly Scenario[] = [
  {
    name: 'killed',
    impossible: always,
    victims: EVERYBODY,
    strike: (victim) => victim.signal('SIGKILL'),
    takenOver: true,
    guarded: false,
    mend: async (victim) => {
      await victim.end('SIGKILL');
      victim.start();
    },
  },
  {
    name: 'cut off (proxy)',
    impossible: always,
    victims: ['one', 'three'],
    strike: (victim) => victim.way.cut(),
    takenOver: true,
    guarded: false,
    mend: (victim) => victim.way.mend(),
  },
  {
    name: 'cut off (netns)',
    impossible: whyNoMachines,
    victims: ['two'],
    strike: (victim) => victim.machine?.unplug(),
    takenOver: true,
    guarded: false,
    mend: (victim) => victim.machine?.plug(),
  },
  {
    name: 'clock a day off',
    impossible: always,
    victims: ['three'],
    strike: (victim, random) => victim.shiftClock(random.chance(0.5) ? DAY_MS : -DAY_MS),
    takenOver: false,
    guarded: false,
    mend: (victim) => victim.shiftClock(0),
  },
  {
    name: 'stopped',
    impossible: always,
    victims: EVERYBODY,
    strike: (victim) => victim.signal('SIGSTOP'),
    takenOver: true,
    guarded: false,
    mend: (victim) => victim.signal('SIGCONT'),
  },
  {
    // As a paused virtual machine: its jobs cannot be ended by anybody, and wake up before their keepers do.
    name: 'frozen with its jobs',
    impossible: always,
    victims: EVERYBODY,
    strike: (victim) => victim.freeze(),
    takenOver: true,
    guarded: true,
    late: async (victim, world) => {
      const before = world.touches().length;
      victim.thaw('jobs');
      const isRefused = () =>
        world
          .touches()
          .slice(before)
          .some(({ verb, who }) => verb === 'refused' && who === victim.name);
      return (await waitFor(isRefused, 5_000)) ? [] : [`the target saw nothing of ${victim.name}'s old job to refuse`];
    },
    mend: (victim) => victim.thaw('all'),
  },
];
