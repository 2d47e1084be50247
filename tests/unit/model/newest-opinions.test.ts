import { describe, expect, it } from 'vitest';
import { newestOpinions, type Opinion } from '../../../engine/model/proposal.ts';

const ana = { login: 'ana', id: 7 };
const said = (id: number, state: Opinion['state'], by = ana): Opinion => ({
  id,
  by,
  state,
  commit: 'a'.repeat(40),
  at: id,
});

describe('newestOpinions', () => {
  it.each([
    [1, 2],
    [2, 1],
  ])('leaves no opinion where the newest was dismissed, read in the order %i, %i', (...order) => {
    const states: Readonly<Record<number, Opinion['state']>> = { 1: 'approved', 2: 'dismissed' };
    const reviews = newestOpinions(
      order.map((id) => said(id, states[id] ?? 'rejected')),
      'commit',
    );
    expect(reviews.map(({ id, answer }) => [id, answer])).toEqual([['2', 'withdrawn']]);
  });

  it('tells people apart by number: another account that took the login has an opinion of its own', () => {
    const reviews = newestOpinions([said(1, 'approved'), said(2, 'rejected', { login: 'ana', id: 8 })], 'commit');
    expect(reviews.map(({ by, answer }) => [by.id, answer])).toEqual([
      [7, 'approved'],
      [8, 'rejected'],
    ]);
  });
});
