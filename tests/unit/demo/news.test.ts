// What `npm start` tells of what happens, and what it keeps to itself.

import { describe, expect, test } from 'vitest';
import { tellNews } from '../../../engine/demo/news.ts';
import type { LedgerRecord } from '../../../engine/ledger/records/table.ts';
import { toneOf } from '../../../engine/ledger/say.ts';

const AT = Date.UTC(2026, 10, 20, 9, 15, 0);
const common = { id: 'x', at: AT, by: 'controller test', run: 'production-1' };
const opened = { ...common, type: 'run-opened' } as LedgerRecord;
const stageEnded = {
  ...common,
  type: 'stage-ended',
  stage: 'test',
  outcome: 'Succeeded',
  sentence: '',
} as LedgerRecord;
const ended = { ...common, type: 'run-ended', outcome: 'Succeeded', sentence: 'deployed' } as LedgerRecord;

function listen(isColored = false) {
  const lines: string[] = [];
  const urls = new Map([['production', 'http://127.0.0.1:7103']]);
  const { onRecord, ...news } = tellNews({ print: (text) => lines.push(text), isColored }, urls, () => AT);
  const tell = (environment: string, record: LedgerRecord, sentence: string) =>
    onRecord(environment, record, sentence, toneOf(record));
  return { lines, news: { ...news, onRecord: tell } };
}

describe('news', () => {
  test('tell a run from its opening to its end, with the place to look at', () => {
    const { lines, news } = listen();
    news.onRecord('production', opened, 'production-1 opened: deploy v1.0.0');
    news.onRecord('production', stageEnded, 'production-1: test Succeeded');
    news.onRecord('production', ended, 'production-1 Succeeded: deployed');
    expect(lines).toEqual([
      '09:15:00  production  production-1 opened: deploy v1.0.0\n',
      '09:15:00  production  production-1: test Succeeded\n',
      '09:15:00  production  production-1 Succeeded: deployed  http://127.0.0.1:7103\n',
    ]);
  });

  test('keep bookkeeping to themselves', () => {
    const { lines, news } = listen();
    news.onRecord('production', { ...common, type: 'lease-released', epoch: 1 }, 'production-1: waits; lease released');
    const seen = { ...common, type: 'tag-seen', tag: 'v1', oid: 'a', commit: 'b' } as LedgerRecord;
    news.onRecord('production', seen, 'tag v1 first seen');
    expect(lines).toEqual([]);
  });

  test('say what an environment waits for, but not that a step of its run goes on', () => {
    const { lines, news } = listen();
    news.onBecause('production', 'v1.0.0 waits: closed; opens Monday');
    news.onRecord('production', opened, 'production-1 opened');
    news.onBecause('production', 'production-1: test: unit tests is running');
    news.onBecause('production', 'production-1 waits before deploy: closed');
    news.onRecord('production', ended, 'production-1 Succeeded');
    news.onBecause('production', 'v1.1.0 is in quarantine');
    expect(lines.map((line) => line.slice(22).trim())).toEqual([
      'v1.0.0 waits: closed; opens Monday',
      'production-1 opened',
      'production-1 waits before deploy: closed',
      'production-1 Succeeded  http://127.0.0.1:7103',
      'v1.1.0 is in quarantine',
    ]);
  });

  test('are one line each, whatever a repository says', () => {
    const { lines, news } = listen();
    news.onBecause('production', 'waits\u001b[2J for\n12:00:00  production  a forged line');
    expect(lines).toHaveLength(1);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: that there are none is what is looked at
    expect(lines[0]?.trimEnd()).not.toMatch(/[\u0000-\u001f]/);
  });
});
