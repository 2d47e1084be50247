// What the docs say is true: links lead somewhere, YAML is accepted by `tidegate check`, shell lines run, and the
// lists of names are those of the program.

import { execFileSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openPlayground } from '../../engine/demo/playground.ts';
import { readStarter } from '../../engine/demo/starter-files.ts';

const ROOT = path.resolve(import.meta.dirname, '..', '..');
const PAGES = [
  'README.md',
  'CHANGELOG.md',
  'CONTRIBUTING.md',
  ...readdirSync(path.join(ROOT, 'docs'), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.md'))
    .map((name) => `docs/${name.split(path.sep).join('/')}`),
].sort();
const STARTER = ['tidegate.yaml', 'environments', 'pipelines', 'policies', 'schemas', 'scripts', 'checklists'];
const TIDEGATE = path.join(ROOT, 'bin', 'tidegate');

let base = '';

beforeAll(() => {
  base = realpathSync(mkdtempSync(path.join(os.tmpdir(), 'tidegate-docs-')));
});

afterAll(() => {
  rmSync(base, { recursive: true, force: true });
});

describe('the docs', () => {
  test.each(PAGES)('links in %s lead somewhere', (page) => {
    const dead = linksIn(page).filter(({ file, anchor }) => {
      if (!existsSync(path.join(ROOT, file))) return true;
      return anchor !== null && !anchorsOf(file).includes(anchor);
    });
    expect(dead).toEqual([]);
  });

  const examples = ownPages().flatMap((page) =>
    blocks(page, 'yaml').flatMap(({ text, line }) => {
      const file = /^# (\S+\.yaml)$/m.exec(text.split('\n')[0] ?? '')?.[1];
      return file === undefined ? [] : [{ page, line, file, text }];
    }),
  );

  test('have examples of configuration', () => {
    expect(examples.length).toBeGreaterThan(2);
  });

  test.each(examples)('$page:$line is accepted as $file', ({ file, text, line, page }) => {
    const folder = path.join(base, `${page.replaceAll('/', '-')}-${line}`);
    for (const part of STARTER) cpSync(path.join(ROOT, part), path.join(folder, part), { recursive: true });
    // Settings that stand alone do not know the teams that the starter's examples ask.
    if (file === 'tidegate.yaml') {
      for (const name of readdirSync(path.join(folder, 'policies'))) {
        if (name !== 'business-hours.yaml') rmSync(path.join(folder, 'policies', name), { recursive: true });
      }
    }
    mkdirSync(path.dirname(path.join(folder, file)), { recursive: true });
    writeFileSync(path.join(folder, file), text);
    const checked = run(TIDEGATE, ['check', folder], base);
    expect(checked.code, checked.output).toBe(0);
    const said = checked.output.split('\n').filter((line) => line.startsWith(`${file}:`));
    const isUnused = /warning {2}no (environment|policy) uses this/;
    if (page.startsWith('docs/policies/')) expect(said.filter((line) => !isUnused.test(line))).toEqual([]);
  });

  test('shell lines about the playground and a new repository run as written', async () => {
    const folder = path.join(base, 'project');
    mkdirSync(path.join(folder, 'bin'), { recursive: true });
    writeFileSync(path.join(folder, 'bin', 'tidegate'), `#!/bin/sh\nexec '${TIDEGATE}' "$@"\n`, { mode: 0o755 });
    const state = path.join(folder, '.tidegate');
    const now = Date.UTC(2026, 10, 20, 9);
    await openPlayground({ state, starter: await readStarter(ROOT), tag: 'v1.0.0', now, portOffset: 2_000 });
    // A first look writes the ledgers that the shell lines read; the services that its runs would ask are not there.
    const look = run(TIDEGATE, ['run', '--once', '--repo', path.join(state, 'config.git'), '--state', state], folder);
    expect(look.code, look.output).toBe(0);

    const scripts = ownPages().flatMap((page) => blocks(page, 'sh').map((block) => ({ page, ...block })));
    const runnable = scripts.filter(({ text }) => !/^npm /m.test(text));
    expect(runnable.length).toBeGreaterThan(3);
    for (const { page, line, text } of runnable) {
      const { code, output } = run('sh', ['-e', '-c', text], folder);
      expect(code, `${page}:${line}\n${output}`).toBe(0);
    }
  });

  test('list every variable that a step is told', () => {
    // What is known when a job is decided, and what only its runner knows: where its file of outputs is.
    const told = ['reconcile/job.ts', 'runner/job-environment.ts'].flatMap((file) =>
      names(readFileSync(path.join(ROOT, 'engine', file), 'utf8'), /\b(TIDEGATE_[A-Z_]+): /g),
    );
    const listed = names(readFileSync(path.join(ROOT, 'docs', 'steps.md'), 'utf8'), /^\|.*$/gm).flatMap((row) =>
      names(row, /`(TIDEGATE_[A-Z_]+)`/g),
    );
    expect(told.length).toBeGreaterThan(10);
    expect([...listed].sort()).toEqual([...told].sort());
  });
});

/** Pages that this test speaks for; the others have tests of their own beside what they describe. */
function ownPages(): readonly string[] {
  return PAGES.filter((page) => !['docs/configuration.md', 'docs/command-line.md'].includes(page));
}

function linksIn(page: string): readonly { file: string; anchor: string | null }[] {
  const text = readFileSync(path.join(ROOT, page), 'utf8').replace(/^```[\s\S]*?^```/gm, '');
  return [...text.matchAll(/\]\(([^)\s]+)\)/g)].flatMap(([, target = '']) => {
    if (/^[a-z]+:/.test(target)) return [];
    const [file = '', anchor] = target.split('#');
    const from = file === '' ? page : path.posix.join(path.posix.dirname(page), file);
    return [{ file: from, anchor: anchor ?? null }];
  });
}

/** As forges make them from headings. */
function anchorsOf(page: string): readonly string[] {
  const headings = readFileSync(path.join(ROOT, page), 'utf8').matchAll(/^#+ (.*)$/gm);
  return [...headings].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\s_-]/gu, '')
      .replace(/\s/g, '-'),
  );
}

function blocks(page: string, language: string): readonly { line: number; text: string }[] {
  const text = readFileSync(path.join(ROOT, page), 'utf8');
  return [...text.matchAll(new RegExp(`^\`\`\`${language}\\n([\\s\\S]*?)^\`\`\``, 'gm'))].map((found) => ({
    line: text.slice(0, found.index).split('\n').length,
    text: found[1] ?? '',
  }));
}

function names(text: string, pattern: RegExp): readonly string[] {
  return [...text.matchAll(pattern)].map((found) => found[1] ?? found[0]);
}

function run(program: string, args: readonly string[], cwd: string): { code: number | null; output: string } {
  try {
    return {
      code: 0,
      output: execFileSync(program, args, { cwd, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] }),
    };
  } catch (error) {
    const { status, stdout, stderr } = error as { status: number | null; stdout: string; stderr: string };
    return { code: status, output: `${stdout}${stderr}` };
  }
}
