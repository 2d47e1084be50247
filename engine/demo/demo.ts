// `npm run demo`: the story of a week in well under a minute, without a person and without a network, in a folder of
// its own that is removed. The clock is given (`--at`), so that a weekend takes no weekend; everything else is real:
// git, the services, the controller, its processes. Ends with 1 and the reason when a step of the story does not come
// true.

import { mkdtemp, readFile, realpath, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { formatDuration } from '../base/duration.ts';
import { hermeticEnvironment } from './plain-git.ts';
import type { PlayHooks, PlayOptions, PlayWiring } from './play.ts';
import { openPlayground, type Playground } from './playground.ts';
import { type Service, startService, watchdogUrl } from './services.ts';
import { listenForStop } from './stop-signals.ts';
import { playStory, type Stagehand, StoryFailed } from './story.ts';
import { openTeller, type Teller } from './teller.ts';

const ANA = { name: 'Ana', email: 'ana@example.org' };
const BEGINS_AT = Date.UTC(2026, 10, 20, 15, 30);

export async function demo(_options: PlayOptions, hooks: PlayHooks, wiring: PlayWiring): Promise<number> {
  const startedAt = performance.now();
  const stop = listenForStop(() => hooks.print('\nStopping …\n'));
  // The name without symbolic links, as git will print it.
  const folder = await realpath(await mkdtemp(path.join(os.tmpdir(), 'tidegate-demo-')));
  const services: Service[] = [];
  try {
    const teller = openTeller(hooks, stop.signal);
    const state = path.join(folder, '.tidegate');
    const starter = await wiring.starter();
    // Beside an `npm start`, and beside other demos on this machine.
    const portOffset = 1_000 + 3 * (process.pid % 1_000);
    const playground = await openPlayground({ state, starter, tag: null, now: BEGINS_AT, portOffset });
    for (const { environment, port, folder: live } of playground.places) {
      const log = path.join(state, 'logs', `service-${environment}.log`);
      services.push(await startService({ environment, port, folder: live, program: wiring.service, log }));
    }
    introduce(teller, playground);
    await playStory(await handIn(folder, teller, playground, wiring));
    const took = formatDuration(performance.now() - startedAt);
    teller.act(`That was the story, in ${took}. It left nothing running. \`npm start\` lets you play it yourself.`);
    return 0;
  } catch (error) {
    if (stop.signal.aborted) return 130;
    if (!(error instanceof StoryFailed)) throw error;
    hooks.print(`\nThe story did not come true: ${error.message}.\n`);
    return 1;
  } finally {
    await Promise.all(services.map((service) => service.stop()));
    await rm(folder, { recursive: true, force: true });
    stop.close();
  }
}

function introduce(teller: Teller, { places }: Playground): void {
  teller.act('Tidegate, in five acts');
  teller.say('A config repository, a clone of it, and three environments whose services run on this machine:');
  for (const { environment, port } of places) teller.say(`  ${environment.padEnd(12)} http://127.0.0.1:${port}`);
  teller.say('The time is given with --at, so that a weekend takes no weekend. All else is real.');
}

async function handIn(folder: string, teller: Teller, { places }: Playground, wiring: PlayWiring): Promise<Stagehand> {
  const tidegateEnv = {
    ...hermeticEnvironment(ANA),
    NO_COLOR: '1',
    TMPDIR: os.tmpdir(),
    TIDEGATE_REPO: path.join(folder, '.tidegate', 'config.git'),
    // Whatever repository the temporary folder may lie in is not meant.
    GIT_CEILING_DIRECTORIES: path.dirname(folder),
  };
  const [node = process.execPath, ...entry] = wiring.tidegate;
  const tidegateProgram = [node, '--import', watchdogUrl(), ...entry];
  const git = async (at: string, args: readonly string[], isSilent = false): Promise<string> => {
    const env = { ...hermeticEnvironment(ANA), GIT_AUTHOR_DATE: at, GIT_COMMITTER_DATE: at };
    const { code, output } = await teller.run({ words: ['git', ...args], directory: folder, env, isSilent });
    if (code !== 0) throw new StoryFailed(`\`git ${args.join(' ')}\` ended with ${code}: ${output.trim()}`);
    return output;
  };
  await git(new Date(BEGINS_AT).toISOString(), ['clone', '--quiet', '.tidegate/config.git', 'shop'], true);
  return {
    act: teller.act,
    say: teller.say,
    git: (at, ...args) => git(at, ['-C', 'shop', ...args]),
    tidegate: (...args) =>
      teller.run({
        words: ['tidegate', ...args],
        program: [...tidegateProgram, ...args],
        directory: folder,
        env: tidegateEnv,
      }),
    async ask(...args) {
      const command = [...args, '--json'];
      const program = [...tidegateProgram, ...command];
      const words = ['tidegate', ...command];
      const { output } = await teller.run({ words, program, directory: folder, env: tidegateEnv, isSilent: true });
      return parsed(output, words.join(' '));
    },
    async edit(environment, key, value) {
      const file = `environments/${environment}/services/web.yaml`;
      const before = await readFile(path.join(folder, 'shop', file), 'utf8');
      const after = before.replace(new RegExp(`^${key}:.*$`, 'm'), () => `${key}: ${value}`);
      if (after === before) throw new StoryFailed(`the starter's ${file} has no ${key} that could be changed`);
      await writeFile(path.join(folder, 'shop', file), after);
      teller.say(`\n  shop/${file} now says\n    ${key}: ${value}`);
    },
    async curl(environment, page) {
      const port = places.find((place) => place.environment === environment)?.port;
      const url = `http://127.0.0.1:${port}${page}`;
      const answer = await fetch(url, { signal: AbortSignal.timeout(10_000) });
      const text = await answer.text();
      teller.say(`\n  $ curl ${url}\n    ${text.trim()}`);
      return parsed(text, url);
    },
  };
}

function parsed(text: string, from: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null) return { ...value };
  } catch {
    // Told below.
  }
  throw new StoryFailed(`${from} did not answer with JSON but with: ${text.trim().slice(0, 500)}`);
}
