// One tick, one commit: which files it touches, what its message tells a person, and who may renew a lease.

import { describe, expect, test } from 'vitest';
import { COUNT_MAX } from '../../../engine/ledger/bounds.ts';
import { draftCommit, eventsFiles } from '../../../engine/ledger/commit.ts';
import type { LedgerRecord, RunRecord } from '../../../engine/ledger/records/table.ts';
import { emptyTip, readLease, type Tip } from '../../../engine/ledger/tip.ts';
import { ANA, contents, instant, version } from '../../support/observed-builders.ts';

const ONE = { id: 'controller-1', name: 'one' };
const ANA_WRITES = { id: 'person-1', name: 'laptop' };
const AT = instant('2026-11-20 12:00');

describe('a commit', () => {
  test('of a run that opens: its file, the index, the lease with its holder', () => {
    const { files, tip } = commit(emptyTip('production'), [opened()]);
    expect([...files.keys()]).toEqual(['active/production-1.jsonl', 'index.json', 'lease.json']);
    expect(tip.lease).toEqual({ epoch: 1, holder: 'controller-1', name: 'one', renewal: 1 });
    expect(files.get('lease.json')).toBe('{"epoch":1,"holder":"controller-1","name":"one","renewal":1}\n');
  });

  test('of a run that ends moves its file to the archive of that day, grown by what is new', () => {
    const { tip } = commit(emptyTip('production'), [opened()]);
    const ended = commit(tip, [end(2)]);
    expect(ended.files.get('active/production-1.jsonl')).toBeNull();
    const archived = ended.files.get('archive/2026/11/20/production-1.jsonl') ?? '';
    expect(archived.startsWith(tip.active.get('production-1') ?? 'missing')).toBe(true);
    expect(archived.trimEnd().split('\n')).toHaveLength(2);
    expect(ended.tip.active.size).toBe(0);
    expect(ended.tip.lease.holder).toBeNull();
  });

  test('of a run that opens and ends at once deletes nothing that was never there', () => {
    const { files } = commit(emptyTip('production'), [opened(), end(2)]);
    expect([...files.keys()].sort()).toEqual(['archive/2026/11/20/production-1.jsonl', 'index.json', 'lease.json']);
    expect([...files.values()]).not.toContain(null);
  });

  test('of an event lengthens the file of its month', () => {
    const [path = ''] = commit(emptyTip('production'), [suspended('a')]).files.keys();
    expect(path).toMatch(/^events\/2026\/11\b.*\.jsonl$/);
    const before = new Map([[path, 'what is there\n']]);
    const { files } = draftCommit(emptyTip('production'), [suspended('a'), suspended('b')], before, ONE, 'n');
    const [first, ...rest] = (files.get(path) ?? '').trimEnd().split('\n');
    expect(first).toBe('what is there');
    expect(rest.map((line) => JSON.parse(line).seq)).toEqual([1, 2]);
  });

  test('of events begins another file with each thousand of the ledger’s records', () => {
    const empty = emptyTip('production');
    const tip = { ...empty, state: { ...empty.state, seq: 999 } };
    const records = [suspended('a'), suspended('b')];
    const paths = ['events/2026/11/1.jsonl', 'events/2026/11/1001.jsonl'];
    expect([...eventsFiles(tip, records)]).toEqual(paths);
    const { files } = draftCommit(tip, records, new Map(), ONE, 'n');
    expect(paths.map((path) => JSON.parse(files.get(path) ?? '{}').seq)).toEqual([1000, 1001]);
  });

  test('numbers its records on from the tip', () => {
    const { tip } = commit(emptyTip('production'), [suspended('a')]);
    const { files, message } = commit(tip, [opened(), end(2)]);
    const lines = (files.get('archive/2026/11/20/production-1.jsonl') ?? '').trimEnd().split('\n');
    expect(lines.map((line) => JSON.parse(line).seq)).toEqual([2, 3]);
    expect(message).toContain('Tidegate-Records: 2-3\n');
  });

  test('of records that do not fit is an invariant: nobody may decide so', () => {
    expect(() => commit(emptyTip('production'), [end(2)])).toThrow('production-1 is not open');
  });

  test('names the record that a person looks for, tells the others below, and who wrote it', () => {
    const failed = {
      ...common(2),
      type: 'run-failed',
      stage: 'test',
      outcome: 'Failed',
      sentence: 'exit\n code 1',
      next: 'stop',
    } as const;
    const { message } = commit(emptyTip('production'), [opened(), failed, end(3)]);
    expect(message).toBe(`production: production-1 Superseded: a newer one came

- production-1 opened: deploy v1.0.0 (${version('v1.0.0').commit.slice(0, 7)}) (by tag)
- production-1 failed: exit code 1; next: stop
- production-1 Superseded: a newer one came

Tidegate-Controller: one controller-1
Tidegate-Epoch: 1
Tidegate-Records: 1-3
Tidegate-Nonce: nonce
`);
  });

  test('keeps a subject that fits a line, whatever people write', () => {
    const { message } = commit(emptyTip('production'), [suspended(`a\nb ${'x'.repeat(500)}`)]);
    const [subject = '', second] = message.split('\n');
    expect(subject.startsWith(`production: suspended by ${ANA}: a b x`)).toBe(true);
    expect(subject.length).toBeLessThan(180);
    expect(second).toBe('');
  });

  test('is never the same twice: its nonce is its writer’s', () => {
    const first = draftCommit(emptyTip('production'), [suspended('a')], new Map(), ONE, '1').message;
    const second = draftCommit(emptyTip('production'), [suspended('a')], new Map(), ONE, '2').message;
    expect(first).not.toBe(second);
  });
});

describe('the lease', () => {
  const held = commit(emptyTip('production'), [opened()]).tip;

  test('is renewed by its holder, and each renewal moves the ref', () => {
    const { files, message, tip } = commit(held, []);
    expect([...files.keys()]).toEqual(['lease.json']);
    expect(tip.lease).toEqual({ ...held.lease, renewal: held.lease.renewal + 1 });
    expect(message).toMatch(/^production: lease renewed\n[\s\S]*Tidegate-Records: none\n/);
  });

  test('is renewed also where somebody has set the count to the last that is read', () => {
    const last = { ...held, lease: { ...held.lease, renewal: COUNT_MAX } };
    const { files, tip } = commit(last, []);
    expect(tip.lease.renewal).toBe(0);
    expect(readLease(files.get('lease.json') ?? '')).toEqual(tip.lease);
    expect(commit(tip, []).tip.lease.renewal).toBe(1);
  });

  test('is not renewed by anybody else’s record: that is no sign of life of the holder', () => {
    const { tip } = draftCommit(held, [suspended('hands off')], new Map(), ANA_WRITES, 'n');
    expect(tip.lease).toEqual(held.lease);
  });

  test('goes to who takes it, with the higher epoch', () => {
    const taken = {
      ...common(2),
      type: 'lease-taken',
      epoch: 2,
      controller: 'controller-2',
      because: 'it was late',
    } as const;
    const { tip } = draftCommit(held, [taken], new Map(), { id: 'controller-2', name: 'two' }, 'n');
    expect(tip.lease).toEqual({ epoch: 2, holder: 'controller-2', name: 'two', renewal: held.lease.renewal + 1 });
  });

  test('has no holder while a run waits at a gate', () => {
    const { tip } = commit(held, [{ ...common(2), type: 'lease-released', epoch: 1 }]);
    expect(tip.lease).toEqual({ epoch: 1, holder: null, name: null, renewal: held.lease.renewal });
  });
});

function commit(tip: Tip, records: readonly LedgerRecord[]) {
  return draftCommit(tip, records, new Map(), ONE, 'nonce');
}

function common(number: number) {
  return { id: `production-1.${number}`, at: AT, by: 'controller one', run: 'production-1' } as const;
}

function opened(): RunRecord {
  return {
    ...common(1),
    type: 'run-opened',
    kind: 'deploy',
    trigger: 'tag',
    version: version('v1.0.0'),
    contents: contents('v1.0.0'),
    previous: null,
    reason: null,
    requestedBy: ANA,
    request: null,
    emergency: false,
    skip: 'none',
    config: version('head').commit,
    cause: null,
    stages: [{ name: 'test', skippable: true, touches: false }],
    epoch: 1,
    controller: ONE.id,
    because: 'no gate is set',
  };
}

function end(number: number): RunRecord {
  return { ...common(number), type: 'run-ended', outcome: 'Superseded', sentence: 'a newer one came' };
}

function suspended(reason: string): LedgerRecord {
  return { type: 'suspended', id: `suspended:${reason}`, at: AT, by: ANA, reason, until: null };
}
