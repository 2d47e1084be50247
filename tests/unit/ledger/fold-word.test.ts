// What the index keeps of what people said when there is too much of it.

import { describe, expect, test } from 'vitest';
import { APPROVALS_MAX, SECRETS_MAX } from '../../../engine/ledger/bounds.ts';
import { REPOSITORY_LEDGER } from '../../../engine/model/environment-state.ts';
import { ANA, DAN, Story, version } from '../../support/observed-builders.ts';

function word(name: string, type: 'approved' | 'rejected' = 'approved') {
  return { type, version: version(name), planDigest: 'plan', reason: '' } as const;
}

test('what a person said again goes first, then old approvals, and a no last', () => {
  const story = new Story();
  story.event(word('v0.0.1', 'rejected'), DAN).event(word('v0.0.2'), ANA).event(word('v0.0.2'), ANA);
  for (let patch = 3; patch < APPROVALS_MAX; patch += 1) story.event(word(`v0.1.${patch}`), ANA);
  expect(story.state.approvals).toHaveLength(APPROVALS_MAX);
  const ids = () => story.state.approvals.map(({ answer, version: of }) => `${answer} ${of.tag}`);

  story.event(word('v0.2.0'), ANA);
  expect(ids().slice(0, 3)).toEqual(['rejected v0.0.1', 'approved v0.0.2', 'approved v0.1.3']);
  story.event(word('v0.2.1'), ANA);
  expect(ids().slice(0, 2)).toEqual(['rejected v0.0.1', 'approved v0.1.3']);
  for (let patch = 0; patch < 2 * APPROVALS_MAX; patch += 1) story.event(word(`v0.3.${patch}`), ANA);
  expect(ids()[0]).toBe('rejected v0.0.1');
  expect(story.state.approvals).toHaveLength(APPROVALS_MAX);
});

test('of a no that was said twice the first goes before any yes', () => {
  const story = new Story().event(word('v0.0.1'), ANA);
  story.event(word('v0.0.2', 'rejected'), DAN).event(word('v0.0.2', 'rejected'), DAN);
  for (let patch = 3; patch <= APPROVALS_MAX; patch += 1) story.event(word(`v0.1.${patch}`), ANA);
  expect(story.state.approvals).toHaveLength(APPROVALS_MAX);
  const first = story.state.approvals.slice(0, 3).map(({ answer, version: of }) => `${answer} ${of.tag}`);
  expect(first).toEqual(['approved v0.0.1', 'rejected v0.0.2', 'approved v0.1.3']);
});

test('of two people who say no to the same version neither is forgotten for the other', () => {
  const story = new Story().event(word('v0.0.1', 'rejected'), DAN).event(word('v0.0.1', 'rejected'), ANA);
  for (let patch = 2; patch <= APPROVALS_MAX + 1; patch += 1) story.event(word(`v0.1.${patch}`), ANA);
  const kept = story.state.approvals.filter(({ answer }) => answer === 'rejected');
  expect(kept.map(({ by }) => by)).toEqual([DAN, ANA]);
});

describe('a secret belongs to', () => {
  const claim = (environment: string, because: 'first' | 'granted' = 'first', secret = 'PROD_TOKEN') =>
    ({ type: 'secret-claimed', secret, environment, holder: `${environment}-1`, because }) as const;
  const all = () => new Story(REPOSITORY_LEDGER);

  test('the first that claims it, and to nobody else by claiming', () => {
    const story = all().event(claim('production')).event(claim('production'));
    expect(story.state.secrets).toMatchObject([{ secret: 'PROD_TOKEN', environment: 'production' }]);
    expect(() => story.event(claim('zz'))).toThrow('the secret PROD_TOKEN belongs to production');
  });

  test('whom the operator grants it', () => {
    const story = all().event(claim('zz')).event(claim('production', 'granted'));
    expect(story.state.secrets).toMatchObject([{ environment: 'production' }]);
    expect(() => story.event(claim('zz'))).toThrow('belongs to production');
    // To several, where he says so; what somebody was first to name is not among them.
    story.event(claim('staging', 'granted')).event(claim('staging', 'granted'));
    expect(story.state.secrets.map(({ environment }) => environment)).toEqual(['production', 'staging']);
  });

  test('its owner also when there are too many: none is forgotten', () => {
    const story = all();
    for (let count = 0; count < SECRETS_MAX; count += 1) story.event(claim('production', 'first', `S${count}`));
    expect(() => story.event(claim('zz', 'first', 'ONE_MORE'))).toThrow('none is forgotten');
    expect(story.event(claim('staging', 'granted', 'S0')).state.secrets).toHaveLength(SECRETS_MAX);
  });
});

test('a target keeps its mark wherever it moves: the places that it left know it by that', () => {
  const story = new Story().deployed('v1.0.0', { targetPlace: '/srv/a', targetMark: 'ours' }).deployed('v1.1.0');
  expect(story.state.target).toEqual({ place: '/srv/a', mark: 'ours' });
  story.deployed('v1.2.0', { targetPlace: '/srv/b', targetMark: 'ours' });
  expect(story.state.target).toEqual({ place: '/srv/b', mark: 'ours' });
  const refusal = (change: object) => () => story.opens('v1.3.0', change);
  expect(refusal({ targetPlace: '/srv/b', targetMark: 'theirs' })).toThrow('its mark is ours');
  expect(refusal({ targetPlace: '/srv/b' })).toThrow('a place and its mark go together');
});

test('an unsigned word does not push out the signed one that it repeats', () => {
  const story = new Story().event({ ...word('v0.0.1', 'rejected'), signature: 'armored' }, DAN);
  for (let count = 0; count < APPROVALS_MAX + 5; count += 1) story.event(word('v0.0.1'), DAN);
  expect(story.state.approvals[0]).toMatchObject({ answer: 'rejected', signature: 'armored' });
});
