// What `npm start` prints once everything is up: what is where, and what to try.

import { execFile } from 'node:child_process';
import path from 'node:path';
import { styleText } from 'node:util';
import { plainGit } from './plain-git.ts';
import type { PlayHooks, PlayOptions, PlayWiring } from './play.ts';
import type { Playground } from './playground.ts';
import { shown, type Thing, thingsToTry } from './things-to-try.ts';

export async function welcome(
  playground: Playground,
  { state }: PlayOptions,
  { isColored }: PlayHooks,
  { directory, typed }: PlayWiring,
): Promise<string> {
  const style = (format: Parameters<typeof styleText>[0], text: string): string =>
    isColored ? styleText(format, text, { validateStream: false }) : text;
  const urls = new Map(playground.places.map(({ environment, port }) => [environment, `http://127.0.0.1:${port}`]));
  const things = thingsToTry({
    repository: playground.repository,
    clone: path.join(state, 'clone'),
    directory,
    typed,
    urls,
    nextTag: await nextTag(playground.repository),
    knowsIdentity: await knowsIdentity(),
    platform: process.platform,
  });
  const rows: [string, string][] = [
    ['repository', `${shown(playground.repository, directory)}${playground.isNew ? '' : '  (as you left it)'}`],
    ...playground.places.map(({ environment, port, description }): [string, string] => [
      environment,
      `http://127.0.0.1:${port}   ${description}`.trimEnd(),
    ]),
    ['state', shown(state, directory)],
    ['log', shown(path.join(state, 'tidegate.log'), directory)],
  ];
  const width = Math.max(...rows.map(([name]) => name.length));
  return [
    '',
    style('bold', 'Tidegate runs.'),
    '',
    ...rows.map(([name, value]) => `  ${style('dim', name.padEnd(width))}  ${value}`),
    ...playground.notes.map((note) => `  ${note}`),
    '',
    style('bold', 'Four things to try, in another terminal, in this folder:'),
    ...things.flatMap((thing, index) => thingLines(thing, index + 1, style)),
    '',
    `Ctrl-C stops everything. Deleting ${shown(state, directory)} forgets everything. What happens:`,
    '',
    '',
  ].join('\n');
}

function thingLines(
  thing: Thing,
  number: number,
  style: (format: 'bold' | 'cyan', text: string) => string,
): readonly string[] {
  return [
    '',
    `${number}. ${style('bold', thing.title)}`,
    '',
    ...thing.lines.map((line) => `     ${style('cyan', line)}`),
    '',
    ...thing.outcome.map((line) => `   ${line}`),
  ];
}

/** The next minor version above the highest tag. */
async function nextTag(repository: string): Promise<string> {
  const tags = await plainGit(repository, ['tag', '--list', 'v*', '--sort=-version:refname']);
  const highest = tags.split('\n').find((tag) => /^v\d+\.\d+\.\d+$/.test(tag));
  const [major = 1, minor = 0] = (highest ?? 'v1.0.0').slice(1).split('.').map(Number);
  return `v${major}.${minor + 1}.0`;
}

/** Whether `git commit` would know a name and an address, as the person's own git sees it. */
function knowsIdentity(): Promise<boolean> {
  return new Promise((resolve) => {
    execFile('git', ['config', '--get', 'user.email'], (error, out) => {
      resolve(error === null && out.trim() !== '' ? true : (process.env['GIT_AUTHOR_EMAIL'] ?? '') !== '');
    });
  });
}
