// A history replayed beside what the ledger remembers: recorded exceptions count again, and what went otherwise is
// noted.

import { expect, test } from 'vitest';
import { simulate } from '../../../../engine/controller/commands/simulation.ts';
import type { Decision } from '../../../../engine/explain/simulate-lane.ts';
import { opening, type SurveyWorld, surveyWorld } from '../../../support/survey-world.ts';

const SUNDAYS =
  'window: { timezone: UTC, allow: [{ days: sun }] }\noverride: { by: [leads], reason: required, expires: 4h }\n';
const FROM = Date.UTC(2026, 10, 20);
const TO = Date.UTC(2026, 10, 24);
const APP = 'environments/production/app.txt';
const NO_HOLIDAYS = { holidays: async () => ({}), knows: async () => false };

async function replayed(world: SurveyWorld, policies: string | null = null) {
  const decisions: Decision[] = [];
  await world.look();
  const end = await simulate(
    world.survey,
    NO_HOLIDAYS,
    { from: FROM, to: TO, policies, environment: null },
    (decision) => decisions.push(decision),
  );
  if (end.type !== 'simulated') throw new Error(end.type);
  return { notes: end.notes, decisions };
}

async function world(): Promise<{ world: SurveyWorld; commit: string }> {
  const made = await surveyWorld(
    { production: { policies: '[sundays]' } },
    { files: { 'policies/sundays.yaml': SUNDAYS } },
  );
  const author = { name: 'Dan', email: 'dan@example.org' };
  const commit = await made.remote.commit({ [APP]: 'two\n' }, { at: made.clock.now(), author });
  return { world: made, commit };
}

async function ran(made: SurveyWorld, trigger: 'request' | 'commit'): Promise<void> {
  const { offers, config } = await made.observe('production');
  const [offer] = offers;
  if (offer === undefined) throw new Error('nothing is offered');
  made.clock.advance(60_000);
  made.tell('production', opening(offer.version, offer.contents, config ?? '', { trigger }), {
    type: 'run-ended',
    outcome: 'Succeeded',
    sentence: 'deployed',
  });
}

test('what went otherwise is noted, with the run that brought it', async () => {
  const { world: made, commit } = await world();
  await ran(made, 'request');
  const { notes, decisions } = await replayed(made);
  expect(decisions.find(({ version }) => version.commit === commit)?.wentAt).toBe(Date.UTC(2026, 10, 22));
  expect(notes.join()).toMatch(
    new RegExp(
      `production: production-1 brought ${commit.slice(0, 7)} at .*12:01.*, asked for by name; here it goes at`,
    ),
  );
  expect((await replayed(made, 'main')).notes).toEqual([]);
});

test('an exception that is recorded counts as it did then', async () => {
  const { world: made, commit } = await world();
  await made.look();
  made.survey.ledger.append('production', [
    {
      type: 'overridden',
      id: 'overridden:1',
      at: made.clock.now(),
      by: 'Ana <ana@example.org>',
      version: { commit, tag: null },
      rules: [],
      reason: 'customers wait',
      until: null,
    },
  ]);
  await ran(made, 'commit');
  const { notes, decisions } = await replayed(made);
  const wentAt = decisions.find(({ version }) => version.commit === commit)?.wentAt ?? 0;
  expect(wentAt).toBeLessThan(Date.UTC(2026, 10, 20, 12, 1));
  expect(notes).toEqual([]);
});
