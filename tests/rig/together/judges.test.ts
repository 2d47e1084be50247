// Every judge of the rounds of several controllers sees the breach that is written for it, in a ledger that plain git
// wrote.

import { spawn } from 'node:child_process';
import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { commitFiles, git, makeBareRepository } from '../../support/git-repositories.ts';
import { waitFor } from '../patience.ts';
import { processesOf } from '../processes.ts';
import { strays, takeoverBoundMs, tooLate } from './judges.ts';
import { Ledgers } from './ledgers.ts';
import { overlaps, type Touch } from './target.ts';

function touch(verb: string, who: string, atMs: number): Touch {
  const epoch = who === 'one' ? 1 : 2;
  const job = { environment: 'production', run: 'production-1', stage: 'deploy', job: who };
  return { verb, who, epoch, atMs, ...job };
}

describe('the judge of overlaps', () => {
  test('sees two at work at a time', () => {
    const [begin, beat] = [touch('begin', 'one', 0), touch('beat', 'one', 100)];
    const other = [touch('begin', 'two', 50), touch('end', 'two', 60)];
    expect(overlaps([begin, beat, ...other], false)).toEqual([
      "two's production-1 deploy (epoch 2) began while one's production-1 deploy (epoch 1) was at work",
    ]);
    expect(overlaps([begin, ...other], false)).toEqual([]);
  });

  test('takes what the target refused for no work where refusing is its part', () => {
    const all = [touch('begin', 'one', 0), touch('begin', 'two', 50), touch('refused', 'one', 60)];
    expect(overlaps(all, true)).toEqual([]);
    expect(overlaps(all, false)).toHaveLength(1);
  });
});

test('who works where it does not serve is a stray', () => {
  const one = { name: 'one', serves: (environment: string) => environment === 'staging' };
  const two = { name: 'two', serves: () => true };
  expect(strays([touch('begin', 'two', 0)], [one, two])).toEqual([]);
  expect(strays([touch('begin', 'one', 0), touch('end', 'one', 9)], [one, two])).toEqual([
    'one worked on production, which it does not serve',
  ]);
});

test('a takeover has a bound: the lease, two polls, and what a claim and a start take', () => {
  expect(takeoverBoundMs(8_000, 1_000)).toBe(13_000);
  expect(tooLate([9_000, 13_000], 13_000)).toEqual([]);
  expect(tooLate([9_000, 13_001], 13_000)).toHaveLength(1);
});

describe.skipIf(process.platform !== 'linux')('who is at work for a folder (it reads /proc)', () => {
  test('is also found without a word of it in its environment', async () => {
    const folder = realpathSync(mkdtempSync(path.join(os.tmpdir(), 'tidegate-judges-')));
    const child = spawn('sleep', ['60'], { cwd: folder, env: {}, detached: true, stdio: 'ignore' });
    const gone = new Promise<void>((resolve) => child.once('close', () => resolve()));
    try {
      expect(await waitFor(() => processesOf(folder).some(({ pid }) => pid === child.pid), 60_000)).toBe(true);
      expect(processesOf(`${folder}-other`)).toEqual([]);
    } finally {
      child.kill('SIGKILL');
      await gone;
      rmSync(folder, { recursive: true });
    }
    expect(processesOf(folder)).toEqual([]);
  });
});

describe('the judges of a ledger', () => {
  const ref = 'refs/heads/tidegate/production';
  let repository: string;
  let ledgers: Ledgers;

  beforeEach(() => {
    repository = makeBareRepository(mkdtempSync(path.join(os.tmpdir(), 'tidegate-judges-')));
    ledgers = new Ledgers(repository, ['production']);
    write('one', 1, 'open', { type: 'stage-ended', run: 'production-1', stage: 'deploy', outcome: 'Succeeded' });
  });

  afterEach(() => rmSync(repository, { recursive: true }));

  function write(
    who: string,
    epoch: number,
    subject: string,
    record: object,
    quarantine: readonly object[] = [],
  ): void {
    const trailers = `Tidegate-Controller: ${who} ${who}-id\nTidegate-Epoch: ${epoch}`;
    commitFiles(
      repository,
      {
        'active/production-0.jsonl': `${JSON.stringify(OPENED)}\n`,
        'active/production-1.jsonl': `${JSON.stringify(record)}\n`,
        'index.json': JSON.stringify({ quarantine }),
      },
      { branch: 'tidegate/production', message: `${subject}\n\n${trailers}\n` },
    );
  }

  const OPENED = { type: 'run-opened', run: 'production-0', kind: 'deploy', because: 'allowed' };
  const NOTHING = { type: 'lease-taken', run: 'production-1' };

  test('are silent where one takes over from another', () => {
    ledgers.look(() => [touch('begin', 'one', 0)]);
    write('two', 2, 'take over', NOTHING);
    ledgers.look(() => [touch('begin', 'one', 0)]);
    expect(ledgers.lost()).toEqual([]);
    expect(ledgers.late()).toEqual([]);
    expect(ledgers.repeated([touch('begin', 'one', 0)])).toEqual([]);
    expect(ledgers.unwarranted()).toEqual([]);
  });

  test('miss what was there and is gone', () => {
    write('one', 1, 'more', NOTHING);
    ledgers.look(() => []);
    git(repository, ['update-ref', ref, `${ref}~1`]);
    expect(ledgers.lost()).toHaveLength(1);
    git(repository, ['update-ref', '-d', ref]);
    expect(ledgers.lost()).toHaveLength(1);
  });

  test('see the record of a controller whose epoch is over', () => {
    write('two', 2, 'take over', NOTHING);
    write('one', 1, 'zombie', NOTHING);
    expect(ledgers.late()).toEqual(['production: one wrote "zombie" in epoch 1, after epoch 2']);
  });

  test('see two controllers write in one epoch', () => {
    write('two', 1, 'me too', NOTHING);
    expect(ledgers.late()).toEqual(['production: two wrote "me too" in epoch 1, which is one\'s']);
  });

  test('see a stage begin again that was known to have succeeded', () => {
    ledgers.look(() => [touch('begin', 'one', 0)]);
    expect(ledgers.repeated([touch('begin', 'one', 0), touch('begin', 'two', 9)])).toEqual([
      'production-1 deploy began 2 times, 1 when it was known to have succeeded',
    ]);
  });

  test.each([
    { type: 'run-opened', run: 'production-2', kind: 'rollback', because: 'it failed' },
    { type: 'run-ended', run: 'production-1', outcome: 'Failed', sentence: 'stopped' },
    { type: 'run-ended', run: 'production-1', outcome: 'RolledBack', sentence: 'stopped' },
  ])('call $type $outcome unwarranted where every version is good', (record) => {
    write('one', 1, 'bad', record);
    expect(ledgers.unwarranted()).toHaveLength(1);
  });

  test('call a quarantine unwarranted where every version is good', () => {
    write('one', 1, 'bad', NOTHING, [{ digest: 'good' }]);
    expect(ledgers.unwarranted()).toHaveLength(1);
  });

  test('take a deployment that succeeded, or made way for a newer one, for what it is', () => {
    write('one', 1, 'good', { type: 'run-opened', run: 'production-2', kind: 'deploy', because: 'allowed' });
    write('one', 1, 'good', { type: 'run-ended', run: 'production-2', outcome: 'Superseded', sentence: 'newer' });
    expect(ledgers.unwarranted()).toEqual([]);
  });
});
