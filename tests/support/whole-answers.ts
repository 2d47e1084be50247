// All faces at one scene: each gives the judge's status and `until`, and at that very instant another answer.

import { expect } from 'vitest';
import { parseInstant } from '../../engine/base/instant.ts';
import { icsOf } from '../../engine/cli/ics.ts';
import { calendarJson } from '../../engine/contract/calendar.ts';
import { calendarOf } from '../../engine/explain/calendar.ts';
import { Replay } from '../../engine/explain/simulate.ts';
import type { Decision } from '../../engine/explain/simulate-lane.ts';
import { standingOf } from '../../engine/explain/standing.ts';
import { whenOf } from '../../engine/explain/when.ts';
import { whyOf } from '../../engine/explain/why.ts';
import { reconcile } from '../../engine/reconcile/reconcile.ts';
import { HORIZON_MS, judge, type Scene } from './whole-judge.ts';
import { CANDIDATE, observedOf, policiesOf } from './whole-scenes.ts';

const DAY = 86_400_000;

export function agrees(scene: Scene): void {
  const { now } = scene;
  const judged = judge(scene);
  const observed = observedOf(scene);
  const [environment] = observed.environments;
  if (environment === undefined) throw new Error('a scene has one environment');
  const why = (at: number) => whyOf(environment, observed, at, CANDIDATE, now).verdict;
  const { status, until, becomes } = whyOf(environment, observed, now, CANDIDATE).verdict;

  expect({ status, until: near(until, now) }).toEqual(judged);
  if (until !== null) {
    expect(until).toBeGreaterThan(now);
    expect(why(until).status).not.toBe(status);
    if (becomes !== undefined) expect(why(until).status).toBe(becomes);
    for (const before of [until - 1, until - 1_000]) if (before > now) expect(why(before).status).toBe(status);
  }

  const { waiting, verdict } = standingOf(environment, observed, now);
  expect(verdict).toMatchObject({ status, until });
  if (status === 'waiting') expect(waiting?.until).toBe(until);

  const { wakeAt } = reconcile(observed, now);
  // Too early is harmless: something else may wake it as well.
  if (status === 'waiting' && until !== null) expect(wakeAt ?? Number.POSITIVE_INFINITY).toBeLessThanOrEqual(until);

  const [when] = whenOf(observed, now, CANDIDATE, 'UTC');
  if (status === 'allowed') expect(when?.earliest).toBe(now);
  if (status === 'waiting' && becomes === 'allowed') expect(when?.earliest).toBe(until);
  if (status === 'waiting' && until === null && judged.until === null) {
    expect(when?.earliest ?? Number.POSITIVE_INFINITY).toBeGreaterThan(now + HORIZON_MS);
  }

  if (status === 'waiting' && becomes === 'allowed' && until !== null && until < now + HORIZON_MS) {
    const first = Temporal.Instant.fromEpochMilliseconds(now)
      .toZonedDateTimeISO('UTC')
      .toPlainDate()
      .subtract({ days: 1 });
    const calendar = calendarOf(environment, observed, now, {}, { first, days: 60, timezone: 'UTC' });
    const work = calendar.events.find(({ kind }) => kind === 'work');
    expect(work?.start).toBe(until);
    const [json] = calendarJson([calendar], now, now + DAY).environments;
    const at = json?.events.find(({ kind }) => kind === 'work')?.at;
    expect(parseInstant(at ?? '')).toBe(until);
    const ics = icsOf([{ ...calendar, from: calendar.from - 14 * DAY }], now, 'file:///repository');
    const began = new Date(until - (until % 1_000)).toISOString().replaceAll(/[-:]|\.000/g, '');
    expect(ics).toContain(`DTSTART:${began}`);
  }

  simulated(scene, judged);
}

/** What a history can tell: nobody's exceptions, no run before, nothing of other environments, and no signature. */
function simulated(scene: Scene, judged: ReturnType<typeof judge>): void {
  const { now, rules, kinds, words, starts, overrides, requestedBy, check } = scene;
  const alien = rules.some(({ type }) => ['lock', 'soak', 'signature', 'downgrade'].includes(type));
  const isLate = rules.some((rule) => rule.type === 'train' && rule.cutoffMs !== null);
  const ahead = words.some(({ at }) => at > now);
  if (alien || isLate || ahead || kinds === null || starts.length + overrides.length > 0 || requestedBy !== null)
    return;
  const decisions: Decision[] = [];
  const [environment] = observedOf(scene).environments;
  if (environment?.gates == null) throw new Error('a scene has gates');
  const change = environment.evidence.get(CANDIDATE.commit)?.change ?? null;
  const replay = new Replay(
    {
      environments: [
        {
          name: 'production',
          policies: policiesOf(scene),
          queue: 'latest',
          comesBy: 'branch',
          promotedFrom: null,
          before: null,
          approvals: environment.ledger.state.approvals.map(({ review: _review, ...word }) => ({
            ...word,
            tag: null,
            signed: { type: 'unsigned' },
            void: null,
          })),
        },
      ],
      directory: environment.gates,
      signaturesRequired: false,
      holidays: {},
      checksOf: () => (check === 'none' ? [] : [{ name: 'ci', status: check, value: null, at: now, by: 'ci' }]),
    },
    (decision) => decisions.push(decision),
  );
  const [kind = ''] = kinds;
  if (kinds.length > 1) return;
  replay.take({
    environment: 'production',
    at: now,
    position: 0,
    version: CANDIDATE,
    change: { authors: change?.authors ?? [], kind, paths: ['a.yaml'] },
  });
  replay.finish(now);
  const [decision] = decisions;
  expect({ status: decision?.status, until: near(decision?.until ?? null, now) }).toEqual(judged);
}

/** What lies beyond the judge's horizon is none of its business. */
function near(until: number | null, now: number): number | null {
  return until !== null && until <= now + HORIZON_MS ? until : null;
}
