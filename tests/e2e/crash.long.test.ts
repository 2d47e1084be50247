// Kill -9 in the middle of real work against a real git server over HTTP, with the whole state folder deleted in
// between: the next controller has nothing but the URL. It goes on, repeats no stage that the remote knows as
// succeeded, loses nothing, and leaves no process behind.

import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { HistoryJson } from '../../engine/contract/run.ts';
import { type GitHttp, startGitHttp } from '../support/git-server.ts';
import { Scenario } from '../support/scenario.ts';
import { PEOPLE } from '../support/scenario-files.ts';

const ROUNDS = 10;
const SEED = 20_261_121;

const SLOW = `stages:
${['build', 'deploy', 'verify', 'notify']
  .map(
    (name) => `  - name: ${name}
    steps:
      - { name: begin, run: 'sleep 0.05; echo "$TIDEGATE_RUN $TIDEGATE_STAGE" >> "$WORLD/slow"; sleep 0.1' }
      - { name: finish, run: sleep 0.05 }`,
  )
  .join('\n')}
`;

/**
 * A lost state folder costs a lease, which is short here and longer than a busy machine needs for a push; records go
 * to the remote almost at once.
 */
const SETTINGS = `version: 1\ntimezone: UTC\n${PEOPLE}\nlease: { renew: 1s, expires: 5s }\nledger: { flush: 50ms }\n`;

describe('kill -9 at random moments, the state folder deleted', () => {
  let server: GitHttp;
  let story: Scenario;

  beforeAll(async () => {
    story = new Scenario(
      { production: { pipeline: 'slow' } },
      { 'tidegate.yaml': SETTINGS, 'pipelines/slow.yaml': SLOW },
    );
    story.git('config', 'http.receivepack', 'true');
    server = await startGitHttp({ root: story.folder });
    story.url = server.url('config.git');
    await story.tick();
  });

  afterAll(async () => {
    await story.end();
    await server.close();
  });

  const random = mulberry32(SEED);
  test.each(Array.from({ length: ROUNDS }, (_, round) => round + 1))('round %i', async (round) => {
    const version = story.release('production', `round ${round}`);
    const controller = story.start(['run']);
    // Each stage says that it starts and how it ends.
    const more = Math.floor(random() * 8);
    await controller.says(new RegExp(`opened: deploy([^\\n]*\\n){${more + 1}}`));
    controller.child.kill('SIGKILL');
    await controller.ended;
    const { run, succeeded } = remoteKnows(story);
    await expect.poll(() => orphans(story.world)).toEqual([]);
    const before = slow(story).filter((line) => succeeded.includes(line));
    rmSync(story.state, { recursive: true, force: true });

    await story.tick();

    const [newest] = await story.history('production');
    expect(newest).toMatchObject({ outcome: 'Succeeded', version: { commit: version } });
    expect(
      slow(story).filter((line) => succeeded.includes(line)),
      `${run} repeated a stage`,
    ).toEqual(before);
    expect(new Set(slow(story).filter((line) => line.startsWith(`${newest?.id} `))).size, 'a stage was lost').toBe(4);
  });

  test('the remote is sound, and every version has its run', async () => {
    execFileSync('git', ['fsck', '--strict'], { cwd: story.repository, stdio: 'pipe' });
    expect(await story.verify()).toMatchObject({ problems: [] });
    const { runs } = await story.json<HistoryJson>('history', 'production', '--limit', '100');
    expect(runs.filter(({ outcome }) => outcome === 'Succeeded')).toHaveLength(ROUNDS + 1);
  });
});

/**
 * What the ledger on the remote says right after the kill: the open run, and `<run> <stage>` of stages that
 * succeeded.
 */
function remoteKnows(story: Scenario): { run: string | null; succeeded: readonly string[] } {
  const files = story.git('ls-tree', '-r', '--name-only', 'refs/heads/tidegate/production').split('\n');
  const records = files.filter((file) => file.endsWith('.jsonl')).flatMap((file) => lines(story, file));
  const ended = records.filter(({ type, outcome }) => type === 'stage-ended' && outcome === 'Succeeded');
  const open = files.find((file) => file.startsWith('active/'));
  return { run: open ?? null, succeeded: ended.map(({ run, stage }) => `${run} ${stage}`) };
}

function lines(story: Scenario, file: string): readonly Record<string, string>[] {
  const text = story.git('show', `refs/heads/tidegate/production:${file}`);
  return text.split('\n').map((line) => JSON.parse(line) as Record<string, string>);
}

function slow(story: Scenario): readonly string[] {
  try {
    return readFileSync(`${story.world}/slow`, 'utf8')
      .split('\n')
      .filter((line) => line !== '');
  } catch {
    return [];
  }
}

/** Processes of jobs of this world that are still there, as their command lines. */
function orphans(world: string): readonly string[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((pid) => {
      try {
        const environment = readFileSync(`/proc/${pid}/environ`, 'utf8');
        const isOurs = environment.includes(world) && environment.includes('TIDEGATE_JOB=');
        return isOurs ? [readFileSync(`/proc/${pid}/cmdline`, 'utf8')] : [];
      } catch {
        return [];
      }
    });
}

/** A small seeded generator (Tommy Ettinger's mulberry32): the moments are random, and the same in every run. */
function mulberry32(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
