// `npm run breakages -- --seed N --count 60`: a random sample of single breakages in the engine, each put into a tree
// of its own that has what is committed, with the tests run against it: those of its folder, those that import the
// file, and then the short ones. Prints which were caught and by what; `--list` only what would be drawn, `--only
// engine/policy` draws there, `--related` leaves the short tests out. What the compiler catches is no breakage, and
// another is drawn. Exits 1 if too many pass unseen.

import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { execa } from 'execa';
import { ROOT, readSources } from '../unit/house/source.ts';
import { type Breakage, broken, drawn } from './breaking.ts';
import { failedIn } from './failed-tests.ts';

const { values } = parseArgs({
  options: {
    seed: { type: 'string', default: '1' },
    count: { type: 'string', default: '60' },
    only: { type: 'string', default: 'engine/' },
    list: { type: 'boolean', default: false },
    related: { type: 'boolean', default: false },
  },
});

/** Of ten. */
const CAUGHT_MIN = 9;
/** A breakage may make a loop endless, and that is seen too. */
const PATIENCE_MS = 20 * 60_000;

type Verdict =
  | { readonly type: 'does not compile' }
  | { readonly type: 'caught'; readonly by: string }
  | { readonly type: 'not caught' };

async function judge(tree: string, breakage: Breakage): Promise<Verdict> {
  const file = path.join(tree, breakage.file);
  const text = readFileSync(file, 'utf8');
  try {
    writeFileSync(file, broken({ path: breakage.file, text }, breakage));
    if ((await inTree(tree, ['typescript/bin/tsc', '--noEmit'])) !== 'ended well') return { type: 'does not compile' };
    for (const args of rounds(tree, breakage.file)) {
      const by = await firstRed(tree, args);
      if (by === null) continue;
      writeFileSync(file, text);
      // What is red without the breakage as well says nothing about it.
      const isRedAnyway = by.file !== null && (await firstRed(tree, ['run', by.file])) !== null;
      if (!isRedAnyway) return { type: 'caught', by: by.said };
      writeFileSync(file, broken({ path: breakage.file, text }, breakage));
    }
    return { type: 'not caught' };
  } finally {
    writeFileSync(file, text);
  }
}

function rounds(tree: string, file: string): readonly (readonly string[])[] {
  const beside = path.join('tests/unit', path.relative('engine', path.dirname(file)));
  const near = beside !== 'tests/unit' && existsSync(path.join(tree, beside)) ? [['run', beside]] : [];
  return [...near, ['related', file, '--run'], ...(values.related ? [] : [['run']])];
}

async function firstRed(
  tree: string,
  args: readonly string[],
): Promise<{ readonly file: string | null; readonly said: string } | null> {
  const report = path.join(path.dirname(tree), 'report.json');
  rmSync(report, { force: true });
  const more = ['--project=short', '--bail=1', '--passWithNoTests', '--reporter=json', `--outputFile=${report}`];
  const ended = await inTree(tree, ['vitest/vitest.mjs', ...args, ...more]);
  if (ended === 'ended well') return null;
  if (ended === 'never ended') return { file: null, said: `${args.join(' ')} never ended` };
  const failed = existsSync(report) ? failedIn(readFileSync(report, 'utf8')) : null;
  if (failed === null) return { file: null, said: `${args.join(' ')} ended badly, and no test says why` };
  return { file: path.relative(tree, failed.file), said: `${path.relative(tree, failed.file)}: ${failed.test}` };
}

/** In a process group of its own, so that an endless loop in a worker ends with it. */
function inTree(
  cwd: string,
  [program = '', ...args]: readonly string[],
): Promise<'ended well' | 'ended badly' | 'never ended'> {
  const script = path.join(ROOT, 'node_modules', program);
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [script, ...args], { cwd, stdio: 'ignore', detached: true });
    let isLate = false;
    const end = (): void => {
      if (child.pid !== undefined && child.exitCode === null && child.signalCode === null)
        process.kill(-child.pid, 'SIGKILL');
    };
    const late = setTimeout(() => {
      isLate = true;
      end();
    }, PATIENCE_MS);
    process.once('exit', end);
    child.once('error', reject);
    child.once('close', (code) => {
      clearTimeout(late);
      process.off('exit', end);
      resolve(isLate ? 'never ended' : code === 0 ? 'ended well' : 'ended badly');
    });
  });
}

function row(what: string, { file, line, kind, was, text }: Breakage, by = ''): string {
  const flat = (source: string) => source.replace(/\s+/g, ' ').trim();
  const short = (source: string) => (source.length > 60 ? `${source.slice(0, 59)}…` : source);
  const change = was === '' ? `\`${flat(text)}\`` : `\`${short(flat(was))}\` → \`${short(flat(text))}\``;
  return `${what.padEnd(11)} ${file}:${line}  ${kind}: ${change}${by === '' ? '' : `\n${' '.repeat(12)}${by}`}`;
}

const count = Number(values.count);
const folder = mkdtempSync(path.join(os.tmpdir(), 'tidegate-breakages-'));
const tree = path.join(folder, 'tree');
const git = execa({ cwd: ROOT, stdin: 'ignore' });
const clean = async (): Promise<void> => {
  await git({ reject: false })`git worktree remove --force ${tree}`;
  rmSync(folder, { recursive: true, force: true });
};
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => void clean().finally(() => process.exit(130)));
}

try {
  await git`git worktree add --quiet --detach ${tree} HEAD`;
  symlinkSync(path.join(ROOT, 'node_modules'), path.join(tree, 'node_modules'));
  const files = readSources(['engine'], ['.ts'], tree).filter((file) => file.path.startsWith(values.only));
  const judged = { caught: 0, unseen: 0 };
  let passedOver = 0;
  let listed = 0;
  for (const breakage of drawn(files, values.seed)) {
    if ((values.list ? listed : judged.caught + judged.unseen) >= count) break;
    if (values.list) {
      listed += 1;
      console.log(row('', breakage).trimStart());
      continue;
    }
    const verdict = await judge(tree, breakage);
    if (verdict.type === 'does not compile') passedOver += 1;
    else if (verdict.type === 'caught') judged.caught += 1;
    else judged.unseen += 1;
    if (verdict.type === 'caught') console.log(row('caught', breakage, verdict.by));
    if (verdict.type === 'not caught') console.log(row('NOT CAUGHT', breakage));
  }
  if (!values.list) {
    const all = judged.caught + judged.unseen;
    console.log(`${judged.caught} of ${all} caught; ${passedOver} more do not compile (again: --seed ${values.seed})`);
    process.exitCode = judged.caught * 10 >= all * CAUGHT_MIN ? 0 : 1;
  }
} finally {
  await clean();
}
