// `npm run ill`: a controller, and a Git host that is ill in every way there is, before the controller has ever seen
// it and in the middle of its life. Prints for each when it was said, when what was pushed meanwhile ran after the
// host was well again, and how long the controller took to end while the host was ill once more. `--only part` plays
// those whose names hold that part, `--ill N` lets each last so many seconds, `--beside N` plays so many at once.
// Exits 1 where something never came.

import { randomBytes } from 'node:crypto';
import { parseArgs } from 'node:util';
import '../support/hermetic.ts';
import { startGitHttp } from '../support/git-server.ts';
import { ILLNESSES, type Illness, startIllProxy } from '../support/ill-proxy.ts';
import { Scenario } from '../support/scenario.ts';
import { TIDEGATE_YAML } from '../support/scenario-files.ts';
import { aligned } from './aligned.ts';
import { pause, waitFor } from './patience.ts';

const { values } = parseArgs({
  options: {
    only: { type: 'string', default: '' },
    ill: { type: 'string', default: '20' },
    beside: { type: 'string', default: '4' },
  },
});

type When = 'cold' | 'in mid-life';
type Case = { readonly illness: Illness; readonly when: When };
type Row = Case & {
  readonly saidMs: number | null;
  readonly lines: number;
  readonly requests: number;
  readonly backMs: number | null;
  readonly endMs: number | null;
  readonly log: string;
};

const BACK_MS_MAX = 90_000;
const END_MS_MAX = 60_000;
/** A transfer that is worth stalling. */
const LARGE_BYTES = 300_000;

async function play({ illness, when }: Case, illMs: number): Promise<Row> {
  const large = () => randomBytes(LARGE_BYTES / 2).toString('hex');
  const story = new Scenario(
    { production: {} },
    { 'tidegate.yaml': `${TIDEGATE_YAML}poll: 1s\n`, 'docs/large.txt': large() },
  );
  const server = await startGitHttp({ root: story.folder });
  const proxy = await startIllProxy(server.origin);
  story.url = proxy.url('config.git');
  const push = (app: string) =>
    story.push({ 'environments/production/app.txt': `${app}\n`, 'environments/production/large.txt': large() });
  const isLive = (app: string) => () => story.live('production') === app;
  try {
    let app = 'one';
    if (when === 'cold') proxy.be(illness);
    const running = story.start(['run']);
    if (when !== 'cold') {
      if (!(await waitFor(isLive(app), 30_000))) throw new Error(`it never began: ${running.said()}`);
      // What the first run still has to push is pushed while the host is well.
      await pause(3_000);
      proxy.be(illness);
      app = 'two';
      push(app);
    }
    const before = running.said().length;
    const beganMs = performance.now();
    proxy.asked();
    const words = () =>
      running
        .said()
        .slice(before)
        .split('\n')
        .filter((line) => WORRIES.test(line));
    const isSaid = await waitFor(() => words().length > 0, illMs);
    const saidMs = performance.now() - beganMs;
    await pause(Math.max(0, illMs - saidMs));
    const [lines, requests] = [words().length, proxy.asked()];
    proxy.be(null);
    const wellMs = performance.now();
    const isBack = await waitFor(isLive(app), BACK_MS_MAX);
    const backMs = performance.now() - wellMs;
    await pause(2_000);
    proxy.be(illness);
    push('three');
    await pause(4_000);
    const toldMs = performance.now();
    running.child.kill('SIGTERM');
    const hasEnded = await Promise.race([running.ended.then(() => true), pause(END_MS_MAX).then(() => false)]);
    const endMs = performance.now() - toldMs;
    return {
      illness,
      when,
      saidMs: isSaid ? saidMs : null,
      lines,
      requests,
      backMs: isBack ? backMs : null,
      endMs: hasEnded ? endMs : null,
      log: running.said(),
    };
  } finally {
    await proxy.close();
    await server.close();
    await story.end();
  }
}

const WORRIES =
  /no answer|not answered|does not answer|answers HTTP|could not|did not say|makes no progress|cannot be reached|could not be pushed|refuses/;

async function playAll(cases: readonly Case[], illMs: number, beside: number): Promise<readonly Row[]> {
  const rows: Row[] = [];
  const left = [...cases];
  const worker = async () => {
    for (let next = left.shift(); next !== undefined; next = left.shift()) {
      const row = await play(next, illMs);
      rows.push(row);
      process.stderr.write(`${row.illness}, ${row.when}\n${row.log.replaceAll(/^/gm, '    ')}\n`);
    }
  };
  await Promise.all(Array.from({ length: beside }, worker));
  return cases.flatMap(({ illness, when }) => rows.filter((row) => row.illness === illness && row.when === when));
}

const cases = ILLNESSES.flatMap((illness) => [
  { illness, when: 'cold' as const },
  { illness, when: 'in mid-life' as const },
]).filter(({ illness, when }) => `${illness} ${when}`.includes(values.only));
const rows = await playAll(cases, Number(values.ill) * 1_000, Number(values.beside));
const seconds = (ms: number | null) => (ms === null ? 'never' : `${(ms / 1_000).toFixed(1)} s`);
const table = aligned([
  ['the remote', 'when', 'said after', 'lines', 'requests', 'back after', 'ended after'],
  ...rows.map(({ illness, when, saidMs, lines, requests, backMs, endMs }) => [
    illness,
    when,
    seconds(saidMs),
    `${lines}`,
    `${requests}`,
    seconds(backMs),
    seconds(endMs),
  ]),
]);
process.stdout.write(`${table.join('\n')}\n`);
if (rows.some(({ saidMs, backMs, endMs }) => saidMs === null || backMs === null || endMs === null))
  process.exitCode = 1;
