// Scenes for the judge of whole answers: rules of all kinds together, close to days on which clocks change, and the
// same scene as an observed environment, as a test of policies and as a history.

import fc from 'fast-check';
import type { PolicyConfig } from '../../engine/model/config.ts';
import type { Observed } from '../../engine/model/observed.ts';
import { type Evidence, NO_EVIDENCE } from '../../engine/model/policy-facts.ts';
import type { RuleConfig, Span } from '../../engine/model/rule.ts';
import { place } from './config-builders.ts';
import { contents, observedBy, Story, version } from './observed-builders.ts';
import { facts } from './policy-facts.ts';
import { GROUPS, type Scene } from './whole-judge.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const PLACE = place('policies/whole.yaml');

export const ZONES = [
  'UTC',
  'Europe/Bucharest',
  'America/Los_Angeles',
  'America/St_Johns',
  'America/Havana',
  'Australia/Lord_Howe',
  'Pacific/Chatham',
  'Asia/Kathmandu',
  'Africa/Casablanca',
  'Africa/Cairo',
];

export const CANDIDATE = version('v1.4.2');
const CONTENTS = contents('v1.4.2');
const DIRECTORY = {
  people: Object.fromEntries(
    ['ana', 'dan', 'eve', 'mia'].map((name) => [name, { emails: [`${name}@example.org`], github: null, gitlab: null }]),
  ),
  teams: GROUPS,
};
const identity = (name: string) => `${name} <${name}@example.org>`;

export function scenes(): fc.Arbitrary<Scene> {
  return fc
    .record({
      zone: fc.constantFrom(...ZONES),
      seed: fc.integer({ min: Date.UTC(2026, 0, 1), max: Date.UTC(2031, 11, 31) }),
      nearChange: fc.boolean(),
      offset: fc.integer({ min: -2 * DAY, max: 2 * DAY }),
      isWhole: fc.boolean(),
    })
    .chain(({ zone, seed, nearChange, offset, isWhole }) => {
      const there = Temporal.Instant.fromEpochMilliseconds(seed).toZonedDateTimeISO(zone);
      const change = nearChange ? there.getTimeZoneTransition('next') : null;
      const near = (change === null ? seed : change.epochMilliseconds) + offset;
      return sceneAt(isWhole ? near - (near % (30 * MINUTE)) : near - (near % 1_000), zone);
    });
}

function sceneAt(now: number, zone: string): fc.Arbitrary<Scene> {
  const ago = fc.oneof(
    fc.integer({ min: 0, max: 5 * DAY }),
    fc.constantFrom(0, MINUTE, HOUR, 12 * HOUR, DAY, -6 * MINUTE, -2 * HOUR),
  );
  const past = fc.oneof(fc.integer({ min: 1, max: 5 * DAY }), fc.constantFrom(MINUTE, HOUR, DAY));
  const person = fc.constantFrom('ana', 'dan', 'mia', 'eve');
  return fc.record({
    now: fc.constant(now),
    rules: rulesAt(now, zone),
    overrideMs: fc.option(fc.constantFrom(4 * HOUR, 2 * DAY)),
    words: fc.array(
      fc
        .record({
          by: person,
          answer: fc.constantFrom<'approved' | 'rejected'>('approved', 'approved', 'approved', 'approved', 'rejected'),
          ago,
        })
        .map(({ by, answer, ago: before }) => ({ by, answer, at: now - before })),
      { maxLength: 5 },
    ),
    authors: fc.constantFrom<readonly string[]>([], ['eve'], ['ana'], ['mia', 'eve']),
    kinds: fc.oneof(
      { weight: 8, arbitrary: fc.constantFrom<readonly string[]>(['fix'], ['feat'], ['feat', 'fix'], ['docs']) },
      { weight: 1, arbitrary: fc.constantFrom(null, ['breaking']) },
    ),
    offeredAt: past.map((before) => now - before),
    starts: fc
      .array(
        past.map((before) => now - before),
        { maxLength: 3 },
      )
      .map((all) => all.toSorted((a, b) => b - a)),
    soaked: fc.oneof(
      {
        weight: 5,
        arbitrary: fc.record({ since: past.map((before) => now - before), soakedMs: fc.constantFrom(0, HOUR) }),
      },
      { weight: 1, arbitrary: fc.constantFrom('never' as const, 'failed' as const) },
      { weight: 1, arbitrary: fc.record({ since: fc.constant(null), soakedMs: fc.constantFrom(HOUR, 3 * DAY) }) },
    ),
    check: fc.constantFrom(
      'passed' as const,
      'passed' as const,
      'passed' as const,
      'pending' as const,
      'failed' as const,
      'none' as const,
    ),
    isLocked: rarely(),
    isOlder: rarely(),
    signed: fc.constantFrom(
      'ana' as const,
      'ana' as const,
      'ana' as const,
      'eve' as const,
      'nobody' as const,
      'unreadable' as const,
    ),
    requestedBy: fc.constantFrom(null, null, 'ana' as const, 'eve' as const),
    overrides: fc.oneof(
      { weight: 3, arbitrary: fc.constant([]) },
      {
        weight: 1,
        arbitrary: fc.array(fc.record({ by: person, at: ago.map((before) => now - before) }), {
          minLength: 1,
          maxLength: 2,
        }),
      },
    ),
  });
}

function rarely(): fc.Arbitrary<boolean> {
  return fc.nat(9).map((n) => n === 0);
}

function rulesAt(now: number, zone: string): fc.Arbitrary<readonly RuleConfig[]> {
  const minute = fc.oneof(fc.constantFrom(0, 60, 120, 150, 180, 210, 240, 600), fc.integer({ min: 0, max: 1_439 }));
  const zones = fc.constantFrom(zone, zone, 'UTC', 'America/New_York');
  const today = Temporal.Instant.fromEpochMilliseconds(now).toZonedDateTimeISO(zone).toPlainDate();
  const weekly = (timezone: string) =>
    fc
      .record({
        days: fc.uniqueArray(fc.integer({ min: 1, max: 7 }), { minLength: 1, maxLength: 5 }),
        fromMinute: minute,
        toMinute: fc.oneof(minute, fc.constant(1_440)),
      })
      .map((span): Span => ({ type: 'weekly', timezone, ...span, days: span.days.toSorted() }));
  const dated = (timezone: string) =>
    fc
      .record({
        later: fc.integer({ min: -5, max: 9 }),
        days: fc.integer({ min: 0, max: 5 }),
        clock: fc.option(fc.constantFrom('00:00', '02:30', '03:30', '12:00')),
      })
      .map(({ later, days, clock }): Span => {
        const from = today.add({ days: later });
        const to = from.add({ days });
        return clock === null
          ? { type: 'dated', timezone, from: `${from}`, to: `${to}` }
          : { type: 'dated', timezone, from: `${from}T${clock}`, to: `${to.add({ days: 1 })}T${clock}` };
      });
  const opening = (timezone: string) =>
    fc.oneof({ weight: 5, arbitrary: weekly(timezone) }, { weight: 1, arbitrary: dated(timezone) });
  const window = zones.chain((timezone) =>
    fc
      .record({
        allow: fc.array(opening(timezone), { maxLength: 3 }),
        deny: fc.array(fc.tuple(dated(timezone), fc.constantFrom<readonly string[]>([], [], ['fix'])), {
          maxLength: 2,
        }),
      })
      .map(
        ({ allow, deny }): RuleConfig => ({
          type: 'window',
          place: PLACE,
          timezone,
          allow: allow.map((span) => ({ span, noticeMs: null, name: null, calendar: null })),
          deny: deny.map(([span, except]) => ({ span, reason: 'because', except, calendar: null })),
          holidays: [],
          onWindowClose: 'finish',
        }),
      ),
  );
  const train = zones.chain((timezone) =>
    fc
      .record({
        departures: fc.array(weekly(timezone), { minLength: 1, maxLength: 2 }),
        cutoffMs: fc.option(fc.constantFrom(HOUR, DAY, 3 * DAY)),
      })
      .map(
        ({ departures, cutoffMs }): RuleConfig => ({
          type: 'train',
          place: PLACE,
          timezone,
          departures,
          cutoffMs,
          frozenKinds: ['feat'],
        }),
      ),
  );
  const approval = fc
    .record({
      expiresMs: fc.constantFrom(null, 12 * HOUR, DAY, 3 * DAY, 10 * DAY),
      author: fc.constantFrom('excluded' as const, 'counts' as const),
      both: fc.boolean(),
    })
    .map(
      ({ expiresMs, author, both }): RuleConfig => ({
        type: 'approval',
        place: PLACE,
        require: [{ from: 'leads', count: 1 }, ...(both ? [{ from: 'qa', count: 1 }] : [])],
        paths: [],
        author,
        userVerification: 'optional',
        expiresMs,
        remindMs: null,
        escalate: null,
      }),
    );
  const per = fc.constantFrom<'day' | 'week' | 'window' | { ms: number }>(
    'day',
    'week',
    'window',
    { ms: 12 * HOUR },
    { ms: 3 * DAY },
  );
  const limit = fc
    .record({ timezone: zones, runsMax: fc.constantFrom(1, 1, 2), per })
    .map((each): RuleConfig => ({ type: 'limit', place: PLACE, ...each }));
  const soak = fc
    .constantFrom(0, HOUR, 2 * DAY, 5 * DAY)
    .map((forMs): RuleConfig => ({ type: 'soak', place: PLACE, environment: 'staging', forMs }));
  const plain = fc.constantFrom<RuleConfig>(
    { type: 'lock', place: PLACE, name: 'one' },
    { type: 'checks', place: PLACE, require: ['ci'], values: [], evidence: {} },
    { type: 'when', place: PLACE, expression: "!('breaking' in change.kinds)", says: null },
    { type: 'deployers', place: PLACE, by: ['ana'] },
    { type: 'downgrade', place: PLACE },
    { type: 'signature', place: PLACE, by: ['ana'], of: 'commit', userVerification: 'optional' },
  );
  const timed = fc.oneof({ weight: 5, arbitrary: window }, { weight: 2, arbitrary: train }, approval, limit, soak);
  return fc
    .tuple(fc.array(timed, { minLength: 1, maxLength: 4 }), fc.array(plain, { maxLength: 2 }))
    .map(([first, second]) => [...first, ...second]);
}

/** Each rule is a policy; a limit per window has its window beside it. */
export function policiesOf({ rules, overrideMs }: Scene): readonly PolicyConfig[] {
  const window = rules.find(({ type }) => type === 'window');
  const override =
    overrideMs === null
      ? null
      : ({
          by: ['leads'],
          people: 1,
          author: 'counts',
          reason: 'optional',
          expiresMs: overrideMs,
          rules: null,
          postmortem: false,
        } as const);
  return rules
    .filter((rule) => rule !== window || !rules.some(isPerWindow))
    .map((rule, index) => ({
      name: `p${index}-${rule.type}`,
      place: PLACE,
      rules: isPerWindow(rule) && window !== undefined ? [window, rule] : [rule],
      override,
    }));
}

function isPerWindow(rule: RuleConfig): boolean {
  return rule.type === 'limit' && rule.per === 'window';
}

export function evidenceOf(scene: Scene): Evidence {
  const { authors, kinds, soaked, check, isOlder, signed, now } = scene;
  return {
    ...NO_EVIDENCE,
    planDigest: 'plan',
    change: kinds === null ? null : { authors: authors.map(identity), paths: ['a.yaml'], kinds, commits: 1 },
    signed: {
      commit:
        signed === 'nobody'
          ? { type: 'unsigned' }
          : signed === 'unreadable'
            ? { type: 'invalid', sentence: 'not now', passing: true }
            : { type: 'signed', by: signed },
      tag: { type: 'unsigned' },
    },
    soaks: {
      staging:
        soaked === 'never'
          ? { type: 'never' }
          : soaked === 'failed'
            ? { type: 'failed', sentence: 'broke' }
            : { type: 'healthy', ...soaked },
    },
    checks: check === 'none' ? [] : [{ name: 'ci', status: check, value: null, at: now, by: 'ci' }],
    isOlder,
  };
}

/** As a controller sees it: offered by `follow`, or asked for by name. */
export function observedOf(scene: Scene): Observed {
  const { now, words, starts, overrides, requestedBy, isLocked, offeredAt } = scene;
  const policies = policiesOf(scene);
  const told = new Story()
    .at('2025-06-01 09:00')
    .gatedBy(...policies)
    .deployed('v1.4.1')
    .offers('v1.4.2');
  const observed = told.observed();
  if (observed.gates === null) throw new Error('a story has gates');
  const state = {
    ...observed.ledger.state,
    starts: starts.map((at, index) => ({ run: `production-${9 - index}`, at })),
    approvals: words.map(({ by, answer, at }, index) => ({
      id: `word-${index}`,
      by: identity(by),
      answer,
      version: CANDIDATE,
      planDigest: 'plan',
      reason: '',
      at,
      tag: null,
    })),
    overrides: overrides.map(({ by, at }, index) => ({
      id: `override-${index}`,
      by: identity(by),
      version: CANDIDATE,
      rules: [],
      reason: 'because',
      at,
      until: null,
    })),
    offered: [{ digest: CONTENTS.digest, commit: CANDIDATE.commit, at: offeredAt }],
    requests:
      requestedBy === null
        ? []
        : [
            {
              type: 'deploy',
              id: 'asked',
              by: identity(requestedBy),
              at: now - 1,
              reason: 'x',
              version: CANDIDATE,
              emergency: false,
              skipTests: false,
            } as const,
          ],
    // Its newest record is no younger than now.
    lastAt: Math.min(now, offeredAt),
  };
  told.observes({
    ledger: { type: 'read', state },
    gates: { ...observed.gates, ...DIRECTORY },
    evidence: new Map([[CANDIDATE.commit, evidenceOf(scene)]]),
    holders: isLocked ? [{ lock: 'one', environment: 'other', run: 'other-1' }] : [],
  });
  return observedBy(told);
}

/** As policies are asked directly, at an instant. */
export function factsAt(scene: Scene, now: number) {
  return facts({ now, evidence: evidenceOf(scene), directory: DIRECTORY });
}
