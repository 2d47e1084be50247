// What befalls one of the controllers. `strike` is the moment from which a takeover is measured; `late` comes when
// the others have taken over and are done; `repair` puts everything right again.

import type { Random } from '../../simulation/random.ts';
import { waitFor } from '../patience.ts';
import type { OneController } from './controllers.ts';
import { whyNoMachines } from './network.ts';
import type { TogetherWorld } from './world.ts';

export type Scenario = {
  readonly name: string;
  /** Why it cannot be played here; null where it can. */
  readonly impossible: () => string | null;
  readonly victims: readonly string[];
  /** While it deploys to an environment that others serve too, or while nothing is left to do. */
  readonly struck: 'at work' | 'at rest';
  readonly strike: (victim: OneController, random: Random) => void | Promise<void>;
  /** Whether others have to take over what it held. */
  readonly takenOver: boolean;
  /** Whether it must begin nothing from then on, and the others bring every new version. */
  readonly clockOff: boolean;
  /** Whether it is the target that keeps the old holder's job from working on. */
  readonly guarded: boolean;
  readonly late?: (victim: OneController, world: TogetherWorld) => Promise<readonly string[]>;
  readonly repair: (victim: OneController) => void | Promise<void>;
};

const EVERYBODY = ['one', 'two', 'three'];
const DAY_MS = 86_400_000;
const always = (): null => null;
const TAKEN_OVER = { impossible: always, struck: 'at work', takenOver: true, clockOff: false, guarded: false } as const;
const CLOCK = { impossible: always, victims: EVERYBODY, takenOver: false, clockOff: true, guarded: false } as const;

function aDay(random: Random): number {
  return random.chance(0.5) ? DAY_MS : -DAY_MS;
}

export const SCENARIOS: readonly Scenario[] = [
  {
    name: 'left alone',
    impossible: always,
    victims: EVERYBODY,
    struck: 'at rest',
    strike: () => {},
    takenOver: false,
    clockOff: false,
    guarded: false,
    repair: () => {},
  },
  {
    ...TAKEN_OVER,
    name: 'killed',
    victims: EVERYBODY,
    strike: (victim) => victim.signal('SIGKILL'),
    repair: async (victim) => {
      await victim.end('SIGKILL');
      victim.start();
    },
  },
  {
    ...TAKEN_OVER,
    name: 'cut off (proxy)',
    victims: ['one', 'three'],
    strike: (victim) => victim.way.cut(),
    repair: (victim) => victim.way.repair(),
  },
  {
    ...TAKEN_OVER,
    name: 'cut off (netns)',
    impossible: whyNoMachines,
    victims: ['two'],
    strike: (victim) => victim.machine?.unplug(),
    repair: (victim) => victim.machine?.plug(),
  },
  {
    ...CLOCK,
    name: 'clock a day off from the start',
    struck: 'at rest',
    strike: async (victim, random) => {
      await victim.end('SIGTERM');
      victim.start(aDay(random));
      await waitFor(() => victim.isUp, 60_000);
    },
    repair: async (victim) => {
      await victim.end('SIGTERM');
      victim.start();
    },
  },
  {
    ...CLOCK,
    name: 'clock jumps a day ahead at work',
    struck: 'at work',
    strike: (victim) => victim.shiftClock(DAY_MS),
    repair: (victim) => victim.shiftClock(0),
  },
  {
    ...CLOCK,
    name: 'clock jumps a day back at work',
    struck: 'at work',
    strike: (victim) => victim.shiftClock(-DAY_MS),
    repair: (victim) => victim.shiftClock(0),
  },
  {
    ...TAKEN_OVER,
    name: 'stopped',
    victims: EVERYBODY,
    strike: (victim) => victim.signal('SIGSTOP'),
    repair: (victim) => victim.signal('SIGCONT'),
  },
  {
    // As a paused virtual machine: its jobs cannot be ended by anybody, and wake up before their keepers do.
    ...TAKEN_OVER,
    name: 'frozen with its jobs',
    victims: EVERYBODY,
    strike: (victim) => victim.freeze(),
    guarded: true,
    late: async (victim, world) => {
      const before = world.touches().length;
      victim.thaw('jobs');
      const isRefused = () =>
        world
          .touches()
          .slice(before)
          .some(({ verb, who }) => verb === 'refused' && who === victim.name);
      return (await waitFor(isRefused, 60_000)) ? [] : [`the target saw nothing of ${victim.name}'s old job to refuse`];
    },
    repair: (victim) => victim.thaw('all'),
  },
];
