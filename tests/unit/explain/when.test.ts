// When a version can be live: found by asking what decides, at each moment that it names.

import { describe, expect, test } from 'vitest';
import { parseInstant } from '../../../engine/base/instant.ts';
import { plainText } from '../../../engine/cli/text/line.ts';
import { whenLines } from '../../../engine/cli/text/when-shown.ts';
import { whenJson } from '../../../engine/contract/when.ts';
import { type When, whenOf } from '../../../engine/explain/when.ts';
import { environmentConfig, place } from '../../support/config-builders.ts';
import { instant, observedBy, officeHours, Story, version } from '../../support/observed-builders.ts';

const FRIDAY = instant('2026-11-20 12:00');
const SATURDAY = instant('2026-11-21 20:00');
const V = version('v1.4.2');

const gated = () => new Story().at('2026-11-19 09:00').deployed('v1.4.1').gatedBy(officeHours()).offers('v1.4.2');

function when(now: number, ...stories: readonly Story[]): When {
  const whens = whenOf(observedBy(...stories), now, V, 'UTC');
  const last = whens.at(-1);
  if (last === undefined) throw new Error('nothing was observed');
  return last;
}

/** Production takes what succeeded in staging. */
function promotedFromStaging(story = new Story()): Story {
  story.knows('v1.4.2');
  const { gates } = story.observed();
  if (gates === null) throw new Error('a story has gates');
  const environment = { ...environmentConfig('production'), follow: { type: 'promoted', from: 'staging' } as const };
  return story.observes({ gates: { ...gates, environment } });
}

const soaked = (hours: number) => ({
  name: 'soaked',
  place: place('policies/soaked.yaml'),
  rules: [
    { type: 'soak', place: place('policies/soaked.yaml'), environment: 'staging', forMs: hours * 3_600_000 } as const,
  ],
  override: null,
});

describe('when', () => {
  test('is now where everything allows', () => {
    expect(when(FRIDAY, gated())).toMatchObject({ earliest: FRIDAY, blocked: [], needs: [], isLive: false });
  });

  test('is the opening of the window where that is what is in the way', () => {
    const answer = when(SATURDAY, gated());
    expect(answer.earliest).toBe(parseInstant('2026-11-23T07:00:00Z'));
    expect(answer.overridableBy).toEqual(['leads']);
    expect(answer.sentence).toBe(
      'Monday 2026-11-23 09:00 Europe/Bucharest; until then business-hours/window is in the way',
    );
  });

  test('goes from window to window until they are open together', () => {
    const mondays = { ...officeHours(), name: 'utc-nights' };
    const [hours] = officeHours().rules;
    if (hours?.type !== 'window') throw new Error('office hours are a window');
    const late = {
      ...mondays,
      rules: [
        {
          ...hours,
          timezone: 'UTC',
          allow: hours.allow.map((open) => ({
            ...open,
            span: { type: 'weekly', timezone: 'UTC', days: [3], fromMinute: 15 * 60, toMinute: 20 * 60 } as const,
          })),
        },
      ],
    };
    const answer = when(SATURDAY, gated().gatedBy(officeHours(), late));
    // Wednesday 15:00 UTC is 17:00 in Bucharest: an hour is left.
    expect(answer.earliest).toBe(parseInstant('2026-11-25T15:00:00Z'));
  });

  test('is never where rules are never open together', () => {
    const [hours] = officeHours().rules;
    if (hours?.type !== 'window') throw new Error('office hours are a window');
    const weekends = {
      ...officeHours(),
      name: 'weekends',
      rules: [
        {
          ...hours,
          allow: hours.allow.map((open) => ({
            ...open,
            span: { ...open.span, type: 'weekly', days: [6, 7], fromMinute: 0, toMinute: 1_440 } as const,
          })),
        },
      ],
    };
    const answer = when(SATURDAY, gated().gatedBy(officeHours(), weekends));
    expect(answer).toMatchObject({ earliest: null, notBefore: null });
    expect(answer.sentence).toMatch(/^not within 400 days/);
  });

  test('is since when it runs, where it does', () => {
    const answer = when(SATURDAY, new Story().at('2026-11-19 09:00').deployed('v1.4.2').gatedBy(officeHours()));
    expect(answer).toMatchObject({ isLive: true, blocked: [] });
    expect(answer.earliest).toBeLessThan(FRIDAY);
  });

  test('is not told where a person has suspended the environment for good, but what time says is', () => {
    const story = gated().event({ type: 'suspended', reason: 'audit', until: null });
    const answer = when(SATURDAY, story);
    expect(answer).toMatchObject({ earliest: null, notBefore: parseInstant('2026-11-23T07:00:00Z') });
    expect(answer.sentence).toMatch(
      /^not before Monday 2026-11-23 09:00 Europe\/Bucharest; it also needs tidegate\/suspended \(suspended by Ana/,
    );
  });

  test('goes by a suspension that ends by itself', () => {
    const until = instant('2026-11-24 12:00');
    expect(when(SATURDAY, gated().event({ type: 'suspended', reason: 'audit', until })).earliest).toBe(until);
  });

  test('says that waiting does not help where it does not', () => {
    const story = gated().failedAndRolledBack('v1.4.2', 'health: answered 503');
    const answer = when(SATURDAY, story);
    expect(answer).toMatchObject({ earliest: null, notBefore: null });
    expect(answer.sentence).toMatch(/^denied, and waiting does not help: tidegate\/quarantine/);
  });

  test('comes after the environment that it is promoted from', () => {
    const staging = new Story('staging').deployed('v1.4.1').gatedBy(officeHours()).offers('v1.4.2');
    const answer = when(SATURDAY, staging, promotedFromStaging());
    expect(answer.earliest).toBe(parseInstant('2026-11-23T07:00:00Z'));
    expect(answer.blocked.map(({ rule }) => rule)).toContain('follow');
    expect(answer.sentence).toContain('after staging');
  });

  test('soaks from the moment it is live there', () => {
    const staging = new Story('staging').deployed('v1.4.1').gatedBy(officeHours()).offers('v1.4.2');
    const production = promotedFromStaging(new Story().gatedBy(soaked(48)));
    expect(when(SATURDAY, staging, production).earliest).toBe(parseInstant('2026-11-25T07:00:00Z'));
    // Also where it is not promoted, but only has to have been there.
    const tagged = new Story().gatedBy(soaked(48)).offers('v1.4.2');
    expect(when(SATURDAY, staging, tagged).earliest).toBe(parseInstant('2026-11-25T07:00:00Z'));
  });

  test('is as unknown as in the environment before it', () => {
    const staging = new Story('staging').deployed('v1.4.1').offers('v1.4.2');
    staging.event({ type: 'suspended', reason: 'audit', until: null });
    const answer = when(SATURDAY, staging, promotedFromStaging());
    expect(answer).toMatchObject({ earliest: null });
    expect(answer.needs.map(({ rule }) => rule)).toEqual(['follow']);
  });

  test('in JSON holds the contract, and in lines names rule, zone and people', () => {
    const whens = whenOf(observedBy(gated()), SATURDAY, V, 'UTC');
    expect(whenJson(whens, V, SATURDAY)).toMatchObject({
      version: V,
      environments: [
        {
          name: 'production',
          earliest: '2026-11-23T07:00:00Z',
          blockedBy: ['business-hours/window'],
          overridableBy: ['leads'],
          sentence: expect.stringContaining('Monday 2026-11-23 09:00 Europe/Bucharest'),
        },
      ],
    });
    expect(plainText(whenLines(whens, V, SATURDAY, 'UTC'))).toMatchInlineSnapshot(`
      "v1.4.2 (1264ab1) can be live

        production  Monday 2026-11-23 09:00 Europe/Bucharest; until then business-hours/window is in the way
          business-hours/window  closed since Friday 18:00 Europe/Bucharest; opens Monday 2026-11-23 09:00 Europe/Bucharest
          business-hours/window can be overridden by leads
          in an emergency: tidegate deploy production v1.4.2 --emergency --reason "…"

      at Saturday 2026-11-21 20:00 UTC (2026-11-21T20:00:00Z)
      "
    `);
  });
});
