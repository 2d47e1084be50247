// How many runs may begin: in a local day or week, a stretch of time, an opening of the window; and when the next one
// may.

import { describe, expect, test } from 'vitest';
import { formatInstant } from '../../../engine/base/instant.ts';
import type { RuleConfig } from '../../../engine/model/rule.ts';
import type { LimitRule } from '../../../engine/policy/rules/limit.ts';
import { evaluateLimit } from '../../../engine/policy/rules/limit.ts';
import { facts } from '../../support/policy-facts.ts';
import { at, policyOf, windowRule } from './window-build.ts';

const HOUR = 3_600_000;
const PLACE = { file: 'policies/few.yaml', line: 1, column: 1 };

type Asked = {
  readonly per: LimitRule['per'];
  readonly zone?: string;
  readonly runs?: number;
  readonly now: string;
  /** Newest first; their runs are production-9, production-8, … */
  readonly starts?: readonly string[];
  readonly run?: string;
  readonly beside?: readonly RuleConfig[];
};

type Row = readonly [title: string, asked: Asked, status: string, until: string | null];

function holds(...[, asked, status, until]: Row): void {
  expect(verdict(asked)).toMatchObject({ status, until });
}

function verdict({ per, zone = 'UTC', runs = 1, now, starts = [], run, beside = [] }: Asked) {
  const rule: LimitRule = { type: 'limit', place: PLACE, timezone: zone, runsMax: runs, per };
  const began = starts.map((text, index) => ({ run: `production-${9 - index}`, at: at(text) }));
  const known = facts({ now: at(now), starts: began, run: run ?? null });
  const said = evaluateLimit(rule, policyOf('few', ...beside, rule), known);
  return { ...said, until: said.until === null ? null : formatInstant(said.until) };
}

describe('a day', () => {
  test.each<Row>([
    ['none began', { per: 'day', now: '2026-11-20T12:00Z' }, 'allowed', null],
    [
      'one began',
      { per: 'day', now: '2026-11-20T12:00Z', starts: ['2026-11-20T09:00Z'] },
      'waiting',
      '2026-11-21T00:00:00Z',
    ],
    [
      'at its first instant',
      { per: 'day', now: '2026-11-20T12:00Z', starts: ['2026-11-20T00:00Z'] },
      'waiting',
      '2026-11-21T00:00:00Z',
    ],
    ['just before it', { per: 'day', now: '2026-11-20T12:00Z', starts: ['2026-11-19T23:59:59.999Z'] }, 'allowed', null],
    [
      'fewer than it may',
      { per: 'day', runs: 3, now: '2026-11-20T12:00Z', starts: ['2026-11-20T10:00Z', '2026-11-20T09:00Z'] },
      'allowed',
      null,
    ],
    [
      'as many as it may',
      { per: 'day', runs: 2, now: '2026-11-20T12:00Z', starts: ['2026-11-20T10:00Z', '2026-11-20T09:00Z'] },
      'waiting',
      '2026-11-21T00:00:00Z',
    ],
    [
      'the run itself',
      { per: 'day', now: '2026-11-20T12:00Z', starts: ['2026-11-20T12:00Z'], run: 'production-9' },
      'allowed',
      null,
    ],
    [
      'another beside it',
      { per: 'day', now: '2026-11-20T12:00Z', starts: ['2026-11-20T12:00Z', '2026-11-20T09:00Z'], run: 'production-9' },
      'waiting',
      '2026-11-21T00:00:00Z',
    ],
    // The local day, not that of UTC.
    [
      'yesterday in Kiritimati',
      { per: 'day', zone: 'Pacific/Kiritimati', now: '2026-11-20T10:00Z', starts: ['2026-11-20T09:59Z'] },
      'allowed',
      null,
    ],
    [
      'today in Los Angeles',
      { per: 'day', zone: 'America/Los_Angeles', now: '2026-11-20T07:59Z', starts: ['2026-11-19T08:00Z'] },
      'waiting',
      '2026-11-20T08:00:00Z',
    ],
    // Days of 23 and 25 hours.
    [
      'a short day',
      { per: 'day', zone: 'Europe/Bucharest', now: '2026-03-28T22:30Z', starts: ['2026-03-28T22:00Z'] },
      'waiting',
      '2026-03-29T21:00:00Z',
    ],
    [
      'a long day',
      { per: 'day', zone: 'Europe/Bucharest', now: '2026-10-24T21:30Z', starts: ['2026-10-24T21:00Z'] },
      'waiting',
      '2026-10-25T22:00:00Z',
    ],
    [
      'half an hour shorter',
      { per: 'day', zone: 'Australia/Lord_Howe', now: '2026-10-03T13:30Z', starts: ['2026-10-03T13:30Z'] },
      'waiting',
      '2026-10-04T13:00:00Z',
    ],
    // Midnight does not exist where clocks go forward over it: the day begins at one.
    [
      'without a midnight',
      { per: 'day', zone: 'Africa/Cairo', now: '2026-04-23T21:30Z', starts: ['2026-04-23T20:00Z'] },
      'waiting',
      '2026-04-23T22:00:00Z',
    ],
    // 30 December 2011 does not exist in Samoa.
    [
      'before a day that is left out',
      { per: 'day', zone: 'Pacific/Apia', now: '2011-12-30T09:00Z', starts: ['2011-12-29T12:00Z'] },
      'waiting',
      '2011-12-30T10:00:00Z',
    ],
    // The clocks went back from 00:01 to 23:01: the first minute of Sunday came twice, and Saturday's last hour too.
    [
      'after a midnight that came twice',
      { per: 'day', zone: 'America/St_Johns', now: '2010-11-07T03:00Z', starts: ['2010-11-07T02:30Z'] },
      'waiting',
      '2010-11-08T03:30:00Z',
    ],
  ])('%s', holds);

  test('says how many, since when, and when the next may begin', () => {
    const asked: Asked = { per: 'day', zone: 'Europe/Bucharest', runs: 2, now: '2026-11-20T12:00Z' };
    const two = ['2026-11-20T10:00Z', '2026-11-20T09:00Z'];
    expect(verdict({ ...asked, starts: two })).toMatchObject({
      sentence:
        'few: 2 of 2 runs began today (Europe/Bucharest); the next may begin on Saturday 2026-11-21 00:00 Europe/Bucharest',
      waitsFor: ['room for a run in production'],
      seen: { runs: '2 of 2', from: '2026-11-19T22:00:00Z' },
    });
    expect(verdict({ ...asked, runs: 1 }).sentence).toBe('few: 0 of 1 run began today (Europe/Bucharest)');
  });
});

describe('a week', () => {
  test.each<Row>([
    [
      'on Sunday',
      { per: 'week', now: '2026-11-22T23:59Z', starts: ['2026-11-16T00:00Z'] },
      'waiting',
      '2026-11-23T00:00:00Z',
    ],
    ['on Monday', { per: 'week', now: '2026-11-23T00:00Z', starts: ['2026-11-22T23:59Z'] }, 'allowed', null],
    [
      'on Monday in Auckland',
      { per: 'week', zone: 'Pacific/Auckland', now: '2026-11-22T11:00Z', starts: ['2026-11-22T10:59Z'] },
      'allowed',
      null,
    ],
    [
      'over the change of clocks',
      { per: 'week', zone: 'Europe/Bucharest', now: '2026-10-25T12:00Z', starts: ['2026-10-18T21:00Z'] },
      'waiting',
      '2026-10-25T22:00:00Z',
    ],
  ])('%s', holds);
});

describe('a stretch of time', () => {
  const asked: Asked = { per: { ms: 12 * HOUR }, runs: 2, now: '2026-11-20T12:00Z' };

  test.each<[title: string, starts: readonly string[], status: string, until: string | null]>([
    ['one within', ['2026-11-20T03:00Z', '2026-11-19T23:00Z'], 'allowed', null],
    ['two within', ['2026-11-20T03:00Z', '2026-11-20T01:00Z'], 'waiting', '2026-11-20T13:00:00Z'],
    [
      'three within',
      ['2026-11-20T05:00Z', '2026-11-20T03:00Z', '2026-11-20T01:00Z'],
      'waiting',
      '2026-11-20T15:00:00Z',
    ],
    [
      'written out of order',
      ['2026-11-20T01:00Z', '2026-11-20T05:00Z', '2026-11-20T03:00Z'],
      'waiting',
      '2026-11-20T15:00:00Z',
    ],
    ['one exactly so long ago', ['2026-11-20T03:00Z', '2026-11-20T00:00Z'], 'allowed', null],
    [
      'one a millisecond less',
      ['2026-11-20T03:00Z', '2026-11-20T00:00:00.001Z'],
      'waiting',
      '2026-11-20T12:00:00.001Z',
    ],
    ['by a clock that is ahead', ['2026-11-20T12:01Z', '2026-11-20T03:00Z'], 'waiting', '2026-11-20T15:00:00Z'],
  ])('%s', (_title, starts, status, until) => {
    expect(verdict({ ...asked, starts })).toMatchObject({ status, until });
  });

  test('`until` is the first instant at which one more fits', () => {
    const starts = ['2026-11-20T05:00Z', '2026-11-20T03:00Z', '2026-11-20T01:00Z'];
    expect(verdict({ ...asked, starts, now: '2026-11-20T14:59:59.999Z' }).status).toBe('waiting');
    expect(verdict({ ...asked, starts, now: '2026-11-20T15:00Z' }).status).toBe('allowed');
  });

  test('names its length', () => {
    expect(verdict(asked).sentence).toBe('few: 0 of 2 runs began in the last 12 h');
  });
});

describe('an opening of the window', () => {
  const beside = [windowRule('Europe/Bucharest', ['mon-fri 09:00-18:00'])];
  const asked: Asked = { per: 'window', now: '2026-11-20T12:00Z', beside };

  test.each<[title: string, change: Partial<Asked>, status: string, until: string | null]>([
    ['began in this one', { starts: ['2026-11-20T07:00Z'] }, 'waiting', '2026-11-20T16:00:00Z'],
    ['began before it', { starts: ['2026-11-20T06:59Z'] }, 'allowed', null],
    [
      'past a closed window, began in the last opening',
      { now: '2026-11-20T18:00Z', starts: ['2026-11-20T15:00Z'] },
      'allowed',
      null,
    ],
    [
      'past a closed window, began since',
      { now: '2026-11-20T18:00Z', starts: ['2026-11-20T17:00Z'] },
      'waiting',
      '2026-11-23T07:00:00Z',
    ],
    [
      'in a window that never closes',
      { beside: [windowRule('UTC', [])], starts: ['2020-01-01T00:00Z'] },
      'denied',
      null,
    ],
    ['without a window', { beside: [] }, 'denied', null],
  ])('%s', (_title, change, status, until) => {
    expect(verdict({ ...asked, ...change })).toMatchObject({ status, until });
  });

  test('speaks in the zone of the window', () => {
    expect(verdict({ ...asked, starts: ['2026-11-20T07:00Z'] }).sentence).toBe(
      'few: 1 of 1 run began since the window opened on Friday 2026-11-20 09:00 Europe/Bucharest; the next may begin on Monday 2026-11-23 09:00 Europe/Bucharest',
    );
  });
});
