// docs/command-line.md is run: what stands below each `$ tidegate …` is printed here, over one story. `vitest -u`
// writes it again; read what it wrote.

import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { partsOf } from '../../../engine/cli/command-names.ts';
import { DECLARATIONS } from '../../../engine/cli/program.ts';
import { ANSWERS, FAILURE } from '../../../engine/contract/answers.ts';
import { fakeCommands } from '../../support/fake-commands.ts';
import { fakeDoctor, WELL_HOST } from '../../support/fake-doctor.ts';
import { tidegate } from '../../support/fake-wiring.ts';
import { instant, officeHours, Story, version } from '../../support/observed-builders.ts';

const PAGE = path.join(import.meta.dirname, '..', '..', '..', 'docs', 'command-line.md');
const SATURDAY = instant('2026-11-21 20:00');
const COMMITTED = instant('2026-11-18 09:00');

let directory = '';
beforeAll(async () => {
  directory = await mkdtemp(path.join(tmpdir(), 'tidegate-docs-'));
  await mkdir(path.join(directory, 'broken', 'environments', 'production'), { recursive: true });
  await writeFile(path.join(directory, 'broken', 'tidegate.yaml'), 'version: 1\npol: 10s\n');
});
afterAll(async () => await rm(directory, { recursive: true }));

test('docs/command-line.md shows what the commands print', async () => {
  const page = await readFile(PAGE, 'utf8');
  const parts = page.split(/(?<=^```console\n)([\s\S]*?)(?=^```$)/m);
  const shown: string[] = [];
  for (const [index, part] of parts.entries()) shown.push(index % 2 === 1 ? await played(part) : part);
  await expect(shown.join('')).toMatchFileSnapshot(PAGE);
});

test('docs/command-line.md has a word on every command', async () => {
  const page = await readFile(PAGE, 'utf8');
  const names = DECLARATIONS.map(({ syntax }) => partsOf(syntax).words.join(' '));
  expect(names.filter((name) => !page.includes(name))).toEqual([]);
});

test('docs/command-line.md names every field that `--json` prints', async () => {
  const page = await readFile(PAGE, 'utf8');
  const shapes = page.slice(page.indexOf('## JSON'));
  const fields = new Set([...Object.values(ANSWERS), FAILURE].flatMap(fieldsOf));
  expect(fields.size).toBeGreaterThan(120);
  expect([...fields].filter((field) => !new RegExp(`\\b${field}\\b`).test(shapes))).toEqual([]);
});

/** Of a shape and of all within it. */
function fieldsOf(shape: unknown): readonly string[] {
  if (typeof shape !== 'object' || shape === null) return [];
  const own = 'properties' in shape ? Object.keys(shape.properties ?? {}) : [];
  return [...own, ...Object.values(shape).flatMap(fieldsOf)];
}

async function played(block: string): Promise<string> {
  const commands = block.split('\n').filter((line) => line.startsWith('$ '));
  const texts: string[] = [];
  const world = stories();
  for (const command of commands) texts.push(`${command}\n${await output(command, world)}`);
  return texts.join('');
}

async function output(command: string, world: readonly Story[]): Promise<string> {
  const [, typed = '', who = 'Dan'] = /^\$ tidegate (.*?)(?: {2,}# (\w+))?$/.exec(command) ?? [];
  const line = typed.replaceAll('"', "'");
  const at = /--at (\S+)/.exec(line)?.[1];
  const now = at === undefined ? SATURDAY : Temporal.Instant.from(at).epochMilliseconds;
  const commands = fakeCommands({
    stories: world,
    now,
    identity: `${who} <${who.toLowerCase()}@example.org>`,
    committed: new Map(['v1.4.0', 'v1.4.1', 'v1.4.2'].map((tag) => [version(tag).commit, COMMITTED])),
    verify: { refs: 3, commits: 214, records: 902, problems: [] },
    diff: [
      'diff --git a/environments/production/services/web.yaml b/environments/production/services/web.yaml',
      '--- a/environments/production/services/web.yaml',
      '+++ b/environments/production/services/web.yaml',
      '@@ -1,2 +1,2 @@',
      '-greeting: Hello',
      '+greeting: Welcome',
      ' colour: crimson',
      '',
    ].join('\n'),
  });
  // As wide as a page, so that lines break as they do on a terminal; without its colours.
  const doctor = fakeDoctor({ ledgerHost: async () => ({ ...WELL_HOST, settings: null }) });
  const around = { commands, doctor, now, directory, isTerminal: true, columns: 100, env: { NO_COLOR: '1' } };
  const { both } = await tidegate(line, around);
  return both.replaceAll(directory, '.');
}

function stories(): readonly Story[] {
  const development = new Story('development').at('2026-11-20 09:12').deployed('4f1').offers('4f1');
  const staging = new Story('staging')
    .at('2026-11-20 09:13')
    .deployed('4f1')
    .offers('4f2')
    .at('2026-11-21 19:59')
    .opens('4f2');
  staging.passes('test').starts('deploy');
  const production = new Story()
    .gatedBy(officeHours())
    .at('2026-11-18 10:00')
    .deployed('v1.4.0')
    .at('2026-11-19 10:00')
    .deployed('v1.4.1');
  const tail =
    'GET https://shop.example.org/health\ntry 1: answered 503, wanted 200\ntry 2: answered 503, wanted 200\n';
  production.at('2026-11-20 11:30').failedAndRolledBack('v1.4.2', 'answered 503, wanted 200', tail).offers('v1.4.3');
  return [development, staging, production];
}
