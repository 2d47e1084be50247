// One round of one scenario: a new version for every environment, one controller struck while it deploys, the others take over
// and finish, the struck one comes back, everything comes to rest. Then the target, the ledgers and /proc are asked.

import type { Random } from '../../simulation/random.ts';
import type { OneController } from './controllers.ts';
import type { Scenario } from './scenarios.ts';
import { overlaps, uptimeMs } from './target.ts';
import { ENVIRONMENTS, type EnvironmentName, SHARED, type TogetherWorld, waitFor } from './world.ts';

export type BreachKind = 'overlap' | 'lost' | 'repeated' | 'orphan' | 'late' | 'other';
export type Breach = { readonly kind: BreachKind; readonly sentence: string };

export type Played = {
  readonly scenario: string;
  /** From the strike to the first job of another, for each environment that the struck one held. */
  readonly takeoversMs: readonly number[];
  /** Jobs of an older epoch that the target sent away. */
  readonly refused: number;
  readonly breaches: readonly Breach[];
};

const HOLDS_MS_MAX = 8_000;
const REST_MS_MAX = 60_000;
const TRIES_MAX = 6;

export async function playRound(
  scenario: Scenario,
  title: string,
  world: TogetherWorld,
  random: Random,
): Promise<Played> {
  const before = world.touches().length;
  const breaches: Breach[] = [];
  const breach = (kind: BreachKind, sentences: readonly string[]) =>
    breaches.push(...sentences.map((sentence) => ({ kind, sentence })));
  const watching = setInterval(() => world.ledgers.look(() => world.touches()), 200);
  const takeoversMs: number[] = [];
  try {
    const victim = world.controller(random.pick(scenario.victims));
    const held = scenario.takenOver ? await atWork(victim, title, world, random) : [];
    await new Promise((resolve) => setTimeout(resolve, random.between(0, 500)));
    world.ledgers.look(() => world.touches());
    const struckAtMs = uptimeMs();
    scenario.strike(victim, random);

    if (scenario.takenOver) {
      for (const environment of held) {
        const next = () =>
          world
            .touches()
            .slice(before)
            .find(
              (touch) =>
                touch.verb === 'begin' &&
                touch.environment === environment &&
                touch.who !== victim.name &&
                touch.atMs >= struckAtMs,
            );
        // Whoever was struck after its last job had ended left nothing to do again.
        if (!(await waitFor(() => next() !== undefined || world.isAtRest(environment), REST_MS_MAX)))
          breach('other', [`nobody took ${environment} over from ${victim.name}`]);
        const found = next();
        if (found !== undefined) takeoversMs.push(found.atMs - struckAtMs);
      }
      await rest(world, SHARED, breach);
    } else await carriesOn(victim, title, world, breach);
    breach('other', (await scenario.late?.(victim, world)) ?? []);
    await scenario.mend(victim);
    await rest(world, ENVIRONMENTS, breach);
    await waitFor(() => world.controllers.every(({ isUp }) => isUp), 10_000);
    breach(
      'other',
      world.controllers.flatMap(({ name, isUp, said }) => (isUp ? [] : [`${name} ended: ${said.slice(-500)}`])),
    );
  } finally {
    clearInterval(watching);
  }
  await waitFor(() => world.jobs().length === 0, 10_000);
  breach('orphan', world.jobs());
  world.ledgers.look(() => world.touches());
  const played = world.touches().slice(before);
  breach('overlap', overlaps(played, scenario.guarded));
  breach('lost', world.ledgers.lost());
  breach('late', world.ledgers.late());
  breach('repeated', world.ledgers.repeated(world.touches()));
  breach('other', await world.unsound());
  const refused = played.filter(({ verb }) => verb === 'refused').length;
  return { scenario: scenario.name, takeoversMs, refused, breaches };
}

/** Resolves when the victim deploys to an environment that others serve too; says which such environments it holds. */
async function atWork(
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
    await new Promise((resolve) => setTimeout(resolve, random.between(50, 300)));
    for (const other of world.controllers) if (other !== victim) other.signal('SIGHUP');
    const deploys = () => deploying(world, before).filter(({ who }) => who === victim.name);
    const isShared = (name: string) => SHARED.some((shared) => shared === name);
    await waitFor(() => deploys().some(({ environment }) => isShared(environment)), HOLDS_MS_MAX);
    if (deploys().some(({ environment }) => isShared(environment)))
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

/** With one whose clock is off: every new version is the others' to bring, and what is its alone waits. */
async function carriesOn(
  victim: OneController,
  title: string,
  world: TogetherWorld,
  breach: (kind: BreachKind, sentences: readonly string[]) => void,
): Promise<void> {
  const before = world.touches().length;
  world.release(`${title}, with a clock that is off`);
  victim.signal('SIGHUP');
  await rest(world, SHARED, breach);
  const begun = world
    .touches()
    .slice(before)
    .filter(({ who }) => who === victim.name);
  breach('other', begun.length === 0 ? [] : [`${victim.name} began ${begun[0]?.run} although its clock is off`]);
}

async function rest(
  world: TogetherWorld,
  environments: readonly EnvironmentName[],
  breach: (kind: BreachKind, sentences: readonly string[]) => void,
): Promise<void> {
  await waitFor(() => environments.every((name) => world.isAtRest(name)), REST_MS_MAX);
  for (const name of environments.filter((each) => !world.isAtRest(each)))
    breach('lost', [`${name} does not come to run the newest version`]);
}
