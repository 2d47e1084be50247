// What later lives know besides: recurring maintenance, days that a calendar closes, conditions. Drawn from a stream
// of their own, and only from seed 10000 on: the lives of earlier seeds, and with them the stories that are kept,
// stay as they are.

import { Random } from './random.ts';
import type { EnvironmentModel, Gate, Override } from './repository-model.ts';

const MORE_FROM = 10_000;

type Environments = Record<string, EnvironmentModel>;

/** Adds to what a script has drawn. */
export function addMore(seed: string, near: number, environments: Environments, gates: Record<string, Gate>): void {
  if (Number(seed) < MORE_FROM) return;
  const luck = new Random(seed).stream('more');
  for (const [name, environment] of Object.entries(environments)) {
    const own = (['maintenance', 'calendar', 'when'] as const).filter(() => luck.chance(0.3));
    for (const type of own) gates[`${name}-${type}`] = gateOf(type, luck, near);
    environments[name] = { ...environment, gates: [...environment.gates, ...own.map((type) => `${name}-${type}`)] };
  }
}

function gateOf(type: 'maintenance' | 'calendar' | 'when', luck: Random, near: number): Gate {
  const override: Override | null = luck.chance(0.5)
    ? { expiresMs: luck.pick([10, 60, 240]) * 60_000, people: luck.chance(0.7) ? 1 : 2 }
    : null;
  const timezone = luck.pick(ZONES);
  switch (type) {
    case 'maintenance': {
      const days = luck.chance(0.5) ? [1, 2, 3, 4, 5, 6, 7] : [5, 6, 7];
      // Clocks change at night: what begins by day begins once. It may last through a change.
      return { type, timezone, days, start: luck.between(5, 22), hours: luck.between(1, 12), override };
    }
    case 'calendar': {
      const day = new Date(near + luck.between(-1, 1) * 24 * 3_600_000).toISOString().slice(0, 10);
      return {
        type,
        name: `days-${day}-${timezone.toLowerCase().replaceAll(/[^a-z]/g, '-')}`,
        timezone,
        day,
        override,
      };
    }
    case 'when':
      return { type, override };
  }
}

const ZONES = ['UTC', 'Europe/Bucharest', 'America/Los_Angeles', 'Asia/Kolkata', 'Australia/Lord_Howe'];
