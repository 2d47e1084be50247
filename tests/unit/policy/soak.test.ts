import { describe, expect, test } from 'vitest';
import { formatInstant } from '../../../engine/base/instant.ts';
import { NO_EVIDENCE, type Soaked } from '../../../engine/model/policy-facts.ts';
import type { SoakRule } from '../../../engine/policy/rules/soak.ts';
import { evaluateSoak } from '../../../engine/policy/rules/soak.ts';
import { facts } from '../../support/policy-facts.ts';
import { at, policyOf } from './window-build.ts';

const HOUR = 3_600_000;
const NOW = at('2026-11-20T12:00Z');
const PLACE = { file: 'policies/soaked.yaml', line: 1, column: 1 };

function verdict(soaked: Soaked | null, { hours = 48, now = NOW } = {}) {
  const rule: SoakRule = { type: 'soak', place: PLACE, environment: 'staging', forMs: hours * HOUR };
  const soaks = soaked === null ? {} : { staging: soaked };
  return evaluateSoak(rule, policyOf('soaked', rule), facts({ now, evidence: { ...NO_EVIDENCE, soaks } }));
}

function healthy(sinceHoursAgo: number | null, soakedHours = 0): Soaked {
  const since = sinceHoursAgo === null ? null : NOW - sinceHoursAgo * HOUR;
  return { type: 'healthy', since, soakedMs: soakedHours * HOUR };
}

describe('soak', () => {
  test.each<[title: string, soaked: Soaked | null, status: string, until: string | null, sentence: string]>([
    [
      'not looked at',
      null,
      'waiting',
      null,
      'whether v1.4.2 (1264ab1) ran well in staging is not known; it must run well there for 2 d',
    ],
    [
      'never',
      { type: 'never' },
      'waiting',
      null,
      'v1.4.2 (1264ab1) has not run in staging yet; it must run well there for 2 d',
    ],
    [
      'failed',
      { type: 'failed', sentence: 'staging-7: verify failed' },
      'waiting',
      null,
      'v1.4.2 (1264ab1) failed in staging (staging-7: verify failed); it must run well there for 2 d, and a new version is most likely what does',
    ],
    [
      'just begun',
      healthy(0),
      'waiting',
      '2026-11-22T12:00:00Z',
      'v1.4.2 (1264ab1) has just begun to run in staging, of 2 d wanted; enough on Sunday 2026-11-22 12:00 UTC',
    ],
    [
      'under way',
      healthy(12),
      'waiting',
      '2026-11-22T00:00:00Z',
      'v1.4.2 (1264ab1) has run well in staging for 12 h of 2 d; enough on Sunday 2026-11-22 00:00 UTC',
    ],
    [
      'long enough',
      healthy(50),
      'allowed',
      null,
      'v1.4.2 (1264ab1) has run well in staging for 2 d 2 h, of 2 d wanted',
    ],
    [
      'long enough to the millisecond',
      healthy(48),
      'allowed',
      null,
      'v1.4.2 (1264ab1) has run well in staging for 2 d, of 2 d wanted',
    ],
    [
      'in two pieces',
      healthy(8, 30),
      'waiting',
      '2026-11-20T22:00:00Z',
      'v1.4.2 (1264ab1) has run well in staging for 1 d 14 h of 2 d; enough on Friday 2026-11-20 22:00 UTC',
    ],
    [
      'long enough in two pieces',
      healthy(18, 30),
      'allowed',
      null,
      'v1.4.2 (1264ab1) has run well in staging for 2 d, of 2 d wanted',
    ],
    [
      'gone again',
      healthy(null, 12),
      'waiting',
      null,
      'v1.4.2 (1264ab1) has run well in staging for 12 h of 2 d and does not run there now; it must run well there for another 1 d 12 h',
    ],
    [
      'gone again after long enough',
      healthy(null, 48),
      'allowed',
      null,
      'v1.4.2 (1264ab1) has run well in staging for 2 d, of 2 d wanted',
    ],
    [
      'by a clock that is ahead',
      healthy(-1),
      'waiting',
      '2026-11-22T13:00:00Z',
      'v1.4.2 (1264ab1) has just begun to run in staging, of 2 d wanted; enough on Sunday 2026-11-22 13:00 UTC',
    ],
  ])('%s', (_title, soaked, status, until, sentence) => {
    const said = verdict(soaked);
    expect(said).toMatchObject({ status, sentence: `soaked: ${sentence}` });
    expect(said.until === null ? null : formatInstant(said.until)).toBe(until);
    expect(said.waitsFor).toEqual(status === 'waiting' ? ['soak in staging'] : []);
  });

  test('`until` is the first instant at which it allows', () => {
    const soaked = healthy(12, 3);
    const until = verdict(soaked).until ?? 0;
    expect(verdict(soaked, { now: until - 1 }).status).toBe('waiting');
    expect(verdict(soaked, { now: until }).status).toBe('allowed');
  });

  test('`for: 0s` wants a success and no time', () => {
    expect(verdict({ type: 'never' }, { hours: 0 }).sentence).toContain(
      'has not run in staging yet; it must succeed there',
    );
    expect(verdict(healthy(0), { hours: 0 }).status).toBe('allowed');
  });

  test('an environment that has the name of a member of every object is not known either', () => {
    const rule: SoakRule = { type: 'soak', place: PLACE, environment: 'constructor', forMs: HOUR };
    expect(evaluateSoak(rule, policyOf('soaked', rule), facts()).status).toBe('waiting');
  });
});
