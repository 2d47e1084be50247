// docs/policies/*.md are run: what stands below each `$ tidegate …` is printed here, by the rule that stands on the
// page itself, over the story that the page tells. `vitest -u` writes them again; read what it wrote.

import { readdirSync, readFileSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { hasErrors, problemLine } from '../../../engine/base/problem.ts';
import { openHolidays } from '../../../engine/host/holidays.ts';
import { CONDITION_FACTS } from '../../../engine/model/condition-language.ts';
import { RULE_KINDS } from '../../../engine/policy/rules/table.ts';
import { fakeCommands } from '../../support/fake-commands.ts';
import { tidegate } from '../../support/fake-wiring.ts';
import { instant, type Story } from '../../support/observed-builders.ts';
import { PAGES_TOLD, pageFiles, personCalled, readPage, type ToldPage } from '../../support/policy-pages.ts';

const DOCS = path.join(import.meta.dirname, '..', '..', '..', 'docs', 'policies');
const NAMES = readdirSync(DOCS).filter((name) => name.endsWith('.md') && name !== 'README.md');

test('each kind of rule has a page, and the index leads to every page', () => {
  const pages = NAMES.map((name) => name.replace('.md', ''));
  expect(pages).toEqual(expect.arrayContaining(RULE_KINDS.map(({ type }) => type)));
  const index = readFileSync(path.join(DOCS, 'README.md'), 'utf8');
  expect(NAMES.filter((name) => !index.includes(`](${name})`))).toEqual([]);
});

test('every fact that a condition may look at is on its page', () => {
  const page = readFileSync(path.join(DOCS, 'when.md'), 'utf8');
  expect(Object.keys(CONDITION_FACTS).filter((fact) => !page.includes(`\`${fact}\``))).toEqual([]);
});

describe.each(NAMES)('docs/policies/%s', (name) => {
  const text = readFileSync(path.join(DOCS, name), 'utf8');

  test('begins with an example, shows what `why` says of it, and then lists the keys', () => {
    const example = text.search(/^```yaml\n# policies\//m);
    const why = text.search(/^\$ tidegate (why|test) ?/m);
    const keys = text.search(/^\| key /m);
    expect([example, why, keys].every((at) => at > 0)).toBe(true);
    expect([example, why, keys]).toEqual([example, why, keys].toSorted((a, b) => a - b));
  });

  test('shows what the commands print', async () => {
    const parts = text.split(/(?<=^```console\n)([\s\S]*?)(?=^```$)/m);
    const told = PAGES_TOLD[name.replace('.md', '')];
    const shown: string[] = [];
    for (const [index, part] of parts.entries()) {
      if (index % 2 === 0) shown.push(part);
      else if (part.startsWith('$ tidegate test')) shown.push(await tested(part, text));
      else shown.push(told !== undefined && PLAYED.test(part) ? await played(part, text, told) : part);
    }
    await expect(shown.join('')).toMatchFileSnapshot(path.join(DOCS, name));
  });
});

/** The other blocks of commands only say what to type. */
const PLAYED = /^\$ tidegate (why|when|approve|reject|override|postmortem list|checks set|calendar) /;

/** The tests of the page, over the starter without its own. */
async function tested(block: string, page: string): Promise<string> {
  const directory = await mkdtemp(path.join(tmpdir(), 'tidegate-page-'));
  try {
    for (const [file, text] of Object.entries(pageFiles(page))) {
      await mkdir(path.dirname(path.join(directory, file)), { recursive: true });
      await writeFile(path.join(directory, file), text);
    }
    const [command = ''] = block.split('\n');
    const { both } = await tidegate('test', { directory, isTerminal: true, columns: 100, env: { NO_COLOR: '1' } });
    return `${command}\n${both}`;
  } finally {
    await rm(directory, { recursive: true });
  }
}

/** One block: its commands one after the other, over one telling of the story. A name behind `#` says who types. */
async function played(block: string, page: string, told: ToldPage): Promise<string> {
  const commands = block.split('\n').filter((line) => line.startsWith('$ '));
  const { config, problems } = readPage(page);
  expect(hasErrors(problems), problems.map(problemLine).join('\n')).toBe(false);
  if (config === null) throw new Error('the starter cannot be read');
  const places = Object.values(config.policies).flatMap(({ rules }) =>
    rules.flatMap((rule) => (rule.type === 'window' ? rule.holidays.map(({ place }) => place) : [])),
  );
  const holidays = await openHolidays().holidays(places, [2025, 2026, 2027, 2028]);
  const moments = commands.map((command) => /--at (\S+)/.exec(command)?.[1]);
  const texts: string[] = [];
  let stories: readonly Story[] = [];
  for (const [index, command] of commands.entries()) {
    const at = moments[index];
    const now = at === undefined ? instant(told.at) : Temporal.Instant.from(at).epochMilliseconds;
    // What one command changes the next one sees; another moment is another telling.
    if (index === 0 || at !== undefined) stories = [told.story(config, now)].flat();
    const [, typed = '', who] = /^\$ tidegate (.*?)(?: {2,}# (\w+))?$/.exec(command) ?? [];
    const answering = fakeCommands({ stories, now, identity: personCalled(who) });
    const snapshot: typeof answering.snapshot = async (options) => {
      const taken = await answering.snapshot(options);
      return { ...taken, observed: { ...taken.observed, holidays } };
    };
    const around = { now, isTerminal: true, columns: 100, env: { NO_COLOR: '1' } };
    const { both } = await tidegate(typed.replaceAll('"', "'"), { ...around, commands: { ...answering, snapshot } });
    texts.push(`${command}\n${both}`);
  }
  return texts.join('');
}
