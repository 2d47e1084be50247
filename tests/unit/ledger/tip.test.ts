// What stands at the tip of a ledger ref: index, lease and open runs read back to the state that all records fold to,
// and anything else is refused with a sentence.

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { draftCommit } from '../../../engine/ledger/commit.ts';
import { INDEX_PATH, LEASE_PATH } from '../../../engine/ledger/layout.ts';
import { encodeLine } from '../../../engine/ledger/lines.ts';
import type { LedgerRecord } from '../../../engine/ledger/records/table.ts';
import { emptyTip, encodeIndex, encodeLease, readRun, readTip, type Tip } from '../../../engine/ledger/tip.ts';
import type { EnvironmentState } from '../../../engine/model/environment-state.ts';
import { reconcile } from '../../../engine/reconcile/reconcile.ts';
import { Life } from '../../support/model-life.ts';
import { moves, shapes } from '../../support/model-moves.ts';
import { Story, version } from '../../support/observed-builders.ts';

const WRITER = { id: 'controller-1', name: 'one' };
const LEASE = { epoch: 2, holder: 'controller-1', name: 'one', renewal: 3 };

/** Something of everything that an index can hold. */
const FULL: EnvironmentState = {
  ...new Story()
    .deployed('v1.0.0')
    .failedAndRolledBack('v1.1.0', 'no')
    .event({ type: 'tag-seen', tag: 'v1.2.0', oid: version('v1.2.0').commit, commit: version('v1.2.0').commit })
    .event({ type: 'approved', version: version('v1.2.0'), planDigest: 'plan', reason: '' })
    .event({
      type: 'approval-tag-seen',
      tag: 'approve/production/v1.2.0',
      oid: version('a tag').commit,
      commit: version('v1.2.0').commit,
      answer: 'rejected',
      person: 'Dan <dan@example.org>',
      reason: 'no',
    })
    .event({ type: 'overridden', version: version('v1.2.0'), rules: ['hours/window'], reason: 'now', until: null })
    .event({ type: 'offered', version: version('v1.2.0'), digest: 'digest-v1.2.0' })
    .event({ type: 'incident-opened', incident: 'production-1', about: 'production-1', sentence: 'owed' })
    .event({ type: 'suspended', reason: 'lunch', until: 0 })
    .event({ type: 'rollback-requested', to: version('v1.0.0'), reason: 'slow' }).state,
  locks: [{ lock: 'database', environment: 'staging', run: 'staging-1' }],
  secrets: [{ secret: 'TOKEN', environment: 'staging', run: 'staging-1', because: 'first' }],
  target: { place: '/srv/shop', mark: 'ours' },
  held: {
    run: 'production-3',
    branch: 'tidegate-rollback',
    into: 'main',
    commit: version('restore').commit,
    badDigest: 'bad',
    goodDigest: 'good',
    sentence: 'merge it',
    at: 0,
  },
  stalled: { sentence: 'no', run: 'production-2', at: 0 },
  writtenTags: ['v1.1.1'],
};

describe('the tip', () => {
  test('reads back to the state of all records, however they came in batches', () => {
    fc.assert(
      fc.property(shapes(), moves(), fc.infiniteStream(fc.integer({ min: 1, max: 6 })), (shape, happens, sizes) => {
        const life = new Life(shape, reconcile).live(happens);
        const { tip, files } = committed(shape.environment, life.records, sizes);
        expect(tip.state).toEqual(life.state);
        const active = new Map([...files].flatMap(([path, text]) => activeOf(path, text)));
        const read = readTip(
          shape.environment,
          files.get(INDEX_PATH) ?? encodeIndex(tip.state),
          files.get(LEASE_PATH) ?? '',
          active,
        );
        if (life.records.length === 0) return;
        expect(read).toEqual({ type: 'tip', tip: { ...tip, active } });
        expect(active).toEqual(tip.active);
      }),
      { numRuns: 100 },
    );
  });

  test('names the open runs and does not repeat them', () => {
    const { state } = new Story().deployed('v1.0.0').opens('v1.1.0').starts('test');
    expect(JSON.parse(encodeIndex(state))).toMatchObject({
      format: 2,
      environment: 'production',
      open: ['production-2'],
    });
  });

  test.each([
    ['no JSON', 'nonsense', 'index.json is not JSON'],
    ['no file', '', 'index.json is not JSON'],
    ['a list', '[]', 'index.json is not an object'],
    ['another format', changed({ format: 3 }), 'index.json has format 3; this Tidegate reads formats 1 and 2'],
    [
      'an earlier format that names gates',
      changed({ format: 1, gates: null }),
      'index.json has format 1, and names gates',
    ],
    ['a format in words', changed({ format: '1' }), 'index.json has format "1"; this Tidegate reads formats 1 and 2'],
    ['another environment', changed({ environment: 'staging' }), 'index.json belongs to "staging"'],
    ['a count that is none', changed({ seq: 1.5 }), 'index.json: seq is no whole number from 0 to 281474976710656'],
    ['a count below nothing', changed({ runs: -1 }), 'index.json: runs is no whole number from 0 to 281474976710656'],
    ['without quarantine', changed({ quarantine: undefined }), 'index.json: quarantine is missing'],
    ['open runs without a list', changed({ open: 'production-2' }), 'index.json: open is no list'],
    ['an open run that is none', changed({ open: [null] }), 'index.json: open[0] is no text'],
    ['contents that are nothing', changed({ contents: [null] }), 'index.json: contents[0] is no object'],
    ['a field of another version', changed({ mood: 'fine' }), 'index.json: has a field that nobody knows: "mood"'],
    [
      'a field of another version inside',
      changed({ suspended: { by: 'Ana', reason: 'x', at: 0, until: null, mood: 1 } }),
      'index.json: suspended has a field that nobody knows: "mood"',
    ],
    [
      'a commit that is none',
      changed({ tags: [{ tag: 'v1.0.0', oid: '0'.repeat(40), commit: 'main' }] }),
      'index.json: tags[0].commit is no object id',
    ],
    [
      'an instant beyond all calendars',
      changed({ stalled: { sentence: '', run: 'production-1', at: 8.64e15 + 1 } }),
      'index.json: stalled.at is no instant in the years 1970 to 9999',
    ],
    [
      'a reason that is a book',
      changed({ suspended: { by: 'Ana', reason: 'x'.repeat(2_001), at: 0, until: null } }),
      'index.json: suspended.reason is no text of at most 2000 characters',
    ],
    [
      'a request of no kind',
      changed({ requests: [{ id: 'a', by: 'Ana', at: 0, reason: 'x', type: 'lunch' }] }),
      'index.json: requests[0].type is neither deploy nor rollback',
    ],
    [
      'more than is kept',
      changed({ events: Array.from({ length: 51 }, (_, index) => `${index}`) }),
      'index.json: events has 51 entries; 50 are the most that are kept',
    ],
    [
      'an open run without a file',
      changed({ open: ['production-7'] }),
      'active/production-7.jsonl: it does not begin with run-opened',
    ],
  ])('refuses an index that is %s', (_, index, why) => {
    expect(readTip('production', index, encodeLease(LEASE), new Map())).toEqual({ type: 'refused', sentence: why });
  });

  test('whatever one value of an index is changed to: it is taken as it is, or refused', () => {
    const index = JSON.parse(encodeIndex(FULL)) as Record<string, unknown>;
    const places = placesIn(index);
    fc.assert(
      fc.property(fc.nat(places.length - 1), fc.jsonValue({ maxDepth: 2 }), (at, value) => {
        const text = JSON.stringify(replaced(index, places[at] ?? [], value));
        const read = readTip('production', text, encodeLease(LEASE), new Map());
        if (read.type === 'refused') expect(read.sentence).toMatch(/^(index\.json|active\/|lease\.json)/);
        else expect(JSON.parse(encodeIndex(read.tip.state))).toEqual(JSON.parse(text));
      }),
      { numRuns: 1_000 },
    );
  });

  test('takes no list or object with nothing in place of one of its entries', () => {
    const index = JSON.parse(encodeIndex(FULL)) as Record<string, unknown>;
    const mayBeNull =
      /^(gates|current|.*(version|to)\.tag|.*\.?inputs\..*|suspended|suspended\.until|held|held\.branch|target|contents\.\d+\.healthySince|approvals\.\d+\.(planDigest|tag)|overrides\.\d+\.until|stalled|requests\.0\.to|newest\.\d+\.cause|lastAt|lastBy)$/;
    for (const place of placesIn(index)) {
      const text = JSON.stringify(replaced(index, place, null));
      const { type } = readTip('production', text, encodeLease(LEASE), new Map());
      expect(`${place.join('.')}: ${type}`).toBe(
        `${place.join('.')}: ${mayBeNull.test(place.join('.')) ? 'tip' : 'refused'}`,
      );
    }
  });

  test('refuses open runs of which none answers the other', () => {
    const active = new Map([
      ['production-1', runFile()],
      ['production-2', runFile().replaceAll('production-1', 'production-2')],
    ]);
    expect(
      readTip('production', changed({ open: ['production-1', 'production-2'] }), encodeLease(LEASE), active),
    ).toEqual({
      type: 'refused',
      sentence: 'active/production-2.jsonl does not answer the failure of the run open before it',
    });
  });

  test.each([
    '',
    '{}',
    '[]',
    'null',
    '{"epoch":"1","renewal":0}',
    '{"epoch":1.5,"renewal":0}',
    '{"epoch":1,"holder":7,"name":null,"renewal":0}',
    '{"epoch":1,"holder":null,"name":null,"renewal":0,"mood":1}',
  ])('refuses %j as a lease', (lease) => {
    const why = 'lease.json is not a lease';
    expect(readTip('production', changed({}), lease, new Map())).toEqual({ type: 'refused', sentence: why });
  });

  test.each([
    ['{"epoch":-1,"holder":null,"name":null,"renewal":0}', 'lease.json is not a lease'],
    ['{"epoch":9007199254740991,"holder":null,"name":null,"renewal":0}', 'lease.json is not a lease'],
    ['{"epoch":7,"holder":null,"name":null,"renewal":0}', 'lease.json has epoch 7, beyond epoch 2 of index.json'],
  ])('refuses the lease %s: nobody speaks under an epoch that was never claimed', (lease, sentence) => {
    expect(readTip('production', encodeIndex(FULL), lease, new Map())).toEqual({ type: 'refused', sentence });
  });

  test('refuses a run that holds an epoch which the index does not know', () => {
    const active = new Map([['production-1', runFile().replace(/"epoch":\d+/, '"epoch":7')]]);
    expect(
      readTip('production', changed({ open: ['production-1'] }), encodeLease({ ...LEASE, epoch: 1 }), active),
    ).toEqual({
      type: 'refused',
      sentence: 'active/production-1.jsonl has epoch 7, beyond epoch 1 of index.json',
    });
  });

  test.each([
    ['epoch', 'index.json: epoch 30 is more than its 25 records'],
    ['runs', 'index.json: 30 runs are more than its 25 records'],
  ])('refuses an index whose %s no records can have counted', (key, sentence) => {
    const text = changed({ seq: 25, [key]: 30 });
    expect(readTip('production', text, encodeLease(LEASE), new Map())).toEqual({ type: 'refused', sentence });
  });

  test('refuses a run’s file that holds another run', () => {
    const active = new Map([['production-9', runFile()]]);
    const why = 'active/production-9.jsonl holds production-1';
    expect(readTip('production', changed({ open: ['production-9'] }), encodeLease(LEASE), active)).toEqual({
      type: 'refused',
      sentence: why,
    });
  });
});

describe('a run’s file', () => {
  test('is the run', () => {
    const run = readRun('production', runFile());
    expect(run).toMatchObject({ id: 'production-1', outcome: null, records: 2 });
  });

  test.each([
    ['is empty', () => '', 'it does not begin with run-opened'],
    ['begins in the middle', () => runFile().split('\n').slice(1).join('\n'), 'it does not begin with run-opened'],
    ['opens twice', () => runFile() + runFile(), 'it opens twice'],
    ['was cut', () => runFile().slice(0, -1), 'the file does not end with a newline: it was cut'],
    [
      'holds a record of another run',
      () => runFile().replaceAll('"run":"production-1","seq":2', '"run":"production-8","seq":2'),
      'it holds a record of production-8',
    ],
    [
      'holds what cannot have happened',
      () => runFile().replace('"attempt":1', '"attempt":4'),
      'attempt 4 of test cannot follow attempt 0',
    ],
  ])('that %s is refused', (_, text, why) => {
    expect(readRun('production', text())).toBe(why);
  });
});

function committed(environment: string, records: readonly LedgerRecord[], sizes: Iterator<number>) {
  let tip: Tip = emptyTip(environment);
  const files = new Map<string, string>();
  for (let rest = [...records]; rest.length > 0; ) {
    const batch = rest.splice(0, sizes.next().value ?? 1);
    const commit = draftCommit(tip, batch, files, WRITER, `${rest.length}`);
    for (const [path, text] of commit.files) {
      if (text === null) expect(files.delete(path), `${path} was there to be deleted`).toBe(true);
      else files.set(path, text);
    }
    tip = commit.tip;
  }
  return { tip, files };
}

type Place = readonly (string | number)[];

function placesIn(value: unknown, at: Place = []): readonly Place[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => [[...at, key], ...placesIn(inner, [...at, key])]);
}

function replaced(value: unknown, [key, ...rest]: Place, by: unknown): unknown {
  if (key === undefined) return by;
  if (Array.isArray(value)) return value.with(Number(key), replaced(value[Number(key)], rest, by));
  const object = value as Readonly<Record<string, unknown>>;
  return { ...object, [key]: replaced(object[key], rest, by) };
}

function activeOf(path: string, text: string): readonly (readonly [string, string])[] {
  const run = /^active\/(.+)\.jsonl$/.exec(path)?.[1];
  return run === undefined ? [] : [[run, text]];
}

function changed(change: object): string {
  return JSON.stringify({ ...JSON.parse(encodeIndex(new Story().deployed('v1.0.0').state)), ...change });
}

/** Two lines: opened, and a stage started. */
function runFile(): string {
  const { records } = new Life(
    {
      environment: 'production',
      gated: false,
      onWindowClose: 'finish',
      queue: 'latest',
      onFailure: 'stop',
      idempotent: true,
      tries: 1,
      cleans: false,
    },
    reconcile,
  ).live([{ type: 'offer', version: 1, contents: 1 }]);
  const own = records.filter((record) => 'run' in record);
  return own.map((record, index) => encodeLine(index + 1, record)).join('');
}
