// `tidegate verify` reads the whole ledger again. Each kind of tampering is made by hand, with plain commits on the
// remote, and each must be told.

import { beforeEach, describe, expect, test } from 'vitest';
import { encodeGates } from '../../../../engine/ledger/gates-file.ts';
import { gatedTerms, inForce } from '../../../support/gates-builders.ts';
import {
  ENVIRONMENT,
  ended,
  event,
  type LedgerWorld,
  ledgerWorld,
  opened,
  REF,
  skipped,
} from '../../../support/ledger-world.ts';
import { openMemoryGit } from '../../../support/memory-git.ts';

const BRANCH = { branch: 'tidegate/production', message: 'by hand' };
const FIRST = 'archive/2026/11/20/production-1.jsonl';
const OPEN = 'active/production-2.jsonl';

let world: LedgerWorld;
/** The file that holds what belongs to no run. */
let eventsFile: string;

beforeEach(async () => {
  world = ledgerWorld();
  const one = await world.writer('one');
  await one.push([opened(1, 1, 'one')]);
  one.ledger.append(ENVIRONMENT, [skipped(1, 'a', 2), event('a')]);
  await one.push();
  one.ledger.append(ENVIRONMENT, [ended(1, 3)]);
  await one.push([opened(2, 2, 'one')]);
  one.ledger.append(ENVIRONMENT, [skipped(2, 'a', 2), event('b')]);
  await one.push();
  await one.push();
  const files = await one.git.listFiles(world.remote.refs.get(REF) ?? '', ['events']);
  eventsFile = files[0]?.path ?? '';
});

test('a ledger that nobody touched is in order', async () => {
  expect(await world.problems()).toEqual([]);
});

describe('verify tells that', () => {
  test('a record was changed', async () => {
    await tamper({ [FIRST]: (text) => text.replace('asked for', 'nothing at all') });
    expect(await world.problems()).toEqual([`${FIRST} was rewritten: records may only be added`]);
  });

  test('a record was taken out', async () => {
    await tamper({ [eventsFile]: (text) => text.split('\n').slice(1).join('\n') });
    expect(await world.problems()).toEqual([`${eventsFile} was rewritten: records may only be added`]);
  });

  test('records changed places', async () => {
    await tamper({ [eventsFile]: (text) => `${text.trimEnd().split('\n').reverse().join('\n')}\n` });
    expect(await world.problems()).toEqual([`${eventsFile} was rewritten: records may only be added`]);
  });

  test.each(['archived', 'open', 'events'])('the file of %s records was removed', async (kind) => {
    const path = kind === 'archived' ? FIRST : kind === 'open' ? OPEN : eventsFile;
    await tamper({ [path]: () => null });
    expect(await world.problems()).toEqual([`${path} was removed`]);
  });

  test('an archived run was moved to another day', async () => {
    const moved = FIRST.replace('/20/', '/21/');
    const text = await read(FIRST);
    await tamper({ [FIRST]: () => null, [moved]: () => text });
    // What stands at another place is there a second time.
    expect(await world.problems()).toEqual([
      `${FIRST} was removed`,
      'record 1 stands where 8 is due',
      'run-opened "production-1.1" cannot be: the next run of production is production-3',
      'record 2 stands where 8 is due',
      'stage-skipped "production-1.2" cannot be: production-1 is not open',
      'record 4 stands where 8 is due',
      'run-ended "production-1.3" cannot be: production-1 is not open',
    ]);
  });

  test('a run was archived with its records cut', async () => {
    const text = await read(OPEN);
    await tamper({ [OPEN]: () => null, [FIRST.replace('-1.', '-2.')]: () => text.split('\n')[0] ?? '' });
    expect(await world.problems()).toContain(`${FIRST.replace('-1.', '-2.')} was rewritten: records may only be added`);
  });

  test('the index says something else than the records', async () => {
    await tamper({ 'index.json': (text) => text.replace('"quarantine": []', '"quarantine": [1]') });
    expect(await world.problems()).toEqual(['index.json is not what the records fold to']);
  });

  test.each([
    [
      'a renewal that no controller came to',
      '"renewal":5',
      '"renewal":281474976710656',
      'has renewal 281474976710656, which does not follow 5',
    ],
    ['a renewal that was taken back', '"renewal":5', '"renewal":2', 'has renewal 2, which does not follow 5'],
    ['another epoch', '"epoch":2', '"epoch":1', 'has epoch 1, and the records say 2'],
    ['another holder', '"holder":"one"', '"holder":"eve"', 'is held by "eve", and the records say by "one"'],
    ['no holder', '"holder":"one"', '"holder":null', 'is held by nobody, and the records say by "one"'],
    ['nonsense', '"epoch":2', '"epoch":-1', 'is not a lease'],
  ])('the lease has %s', async (_, from, to, why) => {
    await tamper({ 'lease.json': (text) => text.replace(from, to) });
    expect(await world.problems()).toEqual([`lease.json ${why}`]);
  });

  test('the lease was taken away', async () => {
    await tamper({ 'lease.json': () => null });
    expect(await world.problems()).toEqual(['lease.json is not a lease']);
  });

  test('the lease of a run that has ended is still held', async () => {
    const two = await world.writer('two');
    two.ledger.append(ENVIRONMENT, [ended(2, 3)]);
    await two.push();
    expect(await world.problems()).toEqual([]);
    await tamper({ 'lease.json': (text) => text.replace('"holder":null,"name":null', '"holder":"one","name":"one"') });
    expect(await world.problems()).toEqual(['lease.json is held by "one", and the records say by nobody']);
  });

  test.each([
    [
      'were never accepted',
      encodeGates(ENVIRONMENT, inForce(gatedTerms())),
      'there is a gates.json, and no gates were ever accepted',
    ],
    ['cannot be read', '{', 'gates.json is not JSON'],
  ])('gates %s', async (_, text, sentence) => {
    await tamper({ 'gates.json': () => text });
    expect(await world.problems()).toEqual([sentence]);
  });

  test('gates in force were changed by hand, or taken away', async () => {
    const two = await world.writer('two');
    const terms = gatedTerms();
    const { digest } = inForce(terms);
    const common = {
      id: 'gates',
      at: 0,
      by: 'controller two',
      from: 'a'.repeat(40),
      words: [],
      because: 'new',
    } as const;
    const accepted = { ...common, type: 'gates-accepted', serial: 1, digest, on: 'first-sight', gates: terms } as const;
    two.ledger.append(ENVIRONMENT, [accepted]);
    await two.push();
    expect(await world.problems()).toEqual([]);
    await tamper({ 'gates.json': (text) => text.replace('"finish"', '"pause"') });
    expect(await world.problems()).toEqual(['gates.json is not what the records fold to']);
    await tamper({ 'gates.json': () => null });
    expect(await world.problems()).toContain('gates.json is missing, and gates 1 were accepted');
  });

  test('a record was added without the index', async () => {
    await tamper({ [eventsFile]: (text) => text + line(8, 'c') });
    expect(await world.problems()).toEqual(['index.json is not what the records fold to']);
  });

  test('a record has another’s place', async () => {
    await tamper({ [eventsFile]: (text) => text + line(5, 'c') });
    expect(await world.problems()).toContain('record 5 stands where 8 is due');
  });

  test('an event is there twice', async () => {
    await tamper({ [eventsFile]: (text) => text + line(8, 'b') });
    expect(await world.problems()).toContain('suspended "suspended:b" cannot be: it is recorded twice');
  });

  test('a record cannot have happened', async () => {
    await tamper({ [OPEN]: (text) => `${text}${text.split('\n')[1]?.replace(/"seq":\d+/, '"seq":8')}\n` });
    expect(await world.problems()).toContain(
      'stage-skipped "production-2.2" cannot be: record 3 of production-2 is due',
    );
  });

  test('a record stands in the file of another run', async () => {
    const [, stage = ''] = (await read(OPEN)).split('\n');
    const next = stage
      .replace(/"seq":\d+/, '"seq":8')
      .replace('-2.2"', '-2.3"')
      .replace('"stage":"a"', '"stage":"b"');
    await tamper({ [eventsFile]: (text) => `${text}${next}\n` });
    expect(await world.problems()).toContain(
      `${eventsFile} holds stage-skipped production-2.3, which does not belong there`,
    );
  });

  test.each([
    ['was cut', (text: string) => `${text}{"at":`, 'the file does not end with a newline: it was cut'],
    ['holds what nobody knows', (text: string) => `${text}{"type":"gift"}\n`, 'unknown record type "gift"'],
    ['holds nonsense', (text: string) => `${text}nonsense\n`, 'a record is not JSON'],
  ])('a file %s', async (_, change, why) => {
    await tamper({ [OPEN]: change });
    expect(await world.problems()).toContain(`${OPEN}: ${why}`);
  });

  test('histories were joined', async () => {
    const tip = world.remote.refs.get(REF) ?? '';
    const beside = await world.remote.commit({ note: 'x' }, { branch: 'beside' });
    await world.remote.merge('tidegate/production', [tip, beside]);
    expect(await world.problems()).toContain('its history is not one line');
  });

  test('and stops where nobody reads on', async () => {
    for (let count = 0; count < 60; count += 1) {
      await tamper({ [eventsFile]: () => `${count}\n`, [OPEN]: () => `${count}\n` });
    }
    // Two in each of sixty commits: nobody reads beyond the fiftieth.
    expect(await world.problems()).toHaveLength(100);
  });
});

async function tamper(changes: Readonly<Record<string, (text: string) => string | null>>): Promise<void> {
  const files: Record<string, string | null> = {};
  for (const [path, change] of Object.entries(changes)) files[path] = change(await read(path));
  await world.remote.commit(files, BRANCH);
}

async function read(path: string): Promise<string> {
  const git = openMemoryGit({ remote: world.remote });
  const tip = world.remote.refs.get(REF) ?? '';
  await git.fetch(new Map([[REF, tip]]));
  return (await git.readText(tip, path)) ?? '';
}

function line(seq: number, name: string): string {
  const { at: _at, ...rest } = event(name);
  return `${JSON.stringify({ ...rest, at: '2026-11-20T12:00:00Z', seq })}\n`;
}
