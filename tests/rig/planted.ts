// The crash rig judged by itself: for each of its checks a fault that is really there, planted in a world with a
// ledger that was really written, and taken away again. A check that stays silent over its fault proves nothing in
// any round.

import { spawn } from 'node:child_process';
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { orphans, soundness, tooSlow, unhandled } from './checks.ts';
import { DISK_FULL, READ_ONLY, REMOTE_DOWN } from './kinds.ts';
import { LEDGER_DELETED, LEDGER_REWRITTEN } from './ledger-kinds.ts';
import { waitFor } from './patience.ts';
import { judgedBy, moved, REF, roundOf, type Scene, written } from './planting.ts';
import { processesOf, tell } from './processes.ts';
import { unwarranted } from './unwarranted.ts';
import type { Breach, BreachKind } from './witness.ts';
import { ENVIRONMENTS, ledgerRef } from './world.ts';

type Check = (scene: Scene) => Promise<readonly Breach[]>;

export type Planted = {
  readonly name: string;
  /** What the check must call it. */
  readonly kind: BreachKind;
  /** Answers how it is taken away. */
  readonly plant: (scene: Scene) => Promise<() => Promise<void> | void>;
  readonly check: Check;
};

/** Those planted here never go away by themselves. */
const PATIENCE_MS = 3_000;

const CHECKS = {
  orphans: ({ world }: Scene) => orphans(world, PATIENCE_MS),
  ledgers: async ({ witness }: Scene) => witness.breaches(),
  finished: async ({ witness }: Scene) => witness.unfinished(),
  sound: ({ world }: Scene) => soundness(world),
  judged: async ({ world }: Scene) =>
    unwarranted(world.repository, ENVIRONMENTS.map(ledgerRef)).map(
      (sentence): Breach => ({ kind: 'unwarranted', sentence }),
    ),
} satisfies Record<string, Check>;

/** All of them are silent where nothing is wrong: asked before the first fault and after the last. */
export async function allChecks(scene: Scene): Promise<readonly Breach[]> {
  const found: Breach[] = [];
  for (const check of Object.values<Check>(CHECKS)) found.push(...(await check(scene)));
  return found;
}

export const PLANTED: readonly Planted[] = [
  {
    name: 'a supervisor that ends no jobs when its controller is gone',
    kind: 'orphan',
    plant: async ({ world }) => {
      world.release(['production'], 'left over');
      const life = world.start(['run']);
      const all = () => processesOf(world.folder).filter(({ isRemote }) => !isRemote);
      if (!(await waitFor(() => all().some(({ isJob }) => isJob), 20_000)))
        throw new Error(`no step began: ${life.said()}`);
      world.hang();
      // Both at once, and nobody is left who could end the step.
      for (const { pid, line } of all()) if (line.includes('/supervisor.')) tell(pid, 'SIGKILL');
      await world.kill(life);
      return async () => {
        for (const { pid } of all()) tell(pid, 'SIGKILL');
        const { code, out, err } = await world.start(['run', '--once']).ended;
        if (code !== 0) throw new Error(`it did not go on: ${out}${err}`);
      };
    },
    check: CHECKS.orphans,
  },
  {
    name: 'a step that left its session and cleared its environment',
    kind: 'orphan',
    plant: async ({ world }) => {
      const child = spawn('sleep', ['60'], { cwd: world.repository, env: {}, detached: true, stdio: 'ignore' });
      const gone = new Promise<void>((resolve) => child.once('close', () => resolve()));
      return async () => {
        child.kill('SIGKILL');
        await gone;
      };
    },
    check: CHECKS.orphans,
  },
  {
    name: 'a ledger that lost its last commit',
    kind: 'lost',
    plant: async (scene) => moved(scene, (tip) => scene.world.git('rev-parse', `${tip}~1`)),
    check: CHECKS.ledgers,
  },
  {
    name: 'a ledger that is gone',
    kind: 'lost',
    plant: async (scene) => moved(scene, () => null),
    check: CHECKS.ledgers,
  },
  {
    name: 'a word that was promised and is not on record',
    kind: 'lost',
    plant: async ({ world }) => {
      world.promised.push({ environment: 'production', words: 'nobody ever wrote this' });
      return () => void world.promised.pop();
    },
    check: CHECKS.ledgers,
  },
  {
    name: 'a stage that begins again after the remote knew that it had succeeded',
    kind: 'repeated',
    plant: async ({ world }) => {
      const file = path.join(world.folder, 'world', 'deeds');
      const before = readFileSync(file, 'utf8');
      writeFileSync(file, `${before}${world.deeds()[0]}\n`);
      return () => writeFileSync(file, before);
    },
    check: CHECKS.ledgers,
  },
  {
    name: 'an object of the remote that is gone',
    kind: 'fsck',
    plant: async ({ world }) => {
      const oid = world.git('rev-parse', `${REF}:index.json`);
      const file = path.join(world.repository, 'objects', oid.slice(0, 2), oid.slice(2));
      if (!existsSync(file)) throw new Error(`${oid} is not on a file of its own`);
      renameSync(file, `${file}-away`);
      return () => renameSync(`${file}-away`, file);
    },
    check: CHECKS.sound,
  },
  {
    name: 'a record that was changed afterwards',
    kind: 'verify',
    plant: async (scene) => {
      const [file = ''] = scene.world.git('ls-tree', '-r', '--name-only', REF, 'archive/').split('\n');
      const text = scene.world.git('show', `${REF}:${file}`).replaceAll('"Succeeded"', '"Failed"');
      return written(scene, { [file]: `${text}\n` });
    },
    check: CHECKS.sound,
  },
  {
    name: 'a good version in quarantine',
    kind: 'unwarranted',
    plant: async (scene) => {
      const index = JSON.parse(scene.world.git('show', `${REF}:index.json`));
      return written(scene, { 'index.json': JSON.stringify({ ...index, quarantine: [{ digest: 'good' }] }) });
    },
    check: CHECKS.judged,
  },
  {
    name: 'a run that rolled a good version back',
    kind: 'unwarranted',
    plant: async (scene) => {
      const record = { type: 'run-opened', run: 'production-99', kind: 'rollback', because: 'planted' };
      return written(scene, { 'archive/2026/11/20/production-99.jsonl': `${JSON.stringify(record)}\n` });
    },
    check: CHECKS.judged,
  },
  {
    name: 'an environment that does not run what its branch says',
    kind: 'stuck',
    plant: async ({ world }) => {
      const file = path.join(world.folder, 'world', 'live-production');
      const before = readFileSync(file, 'utf8');
      writeFileSync(file, 'something else\n');
      return () => writeFileSync(file, before);
    },
    check: CHECKS.finished,
  },
  {
    name: 'a deleted ledger that is begun again',
    kind: 'unsound',
    plant: async (scene) => {
      const { world } = scene;
      await LEDGER_DELETED.between?.(roundOf(scene));
      // Whichever it was: a commit that has no parent stands there now.
      const gone = ENVIRONMENTS.map(ledgerRef).find((ref) => world.git('for-each-ref', ref) === '') ?? '';
      world.moveRef(gone, world.git('commit-tree', '-m', 'begun again', 'refs/heads/main^{tree}'));
      return async () => LEDGER_DELETED.repair?.(roundOf(scene));
    },
    check: (scene) =>
      judgedBy(
        LEDGER_DELETED,
        scene,
        ENVIRONMENTS.map((name) => `the ledger ${ledgerRef(name)} was deleted`).join('\n'),
      ),
  },
  {
    name: 'a deleted ledger of which nothing is said',
    kind: 'unsound',
    plant: async (scene) => {
      await LEDGER_DELETED.between?.(roundOf(scene));
      return async () => LEDGER_DELETED.repair?.(roundOf(scene));
    },
    check: (scene) => judgedBy(LEDGER_DELETED, scene, 'all is well'),
  },
  {
    name: 'a rewritten ledger of which nothing is said',
    kind: 'unsound',
    plant: async (scene) => {
      await LEDGER_REWRITTEN.between?.(roundOf(scene));
      return async () => LEDGER_REWRITTEN.repair?.(roundOf(scene));
    },
    check: (scene) => judgedBy(LEDGER_REWRITTEN, scene, 'all is well'),
  },
  ...[DISK_FULL, READ_ONLY, REMOTE_DOWN].map(
    (misfortune): Planted => ({
      name: `a life that says nothing of its misfortune: ${misfortune.name}`,
      kind: 'unsound',
      plant: async () => () => {},
      check: (scene) => judgedBy(misfortune, scene, 'all is well'),
    }),
  ),
  {
    name: 'a stack trace',
    kind: 'broke',
    plant: async () => () => {},
    check: async () => unhandled(new Error('planted').stack ?? ''),
  },
  {
    name: 'a recovery that took too long',
    kind: 'slow',
    plant: async () => () => {},
    check: async () => tooSlow(10_001, 10_000, ''),
  },
];

/** The breaches that the check names while the fault is there; none means that it is blind. */
export async function catches(planted: Planted, scene: Scene): Promise<readonly Breach[]> {
  const takeAway = await planted.plant(scene);
  try {
    return (await planted.check(scene)).filter(({ kind }) => kind === planted.kind);
  } finally {
    await takeAway();
  }
}
