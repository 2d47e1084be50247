// The house, held: import floors, purity of the core, shape of files. Each checker is first shown sources that
// offend, so that a silent checker cannot pass for a clean house.

import { describe, expect, test } from 'vitest';
import { circleOffences, floorOf, floorOffences, importsOf, isCore } from './import-floors.ts';
import { purityOffences } from './purity.ts';
import { LINES_MAX, shapeOffences } from './shape.ts';
import { listing, readSources } from './source.ts';

const ENGINE = readSources(['engine'], ['.ts']);
const TESTS = readSources(['tests'], ['.ts']);

describe('the engine', () => {
  test('is there to be checked', () => {
    expect(ENGINE.length).toBeGreaterThan(10);
    expect(ENGINE.filter(({ path }) => isCore(floorOf(path))).length).toBeGreaterThan(10);
  });

  test('imports only downwards', () => {
    expect(listing(floorOffences(ENGINE))).toBe('');
  });

  test('has no circular imports', () => {
    expect(listing(circleOffences(ENGINE))).toBe('');
  });

  test('has a pure core', () => {
    expect(listing(ENGINE.filter(({ path }) => isCore(floorOf(path))).flatMap(purityOffences))).toBe('');
  });

  test('and its tests have files of a good shape', () => {
    expect(listing([...ENGINE, ...TESTS].flatMap(shapeOffences))).toBe('');
  });
});

describe('the floor checker', () => {
  const file = (path: string, text: string) => ({ path: `engine/${path}`, text });

  test.each([
    ['node:fs in the core', 'reconcile/decide.ts', "import { readFileSync } from 'node:fs';"],
    ['a built-in without its prefix', 'base/read.ts', "import fs from 'fs';"],
    ['a package that is not pure', 'config/read.ts', "import { execa } from 'execa';"],
    ['a scoped package', 'explain/page.ts', "import { a } from '@scope/yaml';"],
    ['an adapter from the core', 'reconcile/decide.ts', "import { push } from '../git/push.ts';"],
    ['an adapter from the shell', 'controller/loop/loop.ts', "import { push } from '../../git/push.ts';"],
    ['its JSON from an answer', 'explain/why.ts', "import { whyJson } from '../contract/why.ts';"],
    ['its JSON from what people ask for', 'acts/approve.ts', "import type { A } from '../contract/acted.ts';"],
    ['what decides from the shapes', 'contract/plan.ts', "import { sayRecord } from '../ledger/say.ts';"],
    ['a text from the shapes', 'contract/why.ts', "import { line } from '../cli/text/line.ts';"],
    ['a text from an answer', 'explain/why.ts', "import { line } from '../cli/text/line.ts';"],
    ['what people ask for from an answer', 'explain/why.ts', "import { approve } from '../acts/approve.ts';"],
    ['what is seen from what is written', 'controller/ledger/tip.ts', "import { look } from '../observe/survey.ts';"],
    ['what is done from what is seen', 'controller/observe/survey.ts', "import { push } from '../effects/jobs.ts';"],
    [
      'what people ask for from what is done',
      'controller/effects/jobs.ts',
      "import { a } from '../commands/commands.ts';",
    ],
    ['what is done from what people ask for', 'controller/commands/open.ts', "import { a } from '../effects/jobs.ts';"],
    ['the commands from the loop', 'controller/loop/loop.ts', "import { a } from '../commands/commands.ts';"],
    ['the loop from what it drives', 'controller/effects/jobs.ts', "import { loop } from '../loop/loop.ts';"],
    ['a file of the shell outside its rooms', 'controller/extra.ts', "import { a } from '../base/assert.ts';"],
    ['one adapter from another', 'targets/files/perform.ts', "import { start } from '../../runner/start.ts';"],
    ['a kind from what does its work', 'steps/http/kind.ts', "import { perform } from './perform.ts';"],
    ['the schema of a file from a kind', 'steps/http/kind.ts', "import { s } from '../../config/schema/pipeline.ts';"],
    ['what a step does from the core', 'reconcile/job.ts', "import { perform } from '../steps/http/perform.ts';"],
    ['a kind from a rule', 'policy/soak.ts', "import { STEP_KINDS } from '../steps/table.ts';"],
    ['the loader of what kinds do', 'runner/runner.ts', "import { performerOf } from '../performers.ts';"],
    ['a sibling in the core', 'policy/check.ts', "import { fold } from '../ledger/fold.ts';"],
    [
      'what config builds from a kind of rule',
      'policy/rules/soak.ts',
      "import { parse } from '../../config/parse.ts';",
    ],
    ['upwards', 'base/assert.ts', "import type { Config } from '../model/config.ts';"],
    ['only a type', 'model/plan.ts', "import type { Fault } from '../ports/fault.ts';"],
    ['one type among values', 'model/plan.ts', "import { type Fault, a } from '../ports/fault.ts';"],
    ['for its effect only', 'model/plan.ts', "import '../ports/fault.ts';"],
    ['passed on', 'model/plan.ts', "export { Fault } from '../ports/fault.ts';"],
    ['passed on whole', 'model/plan.ts', "export * from '../ports/fault.ts';"],
    ['passed on as a type', 'model/plan.ts', "export type { Fault } from '../ports/fault.ts';"],
    ['a type in place', 'model/plan.ts', "export type F = import('../ports/fault.ts').Fault;"],
    ['at run time', 'git/push.ts', "export const f = () => import('../runner/start.ts');"],
    ['a computed target', 'git/push.ts', 'export const f = (name: string) => import(name);'],
    ['require', 'git/push.ts', "const f = require('../runner/start.ts');"],
    ['main from anywhere', 'cli/run.ts', "import { main } from '../main.ts';"],
    ['the supervisor from its own folder', 'runner/start.ts', "import { main } from './supervisor.ts';"],
    ['the controller past its commands', 'cli/run.ts', "import { loop } from '../controller/loop/loop.ts';"],
    ['config from the API', 'api/server.ts', "import { read } from '../config/read.ts';"],
    ['a folder without a row', 'extra/a.ts', "import { assert } from '../base/assert.ts';"],
    ['a place outside engine', 'cli/version.ts', "import manifest from '../../package.json' with { type: 'json' };"],
  ])('complains about %s', (_title, path, text) => {
    const found = floorOffences([file(path, `// …\n/* import a from 'b' */ const s = "import 'c'";\n${text}\n`)]);
    expect(found).toMatchObject([{ file: `engine/${path}`, line: 3, text }]);
  });

  test.each([
    [
      'the core its libraries',
      'config/read.ts',
      "import { parse } from 'yaml'; import { Ajv } from 'ajv/dist/2020.js';",
    ],
    [
      'reconcile what it decides with',
      'reconcile/decide.ts',
      "import { e } from '../policy/evaluate.ts'; import { f } from '../ledger/fold.ts';",
    ],
    ['reconcile the kinds of step', 'reconcile/job.ts', "import { planStep } from '../steps/table.ts';"],
    [
      'what a kind does its kind and the world',
      'steps/http/perform.ts',
      "import fs from 'node:fs'; import type { Request } from './kind.ts'; import { pollUntil } from '../poll-until.ts';",
    ],
    [
      'an adapter its port and the world',
      'git/push.ts',
      "import fs from 'node:fs'; import { execa } from 'execa'; import { Fault } from '../ports/fault.ts';",
    ],
    ['the shapes an answer', 'contract/why.ts', "import type { Why } from '../explain/why.ts';"],
    [
      'a face the commands',
      'cli/run.ts',
      "import { a } from '../controller/commands/commands.ts'; import { b } from '../acts/deploy.ts';",
    ],
    [
      'main everything',
      'main.ts',
      "import { a } from './git/push.ts'; import { b } from './controller/loop/loop.ts'; import { c } from './cli/run.ts';",
    ],
    [
      'the supervisor its own floor',
      'runner/supervisor.ts',
      "import { a } from './tree.ts'; import { b } from '../base/assert.ts';",
    ],
  ])('allows %s', (_title, path, text) => {
    expect(floorOffences([file(path, text)])).toEqual([]);
  });

  test('a place counts lines and quotes the line, also after characters of several bytes', () => {
    const bad = file('base/a.ts', "// … ‘ 𝄞 ’\nconst x = `… import`;\n\n  import fs from 'node:fs';\n");
    expect(listing(floorOffences([bad]))).toBe(
      "engine/base/a.ts:4: base is pure: it may not import node:fs\n    import fs from 'node:fs';",
    );
  });

  test('tells type-only imports apart', () => {
    const found = importsOf(file('a/a.ts', "import type { A } from './b.ts';\nimport { c } from './d.ts';"));
    expect(found.map(({ typeOnly }) => typeOnly).sort()).toEqual([false, true]);
  });

  test('finds a circle once, and the way round', () => {
    const circle = [
      file('git/a.ts', "import { b } from './b.ts';"),
      file('git/b.ts', "\nimport type { c } from './c.ts';"),
      file('git/c.ts', "export { a } from './a.ts';"),
      file('git/d.ts', "import { a } from './a.ts';"),
    ];
    expect(circleOffences(circle)).toMatchObject([
      {
        file: 'engine/git/a.ts',
        line: 1,
        why: 'circular import: engine/git/a.ts -> engine/git/b.ts -> engine/git/c.ts -> engine/git/a.ts',
      },
    ]);
    expect(circleOffences(circle.slice(1))).toEqual([]);
    expect(circleOffences([file('git/a.ts', "import { a } from './a.ts';")])).toHaveLength(1);
  });
});

describe('the purity checker', () => {
  test.each([
    'const t = Date.now();',
    'const t = new Date();',
    "const t = Date.parse('2026-01-01');",
    'const D = Date;',
    'const t = globalThis.Date.now();',
    "const t = globalThis['Da' + 'te'];",
    'const { Date: D } = globalThis;',
    'const t = performance.now();',
    'const t = Temporal.Now.instant();',
    'const { Now } = Temporal;',
    "const t = Temporal['Now'];",
    'const T = Temporal;',
    'const t = [Temporal].map((T) => T);',
    'const r = Math.random();',
    'const { random } = Math;',
    "const r = Math['random']();",
    'const M = Math;',
    'const r = crypto.randomUUID();',
    'const e = process.env;',
    'const e = [process];',
    'const o = { process };',
    'const p = fetch(url);',
    'console.log(1);',
    'setTimeout(f, 1);',
    'const later = setImmediate;',
    'queueMicrotask(f);',
    'async function f() {}',
    'const f = async () => 1;',
    'const o = { async f() {} };',
    'class A { async f() {} }',
    'const x = await y;',
    'for await (const x of y) {}',
    'const p = new Promise(f);',
    'const p = Promise.all([]);',
    'function f(): Promise<void> {}',
    "const p = import('./a.ts');",
    'const u = import.meta.url;',
    'let state = 0;',
    'export let state = 0;',
    'var state = 0;',
    'const cache = new Map<string, number>();',
    'export const seen = new WeakSet();',
    'const now = new Intl.DateTimeFormat().format();',
    'const sorted = a.localeCompare(b);',
    "const f = new Function('return 1');",
    "const x = eval('1');",
    'type Clock = typeof Date;',
  ])('complains about %s', (line) => {
    const found = purityOffences({
      path: 'engine/base/a.ts',
      text: `// Date.now()\nconst s = 'Date.now()';\n${line}\n`,
    });
    expect(found.length).toBeGreaterThan(0);
    expect(found).toContainEqual(expect.objectContaining({ line: 3, text: line }));
    expect(found.filter((each) => each.line !== 3)).toEqual([]);
  });

  test.each([
    'const t = Temporal.Instant.fromEpochMilliseconds(now);',
    'type D = Temporal.PlainDate;',
    'const m = Math.max(1, 2);',
    "const job = { process: 1, Date: 2 }; const a = job.process; const w = { type: 'process' } as const;",
    'type Job = { readonly process: string; fetch(): void };',
    'class A { process = 1; fetch() { return this.process; } }',
    'function f() { let x = 0; x++; const seen = new Set(); return [x, seen]; }',
    "const KNOWN = new Set(['a', 'b']);",
    'const text = `a Date`;',
    'const pattern = /Date|process/;',
  ])('allows %s', (line) => {
    expect(purityOffences({ path: 'engine/base/a.ts', text: `${line}\n` })).toEqual([]);
  });
});

describe('the shape checker', () => {
  const why = (path: string, text: string) =>
    shapeOffences({ path, text })
      .map((found) => found.why)
      .join();

  test('complains about barrels, default exports, vague names and length', () => {
    expect(why('engine/git/index.ts', 'export const a = 1;')).toContain('barrel');
    expect(why('engine/git/all.ts', "export * from './a.ts';\nexport { b } from './b.ts';")).toContain('barrel');
    expect(why('engine/git/a.ts', 'export default function a() {}')).toContain('default export');
    expect(why('engine/git/a.ts', 'const a = 1;\nexport { a as default };')).toContain('default export');
    expect(why('engine/git/a.ts', "export { default } from './b.ts';\nexport const c = 1;")).toContain(
      'default export',
    );
    expect(why('engine/git/push-utils.ts', 'export const a = 1;')).toContain('utils');
    expect(why('engine/common/push.ts', 'export const a = 1;')).toContain('common');
    expect(why('engine/git/pushAll.ts', 'export const a = 1;')).toContain('kebab-case');
    expect(why('engine/git/a.ts', '//\n'.repeat(LINES_MAX + 1))).toContain(`${LINES_MAX + 1} lines`);
  });

  test('lets a plain file be', () => {
    expect(why('engine/config/file-index.ts', 'export const a = 1;\n')).toBe('');
    expect(why('tests/unit/git/push-result.test.ts', "import { a } from './a.ts';\nexport const b = a;\n")).toBe('');
    expect(why('engine/git/a.ts', '//\n'.repeat(LINES_MAX))).toBe('');
  });
});
