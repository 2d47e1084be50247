// What a seed makes of a life before it begins: when it is set, which environments and gates there are, how many
// controllers, and which kinds of fault it knows. A fault that is switched off never comes: rare mixtures are met on
// purpose.

import { Random } from './random.ts';
import {
  type EnvironmentModel,
  FIRST_PEOPLE,
  type Gate,
  type Override,
  type RepositoryModel,
} from './repository-model.ts';
import { changesGates, withGatekeepers } from './script-gates.ts';
import { addMore } from './script-more.ts';

export const FAULTS = [
  'crash',
  'pushes',
  'partition',
  'slow',
  'jobs',
  'freeze',
  'clock',
  'disk',
  'gc',
  'refusal',
  'rewrite',
  'broken',
] as const;
export type FaultClass = (typeof FAULTS)[number];

export type Script = {
  readonly startsAt: number;
  readonly lastsMs: number;
  readonly tellsTime: boolean;
  readonly model: RepositoryModel;
  /** The environments of each controller; empty for all. */
  readonly controllers: readonly (readonly string[])[];
  readonly faults: ReadonlySet<FaultClass>;
  /** Between two deeds of people. */
  readonly paceMs: number;
  /** People change what is a gate, and answer such changes. */
  readonly changesGates: boolean;
};

/** Plain days, both DST changes of Europe and one of America, a year's end, a leap day. */
const STARTS = [
  '2026-11-23T07:00:00Z',
  '2026-11-27T14:00:00Z',
  '2026-10-24T20:00:00Z',
  '2026-03-28T20:00:00Z',
  '2026-10-31T22:00:00Z',
  '2026-12-31T15:00:00Z',
  '2028-02-28T16:00:00Z',
];
const ZONES = ['UTC', 'Europe/Bucharest', 'America/Los_Angeles', 'Asia/Kolkata', 'Australia/Lord_Howe'];
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

export function scriptOf(seed: string): Script {
  const luck = new Random(seed).stream('script');
  const names = ['development', 'staging', 'production'].slice(0, luck.between(1, 3));
  const startsAt = Date.parse(luck.pick(STARTS));
  const gates: Record<string, Gate> = {};
  const environments: Record<string, EnvironmentModel> = {};
  const hasLock = luck.chance(0.4);
  names.forEach((name, index) => {
    const before = names[index - 1];
    const own: string[] = [];
    for (const type of ['window', 'freeze', 'approval', 'soak', 'limit'] as const) {
      if (!luck.chance(index === 0 ? 0.15 : 0.3) || (type === 'soak' && before === undefined)) continue;
      const gate = `${name}-${type}`;
      gates[gate] = gateOf(type, luck, startsAt, before ?? name);
      own.push(gate);
    }
    if (hasLock && luck.chance(0.6)) own.push('shared-lock');
    environments[name] = {
      follow: followOf(luck, before),
      gates: own,
      target: luck.chance(0.5) ? 'files' : 'script',
      supersede: luck.chance(0.8) ? 'latest' : 'all',
    };
  });
  if (Object.values(environments).some((environment) => environment.gates.includes('shared-lock')))
    gates['shared-lock'] = { type: 'lock', name: 'database', override: null };
  addMore(seed, startsAt, environments, gates);
  const probability = luck.pick([0, 0.2, 0.4, 0.7]);
  return {
    startsAt,
    lastsMs: luck.between(20, 180) * MINUTE,
    tellsTime: luck.chance(0.5),
    model: withGatekeepers(seed, { ...FIRST_PEOPLE, environments, gates, broken: 'nothing' }),
    changesGates: changesGates(seed),
    controllers: controllersOf(luck, names),
    faults: new Set(FAULTS.filter(() => luck.chance(probability))),
    paceMs: luck.pick([1, 3, 10]) * MINUTE,
  };
}

function controllersOf(luck: Random, names: readonly string[]): readonly (readonly string[])[] {
  const number = luck.pick([1, 1, 2, 2, 3]);
  const splits = number > 1 && luck.chance(0.3);
  return Array.from({ length: number }, (_, index) =>
    splits ? names.filter((_, place) => place % number === index || luck.chance(0.3)) : [],
  ).map((only) => (splits && only.length === 0 ? names.slice(0, 1) : only));
}

function followOf(luck: Random, before: string | undefined): EnvironmentModel['follow'] {
  if (before !== undefined && luck.chance(0.35)) return { type: 'promoted', from: before };
  return luck.chance(0.35) ? { type: 'tags' } : { type: 'branch' };
}

export function gateOf(
  type: 'window' | 'freeze' | 'approval' | 'soak' | 'limit',
  luck: Random,
  near: number,
  before: string,
): Gate {
  const override: Override | null = luck.chance(0.5)
    ? { expiresMs: luck.pick([10, 60, 240]) * MINUTE, people: luck.chance(0.7) ? 1 : 2 }
    : null;
  switch (type) {
    case 'window': {
      const from = luck.between(0, 20);
      const days = luck.chance(0.5) ? [1, 2, 3, 4, 5] : [1, 2, 3, 4, 5, 6, 7];
      return { type, timezone: luck.pick(ZONES), days, from, to: luck.between(from + 1, 24), override };
    }
    case 'freeze': {
      const day = (offset: number) => new Date(near + offset * 24 * HOUR).toISOString().slice(0, 10);
      const first = luck.between(-1, 1);
      return { type, timezone: luck.pick(ZONES), from: day(first), to: day(first + luck.between(0, 1)), override };
    }
    case 'approval':
      return { type, count: luck.chance(0.7) ? 1 : 2, expiresMs: luck.pick([null, 30 * MINUTE, 4 * HOUR]), override };
    case 'soak':
      return { type, in: before, forMs: luck.pick([2, 10, 45]) * MINUTE, override };
    case 'limit':
      return { type, runs: luck.between(1, 3), perMs: luck.pick([20, 60, 180]) * MINUTE, override };
  }
}
