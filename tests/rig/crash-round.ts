// One round: work begins, people commit and ask, misfortune strikes, the controller is killed with -9 at a random
// moment, more happens before it is started again, and then everything must come to rest with nothing lost and
// nothing done twice.

import type { Random } from '../simulation/random.ts';
import type { Running } from '../support/tidegate-program.ts';
import { orphans, soundness, tooSlow, unhandled } from './checks.ts';
import type { Kind, Round } from './kind.ts';
import { pause, waitFor } from './patience.ts';
import { processesOf } from './processes.ts';
import { unwarranted } from './unwarranted.ts';
import type { Breach, Witness } from './witness.ts';
import { ENVIRONMENTS, type EnvironmentName, ledgerRef, type World } from './world.ts';

export type Played = {
  readonly kinds: readonly string[];
  /** Commits of ledgers that the remote accepted in this round, and the records in them. */
  readonly commits: number;
  readonly records: number;
  readonly killsOfPushes: number;
  /** Whether a step was at work when its controller was killed: only then can one be left over. */
  readonly caught: boolean;
  readonly recoveryMs: number;
  readonly breaches: readonly Breach[];
};

export type RoundParts = {
  readonly world: World;
  readonly witness: Witness;
  readonly random: Random;
  readonly recoveryMsMax: number;
  /** By when the jobs of a killed controller are gone. */
  readonly orphansMsMax: number;
};

/** Patience with a busy machine: nothing is judged by it but whether it ever comes. */
const REST_MS_MAX = 240_000;

export async function playRound(
  title: string,
  kinds: readonly Kind[],
  { world, witness, random, recoveryMsMax, orphansMsMax }: RoundParts,
): Promise<Played> {
  const round: Round = { world, random: random.stream('kinds') };
  const breaches: Breach[] = [];
  witness.look();
  const before = { commits: witness.commits, records: witness.records() };
  world.release(some(random), title);

  // A life that works, and is killed.
  const caught = await lifeAtWork(title, kinds, round, random.stream('work'));
  breaches.push(...(await orphans(world, orphansMsMax)));
  witness.look();
  for (const kind of kinds) await kind.between?.(round);

  // A life that cannot do much, and is killed too.
  const lasting = kinds.filter((kind) => kind.outlasts === true);
  if (lasting.length > 0) {
    const life = world.start(['run']);
    await waitFor(() => isOver(life), random.between(900, 1_800));
    for (const kind of lasting) {
      const missing = async () => ((await kind.judge?.(round, life.said())) ?? []).length === 0 || isOver(life);
      await waitFor(missing, 6_000);
    }
    await world.kill(life);
    for (const kind of lasting)
      for (const sentence of (await kind.judge?.(round, life.said())) ?? []) {
        breaches.push({ kind: 'unsound', sentence: `${kind.name}: ${sentence}` });
      }
    breaches.push(...unhandled(life.said()));
    breaches.push(...(await orphans(world, orphansMsMax)));
  }
  for (const kind of kinds) await kind.repair?.(round);
  const killsOfPushes = world.hooks.spent();
  world.hooks.disarm();

  const { recoveryMs, about } = await recover(title, world, witness, breaches);
  breaches.push(
    ...tooSlow(recoveryMs, recoveryMsMax, about),
    ...(await orphans(world, orphansMsMax)),
    ...witness.breaches(),
    ...unwarranted(world.repository, ENVIRONMENTS.map(ledgerRef)).map(
      (sentence): Breach => ({ kind: 'unwarranted', sentence }),
    ),
    ...(await soundness(world)),
  );
  return {
    kinds: kinds.map(({ name }) => name),
    commits: witness.commits - before.commits,
    records: witness.records() - before.records,
    killsOfPushes,
    caught,
    recoveryMs,
    breaches,
  };
}

/** Answers whether a step was at work when its controller was killed. */
async function lifeAtWork(title: string, kinds: readonly Kind[], round: Round, random: Random): Promise<boolean> {
  const { world } = round;
  const life = world.start(['run']);
  await waitFor(() => isOver(life) || / opened: /.test(life.said()), 12_000);
  const lifeMs = random.between(0, 1_800);
  const happenings: Promise<unknown>[] = kinds.map(async (kind) => {
    await pause(random.between(0, lifeMs));
    await kind.strike?.(round);
  });
  if (random.chance(0.6))
    happenings.push(later(random.between(0, lifeMs), () => world.release(some(random), `${title} again`)));
  if (random.chance(0.4)) {
    const environment = random.pick(ENVIRONMENTS);
    happenings.push(later(random.between(0, lifeMs), () => world.ask('suspend', environment, `audit in ${title}`)));
  }
  await pause(lifeMs);
  // A random moment is often one at which no step runs, and then nobody can be left over.
  if (random.chance(0.6)) {
    world.release(ENVIRONMENTS, `${title} once more`);
    life.child.kill('SIGHUP');
    await waitFor(() => isOver(life) || jobsOf(world) > 0, 3_000);
    await pause(random.between(0, 150));
  }
  world.hang();
  const caught = jobsOf(world) > 0;
  await world.kill(life);
  await Promise.all(happenings);
  return caught;
}

function jobsOf({ folder }: World): number {
  return processesOf(folder).filter(({ isJob }) => isJob).length;
}

/**
 * Started again until nothing is left to do. Returns the time to the next progress of whatever had been under way.
 */
async function recover(
  title: string,
  world: World,
  witness: Witness,
  breaches: Breach[],
): Promise<{ recoveryMs: number; about: string }> {
  world.release(['development'], `${title} after`);
  witness.look();
  const open = witness.openRuns();
  const begun = performance.now();
  const life = world.start(['run', '--once']);
  const waiting = new Set<EnvironmentName>(open.filter((name) => !world.suspended.has(name)));
  const hasMoved = () => {
    for (const name of waiting) if (witness.progressed(name)) waiting.delete(name);
    const some = ENVIRONMENTS.some((name) => witness.progressed(name));
    return some && waiting.size === 0;
  };
  await waitFor(() => hasMoved() || isOver(life), REST_MS_MAX);
  const recoveryMs = performance.now() - begun;
  for (const environment of [...world.suspended]) {
    const { code, err } = await world.ask('resume', environment, `audited in ${title}`);
    if (code !== 0) breaches.push({ kind: 'stuck', sentence: `resume ${environment} was refused (${code}): ${err}` });
  }
  await waitFor(() => isOver(life), REST_MS_MAX);
  breaches.push(...(await atRest(life)));
  if (witness.unfinished().length > 0) {
    // What was resumed, or asked meanwhile, may have come after its last look.
    const last = world.start(['run', '--once']);
    await waitFor(() => isOver(last), REST_MS_MAX);
    breaches.push(...(await atRest(last)), ...witness.unfinished());
  }
  return { recoveryMs, about: `(open: ${open.join(', ') || 'none'}): ${life.said()}` };
}

async function atRest(life: Running): Promise<readonly Breach[]> {
  if (!isOver(life)) {
    await kill(life);
    return [{ kind: 'stuck', sentence: `it did not come to rest in ${REST_MS_MAX} ms: ${life.said()}` }];
  }
  const { code, out, err } = await life.ended;
  return code === 0
    ? unhandled(`${out}${err}`)
    : [{ kind: 'stuck', sentence: `run --once ended with ${code}: ${out}${err}` }];
}

async function kill(life: Running): Promise<void> {
  life.child.kill('SIGKILL');
  await life.ended;
}

function isOver({ child }: Running): boolean {
  return child.exitCode !== null || child.signalCode !== null;
}

function some(random: Random): readonly EnvironmentName[] {
  const drawn = ENVIRONMENTS.filter(() => random.chance(0.6));
  return drawn.length === 0 ? [random.pick(ENVIRONMENTS)] : drawn;
}

async function later(ms: number, act: () => unknown): Promise<void> {
  await pause(ms);
  await act();
}
