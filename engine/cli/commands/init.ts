// `tidegate init [dir]`: copies the starter, the same one that the quick start runs and the tests use, and explains
// it. Never overwrites: where one file of it exists already, nothing is written at all.

import { constants } from 'node:fs';
import { chmod, copyFile, lstat, mkdir, readdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { InitJson } from '../../contract/folder.ts';
import type { Context } from '../context.ts';
import type { Given } from '../declaration.ts';
import { refused } from '../failure.ts';
import { BLANK, dim, hanging, type Line, line, strong, styled } from '../text/line.ts';
import { quoted } from '../text/quoted.ts';
import { table } from '../text/table.ts';

/** The root of the package, seen from engine/cli/commands in a checkout and from dist/cli/commands when installed. */
const PACKAGE_ROOT = fileURLToPath(new URL('../../../', import.meta.url));

/** Below it lies what the forge reads: a workflow that checks and plans, and a pull request template. */
const FORGE = 'starter';

const STARTER = ['tidegate.yaml', 'environments', 'pipelines', 'policies', 'schemas', 'scripts', 'checklists'];

export async function init(context: Context, given: Given): Promise<number> {
  const typed = given.args[0] ?? '.';
  const target = path.resolve(context.wiring.directory, typed);
  const files = (await Promise.all(STARTER.map((name) => starterFiles(name)))).flat();
  const existing: string[] = [];
  for (const file of files) if (await isThere(path.join(target, file))) existing.push(file);
  if (existing.length > 0) {
    const shown = existing.slice(0, 8).join(', ');
    const more = existing.length > 8 ? ` and ${existing.length - 8} more` : '';
    throw refused(
      `nothing was written, because these exist already: ${shown}${more}`,
      'choose another folder: tidegate init <dir>',
    );
  }
  for (const file of files) await copy(path.join(PACKAGE_ROOT, file), path.join(target, file));
  const forge: string[] = [];
  // What a repository has of its own for its forge is left as it is.
  for (const file of await starterFiles(FORGE)) {
    const name = file.slice(FORGE.length + 1);
    if (await isThere(path.join(target, name))) continue;
    await copy(path.join(PACKAGE_ROOT, file), path.join(target, name));
    forge.push(name);
  }
  const ignore = path.join(target, '.gitignore');
  if (!(await isThere(ignore)))
    await writeFile(ignore, '# Caches and logs of commands that run here.\n.tidegate/\n', { flag: 'wx' });
  const json: InitJson = { directory: target, files: [...files, ...forge] };
  const repository = await context.wiring.beginRepository(target, [...json.files, '.gitignore']);
  context.print(explain(json.files, typed, COMMITS[repository]), json);
  return 0;
}

/** Paths below the package's root, folders walked, nothing but plain files. */
async function starterFiles(name: string): Promise<readonly string[]> {
  const entry = await lstat(path.join(PACKAGE_ROOT, name)).catch(onlyMissing);
  if (entry === null) return [];
  if (entry.isFile()) return [name];
  if (!entry.isDirectory()) return [];
  const names = (await readdir(path.join(PACKAGE_ROOT, name))).sort();
  return (await Promise.all(names.map((child) => starterFiles(`${name}/${child}`)))).flat();
}

async function isThere(file: string): Promise<boolean> {
  return (await lstat(file).catch(onlyMissing)) !== null;
}

/** Scripts stay executable; anyone who creates a file between our look and our copy keeps theirs. */
async function copy(from: string, to: string): Promise<void> {
  await mkdir(path.dirname(to), { recursive: true });
  await copyFile(from, to, constants.COPYFILE_EXCL);
  const isExecutable = ((await lstat(from)).mode & 0o111) !== 0;
  await chmod(to, isExecutable ? 0o755 : 0o644);
}

const SAYS: Readonly<Record<string, string>> = {
  'tidegate.yaml': 'repository-wide: time zone, people and teams, how often to look',
  environments: 'a folder each: what it follows, its pipeline, gates, target, services',
  pipelines: 'stages and steps, by name',
  policies: 'rules that must allow a run, by name',
  schemas: "what a service's configuration must look like",
  scripts: 'what the steps call',
  checklists: 'what people tick off at a release or a hotfix',
  '.github': 'on GitHub: check, test and plan of each pull request, and its template',
};

/** How the first version is made, from where `init` leaves the folder. */
const COMMITS = {
  begun: 'git commit -m Begin',
  there: 'git add -A && git commit -m Begin',
  none: 'git init -b main && git add -A && git commit -m Begin',
} as const;

function explain(files: readonly string[], typed: string, commits: string): readonly Line[] {
  const rows = [...STARTER, '.github']
    .filter((name) => files.some((file) => file === name || file.startsWith(`${name}/`)))
    .map((name) => [strong(name === 'tidegate.yaml' ? name : `${name}/`), SAYS[name] ?? '']);
  const enter = typed === '.' ? '' : `cd ${quoted(typed)} && `;
  return [
    line(styled('good', `wrote ${files.length} files`), typed === '.' ? '' : ` to ${typed}`),
    BLANK,
    ...table(rows, 2),
    BLANK,
    line('Next:'),
    ...table(
      [
        [`${enter}tidegate check`, dim('# is everything in order?')],
        [commits, dim('# versions are commits')],
        ['tidegate plan', dim('# what would a controller do?')],
      ],
      2,
    ),
    BLANK,
    hanging(
      0,
      'Then say in environments/*/environment.yaml where your services are (`target:`, `url:`), and begin: tidegate run',
    ),
    hanging(0, dim('`tidegate start` shows this very configuration at work, with three small services.')),
  ];
}

/** What cannot be looked at may be there. */
function onlyMissing(cause: unknown): null {
  if (cause instanceof Error && 'code' in cause && (cause.code === 'ENOENT' || cause.code === 'ENOTDIR')) return null;
  throw cause;
}
