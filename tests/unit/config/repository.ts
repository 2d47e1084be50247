// A config repository from a table of texts, for tests that read like the files they are about.

import { problemLine } from '../../../engine/base/problem.ts';
import { type Assembled, assemble, type Reading } from '../../../engine/config/assemble.ts';
import { parseFile } from '../../../engine/config/parse.ts';
import type { Tree } from '../../../engine/config/paths-named.ts';

export type Files = Readonly<Record<string, string>>;

/** Without a problem but for the warning that every repository gets. */
export const SOUND: Files = {
  'tidegate.yaml': [
    'version: 1',
    'people: { ana: { email: ana@example.org }, dan: { email: dan@example.org } }',
    'teams: { leads: [ana] }',
  ].join('\n'),
  'environments/production/environment.yaml': environment(),
  'pipelines/deploy.yaml': 'stages:\n  - name: deploy\n    steps: [{ deploy: target }]\n',
  'policies/business-hours.yaml': 'window:\n  allow: [{ days: mon-fri, hours: "09:00-18:00" }]\n',
  'scripts/test.sh': 'true',
};

/** An environment.yaml with some keys replaced; `null` leaves one out. Each key is one line, in this order. */
export function environment(keys: Readonly<Record<string, string | null>> = {}): string {
  const given: Record<string, string | null> = {
    follow: '{ tags: "v*" }',
    pipeline: 'deploy',
    policies: '[business-hours]',
    target: '{ files: { to: live } }',
    ...keys,
  };
  return Object.entries(given)
    .filter(([, value]) => value !== null)
    .map(([key, value]) => `${key}: ${value}\n`)
    .join('');
}

export function tree(files: Files): Tree {
  const paths = Object.keys(files);
  const isFolder = (path: string): boolean => paths.some((file) => file.startsWith(`${path}/`));
  return { has: (path) => paths.includes(path) || isFolder(path), isFolder };
}

/** The sound repository with these files on top. */
export function readAsIs(files: Files, reading?: Reading): Assembled {
  const all = { ...SOUND, ...files };
  const parsed = Object.entries(all).map(([path, text]) => parseFile(path, text));
  return assemble(parsed, tree(all), reading);
}

/** The same without the warning that every repository gets: that people's records are not signed. */
export function read(files: Files, reading?: Reading): Assembled {
  const assembled = readAsIs(files, reading);
  const problems = assembled.problems.filter(({ message }) => !message.endsWith('counts without a signature'));
  return { ...assembled, problems };
}

/** The problems of the sound repository with these files on top, as lines. */
export function problems(files: Files): readonly string[] {
  return read(files).problems.map(problemLine);
}
