// One round of one scenario: a new version for every environment, one controller struck, the others take over or
// carry on and finish, the struck one comes back, everything comes to rest. Then the target, the ledgers and /proc
// are asked.

import type { Random } from '../../simulation/random.ts';
import { soundness } from '../checks.ts';
import { pause, waitFor } from '../patience.ts';
import { atWork } from './at-work.ts';
import type { OneController } from './controllers.ts';
import { strays, tooLate } from './judges.ts';
import type { Scenario } from './scenarios.ts';
import { overlaps, type Touch, uptimeMs } from './target.ts';
import { ENVIRONMENTS, type EnvironmentName, SHARED, type TogetherWorld } from './world.ts';

export type BreachKind =
  | 'overlap'
  | 'repeated'
  | 'unwarranted'
  | 'lost'
  /** A record entered the ledger although its writer's epoch was over. */
  | 'late'
  | 'slow'
  | 'orphan'
  | 'other';
export type Breach = { readonly kind: BreachKind; readonly sentence: string };

export type Played = {
  readonly scenario: string;
  /** From the strike to the first job of another, for each environment that the struck one held. */
  readonly takeoversMs: readonly number[];
  /** Jobs of an older epoch that the target sent away. */
  readonly refused: number;
  /** What the struck one had still to say when it came back, and that no ledger takes any more. */
  readonly dropped: number;
  readonly breaches: readonly Breach[];
};

type Tell = (kind: BreachKind, sentences: readonly string[]) => void;

const REST_MS_MAX = 240_000;
const LISTEN_S = 15;
const LOOKS_MIN = 4;

/** `takeoverMsMax`: how soon after the strike another has to begin what the struck one held. */
export async function playRound(
  scenario: Scenario,
  title: string,
  world: TogetherWorld,
  { random, takeoverMsMax }: { readonly random: Random; readonly takeoverMsMax: number },
): Promise<Played> {
  const before = world.touches().length;
  const breaches: Breach[] = [];
  const tell: Tell = (kind, sentences) => breaches.push(...sentences.map((sentence) => ({ kind, sentence })));
  const watching = setInterval(() => world.ledgers.look(() => world.touches()), 200);
  const takeoversMs: number[] = [];
  const victim = world.controller(random.pick(scenario.victims));
  const saidBefore = droppedBy(victim);
  try {
    const held = scenario.struck === 'at work' ? await atWork(victim, title, world, random) : [];
    if (scenario.takenOver && held.length === 0) tell('other', ['the victim held nothing']);
    await pause(random.between(0, 500));
    world.ledgers.look(() => world.touches());
    const struckAtMs = uptimeMs();
    await scenario.strike(victim, random);

    if (scenario.takenOver) takeoversMs.push(...(await takenOver(victim, held, struckAtMs, world, tell)));
    if (scenario.clockOff) tell('other', await deaf(victim));
    await rest(world, SHARED, tell);
    if (scenario.struck === 'at rest' || scenario.clockOff) await nextVersion(victim, title, scenario, world, tell);
    tell('other', (await scenario.late?.(victim, world)) ?? []);
    await scenario.repair(victim);
    await rest(world, ENVIRONMENTS, tell);
    await waitFor(() => world.controllers.every(({ isUp }) => isUp), 60_000);
    tell(
      'other',
      world.controllers.flatMap(({ name, isUp, said }) => (isUp ? [] : [`${name} ended: ${said.slice(-500)}`])),
    );
  } finally {
    clearInterval(watching);
  }
  tell('slow', tooLate(takeoversMs, takeoverMsMax));
  await waitFor(() => world.jobs().length === 0, 60_000);
  tell('orphan', world.jobs());
  const played = world.touches().slice(before);
  await judge(scenario, played, world, tell);
  const refused = played.filter(({ verb }) => verb === 'refused').length;
  const dropped = Math.max(0, droppedBy(victim) - saidBefore);
  return { scenario: scenario.name, takeoversMs, refused, dropped, breaches };
}

function droppedBy({ said }: OneController): number {
  return [...said.matchAll(/: (?:dropped|another controller has taken over)/g)].length;
}

async function judge(scenario: Scenario, played: readonly Touch[], world: TogetherWorld, tell: Tell): Promise<void> {
  world.ledgers.look(() => world.touches());
  tell('overlap', overlaps(played, scenario.guarded));
  tell('repeated', world.unheard(world.ledgers.repeated(world.touches())));
  tell('unwarranted', world.unheard(world.ledgers.unwarranted()));
  tell('lost', world.unheard(world.ledgers.lost()));
  tell('late', world.unheard(world.ledgers.late()));
  tell('other', strays(played, world.controllers));
  tell(
    'other',
    (await soundness(world)).map(({ sentence }) => sentence),
  );
}

/** For each environment that the victim held: how long until the first job of another. */
async function takenOver(
  victim: OneController,
  held: readonly EnvironmentName[],
  struckAtMs: number,
  world: TogetherWorld,
  tell: Tell,
): Promise<readonly number[]> {
  const found: number[] = [];
  for (const environment of held) {
    const isNext = ({ verb, environment: where, who, atMs }: Touch) =>
      verb === 'begin' && where === environment && who !== victim.name && atMs >= struckAtMs;
    const next = () => world.touches().find(isNext);
    // Anyone who was struck after its last job had ended left nothing to do again.
    if (!(await waitFor(() => next() !== undefined || world.isAtRest(environment), REST_MS_MAX)))
      tell('other', [`nobody took ${environment} over from ${victim.name}`]);
    const first = next();
    if (first !== undefined) found.push(first.atMs - struckAtMs);
  }
  return found;
}

/**
 * Whatever its clock says, it looks at the remote as often as before. One look proves little: it may have been under
 * way.
 */
async function deaf(victim: OneController): Promise<readonly string[]> {
  let looks = 0;
  for (let second = 0; second < LISTEN_S && looks < LOOKS_MIN; second += 1) {
    const before = victim.way.asked();
    await pause(1_000);
    if (second > 1 && victim.way.asked() > before) looks += 1;
  }
  if (looks >= LOOKS_MIN) return [];
  return [
    `${victim.name} hardly looks at the remote any more (${looks} times in ${LISTEN_S} s): ${victim.said.slice(-500)}`,
  ];
}

/** A version after the strike: brought to all that is shared, by the others alone where the victim's clock is off. */
async function nextVersion(
  victim: OneController,
  title: string,
  { clockOff }: Scenario,
  world: TogetherWorld,
  tell: Tell,
): Promise<void> {
  const before = world.touches().length;
  world.release(`${title}, after`);
  victim.signal('SIGHUP');
  await rest(world, SHARED, tell);
  const begun = world
    .touches()
    .slice(before)
    .find(({ who, environment }) => who === victim.name && SHARED.some((name) => name === environment));
  if (clockOff && begun !== undefined)
    tell('other', [`${victim.name} went on with ${begun.run} ${begun.stage} although its clock is off`]);
}

async function rest(world: TogetherWorld, environments: readonly EnvironmentName[], tell: Tell): Promise<void> {
  await waitFor(() => environments.every((name) => world.isAtRest(name)), REST_MS_MAX);
  for (const name of environments.filter((each) => !world.isAtRest(each)))
    tell('lost', [`${name} does not come to run ${world.wanted(name)}: ${world.lastWords()}`]);
}
