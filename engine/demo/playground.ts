// The place where the starter lives on this machine: a bare repository below the state folder, made once, and for
// each of its environments a port and a folder. Git is the only memory: a later start reads the ports from the
// repository.

import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { parse } from 'yaml';
import type { Instant } from '../base/instant.ts';
import { Fault } from '../ports/fault.ts';
import { plainGit } from './plain-git.ts';
import { freePort, isFree } from './ports.ts';
import { makeStarterRepository, STARTER_BRANCH, type StarterFile } from './starter-repository.ts';

export type Playground = {
  readonly repository: string;
  /** False where an earlier start made it. */
  readonly isNew: boolean;
  readonly places: readonly Place[];
  /** What a person should know about ports that were taken. */
  readonly notes: readonly string[];
};

/** Where an environment's service answers, and what it serves. */
type Place = {
  readonly environment: string;
  readonly port: number;
  readonly folder: string;
  /** What the environment is for, in its own words; empty where it says nothing. */
  readonly description: string;
};

type PlaygroundOptions = {
  readonly state: string;
  readonly starter: readonly StarterFile[];
  /** The first tag, for the environment that follows tags; null leaves it to a later moment. */
  readonly tag: string | null;
  readonly now: Instant;
  /** Added to the ports that the starter names, so that what is played beside an `npm start` does not meet it. */
  readonly portOffset: number;
};

const COMMITS_READ_MAX = 50;

export async function openPlayground(options: PlaygroundOptions): Promise<Playground> {
  const repository = path.join(options.state, 'config.git');
  const isNew = !existsSync(repository);
  const notes = isNew ? await makeRepository(repository, options) : [];
  const places = await placesIn(repository, options.state);
  for (const place of isNew ? [] : places) await checkPort(place);
  return { repository, isNew, places, notes };
}

async function makeRepository(repository: string, options: PlaygroundOptions): Promise<readonly string[]> {
  const { state, tag, now } = options;
  await mkdir(state, { recursive: true }).catch((cause: unknown) => {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new Fault('state-unwritable', `the state folder ${state} cannot be made: ${why}`, {
      retry: 'never',
      hint: 'start in a folder that you may write, or name another with --state',
      cause,
    });
  });
  const { files, notes } = await withFreePorts(options);
  await makeStarterRepository(repository, { files, message: FIRST_MESSAGE, at: now, tag });
  return notes;
}

async function withFreePorts({
  starter,
  portOffset,
}: PlaygroundOptions): Promise<{ files: readonly StarterFile[]; notes: readonly string[] }> {
  const wanted = starter.map((file) => ({ file, port: portOf(file) }));
  // Anyone who has to make way does not take the place of another environment.
  const except = new Set(wanted.flatMap(({ port }) => (port === null ? [] : [port + portOffset])));
  const files: StarterFile[] = [];
  const notes: string[] = [];
  for (const { file, port } of wanted) {
    if (port === null) {
      files.push(file);
      continue;
    }
    const own = port + portOffset;
    const found = (await isFree(own)) ? own : await freePort(own + 1, except);
    except.add(found);
    files.push(withPort(file, found));
    if (found !== own) notes.push(`port ${own} is taken: ${environmentOf(file.path)} answers on ${found}`);
  }
  return { files, notes };
}

const FIRST_MESSAGE = `Start from Tidegate's starter

Three environments on this machine: development and staging follow main,
production follows tags.
`;

async function placesIn(repository: string, state: string): Promise<readonly Place[]> {
  const listed = await plainGit(repository, ['ls-tree', '-d', '--name-only', STARTER_BRANCH, 'environments/']);
  const places: Place[] = [];
  for (const folder of listed.split('\n').filter((line) => line !== '')) {
    const file = `${folder}/environment.yaml`;
    const environment = environmentOf(file);
    const read = await newestReadable(repository, file);
    // An environment that somebody added without a port has no service of ours.
    if (read !== null) places.push(placeOf(environment, read, state));
  }
  return places.sort((a, b) => a.port - b.port);
}

function placeOf(environment: string, { port, to, description }: Settings, state: string): Place {
  return { environment, port, description, folder: path.resolve(state, to) };
}

type Settings = { readonly port: number; readonly to: string; readonly description: string };

/** What the file says now, or said when it could last be read: a broken file is part of what one tries here. */
async function newestReadable(repository: string, file: string): Promise<Settings | null> {
  const commits = await plainGit(repository, [
    'rev-list',
    '--first-parent',
    `-n${COMMITS_READ_MAX}`,
    STARTER_BRANCH,
    '--',
    file,
  ]);
  for (const commit of commits.split('\n').filter((line) => line !== '')) {
    const read = readPlace(await plainGit(repository, ['show', `${commit}:${file}`]).catch(() => ''));
    if (read !== null) return read;
  }
  return null;
}

function readPlace(text: string): Settings | null {
  let value: unknown;
  try {
    value = parse(text);
  } catch {
    return null;
  }
  const port = Number(member(member(value, 'variables'), 'PORT'));
  const to = member(member(member(value, 'target'), 'files'), 'to');
  const description = member(value, 'description');
  if (!Number.isInteger(port) || port <= 0 || port >= 65_536 || typeof to !== 'string') return null;
  return { port, to, description: typeof description === 'string' ? description : '' };
}

function member(value: unknown, key: string): unknown {
  return typeof value === 'object' && value !== null ? Object.getOwnPropertyDescriptor(value, key)?.value : undefined;
}

async function checkPort({ environment, port }: Place): Promise<void> {
  if (await isFree(port)) return;
  throw new Fault(
    'spawn-failed',
    `port ${port} of 127.0.0.1, on which ${environment} answers, is taken by another program`,
    {
      retry: 'never',
      hint:
        `stop that program (perhaps another \`npm start\` in this folder), or push another PORT in ` +
        `environments/${environment}/environment.yaml, or delete the state folder to begin again on free ports`,
    },
  );
}

const PORT_LINE = /^(\s+PORT:\s*["']?)([0-9]+)/m;

function portOf(file: StarterFile): number | null {
  if (!/^environments\/[^/]+\/environment\.yaml$/.test(file.path)) return null;
  const found = PORT_LINE.exec(Buffer.from(file.bytes).toString('utf8'))?.[2];
  return found === undefined ? null : Number(found);
}

function withPort(file: StarterFile, port: number): StarterFile {
  const text = Buffer.from(file.bytes).toString('utf8').replace(PORT_LINE, `$1${port}`);
  return { ...file, bytes: Buffer.from(text) };
}

function environmentOf(file: string): string {
  return file.split('/')[1] ?? '';
}
