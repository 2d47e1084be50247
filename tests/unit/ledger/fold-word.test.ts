// What the index keeps of what people said when there is too much of it.

import { expect, test } from 'vitest';
import { APPROVALS_MAX } from '../../../engine/ledger/bounds.ts';
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

test('an unsigned word does not push out the signed one that it repeats', () => {
  const story = new Story().event({ ...word('v0.0.1', 'rejected'), signature: 'armored' }, DAN);
  for (let count = 0; count < APPROVALS_MAX + 5; count += 1) story.event(word('v0.0.1'), DAN);
  expect(story.state.approvals[0]).toMatchObject({ answer: 'rejected', signature: 'armored' });
});
