// What waits for somebody to merge it, and which of it can be merged: by name, branch or environment.

import { describe, expect, test } from 'vitest';
import { mergeNamed } from '../../../engine/acts/merge.ts';
import { proposalsIn } from '../../../engine/explain/proposals.ts';
import type { ObservedEnvironment } from '../../../engine/model/observed.ts';
import type { PromotionFacts, ProposalSeen, StoredProposal } from '../../../engine/model/promotion.ts';
import { observedBy, Story, version } from '../../support/observed-builders.ts';

const HEAD = 'a'.repeat(40);
const THEIRS = 'b'.repeat(40);

function proposal(name: string, change: Partial<StoredProposal> = {}): StoredProposal {
  return {
    proposal: `production/${name}`,
    base: 'main',
    baseHead: 'c'.repeat(40),
    source: 'staging',
    version: version('v1.4.2'),
    key: name,
    service: null,
    paths: ['environments/production/web.yaml'],
    fields: [],
    supersedes: null,
    requestedBy: null,
    reason: '',
    intendedAt: 1,
    head: HEAD,
    touched: [],
    merging: null,
    ended: null,
    ...change,
  };
}

function environments(
  proposals: readonly StoredProposal[],
  seen: Readonly<Record<string, Partial<ProposalSeen>>> = {},
): { readonly environments: readonly ObservedEnvironment[] } {
  const facts: PromotionFacts = {
    base: { branch: 'main', head: 'd'.repeat(40) },
    wanted: null,
    waits: null,
    seen: new Map(
      Object.entries(seen).map(([name, given]) => [
        `production/${name}`,
        { tip: HEAD, mergedBy: null, merges: 'clean', ...given },
      ]),
    ),
    branches: new Set(),
    ahead: [],
  };
  const observed = observedBy(new Story());
  return {
    environments: observed.environments.map((one) => ({
      ...one,
      promotion: facts,
      ledger: { ...one.ledger, state: { ...one.ledger.state, proposals } },
    })),
  };
}

describe('a proposal is merged', () => {
  test.each(['production/one', 'promote/production/one', 'production'])('named %s', (typed) => {
    const act = mergeNamed(environments([proposal('one')]), typed);
    expect(act).toMatchObject({ type: 'merge', head: HEAD, proposal: { name: 'production/one' } });
    expect(act).toHaveProperty('message', 'Merge promote/production/one into main\n\nProposal: production/one\n');
  });

  test('as people have made it', () => {
    const act = mergeNamed(environments([proposal('one')], { one: { tip: THEIRS, merges: null } }), 'production/one');
    expect(act).toMatchObject({ type: 'merge', head: THEIRS, proposal: { state: 'theirs' } });
  });
});

describe('refused is', () => {
  test('an environment that has two, with their names', () => {
    const act = mergeNamed(environments([proposal('one'), proposal('two')]), 'production');
    expect(act).toMatchObject({
      refusal: {
        kind: 'unknown',
        sentence: 'there is no proposal production',
        hint: 'proposals: production/one, production/two',
      },
    });
  });

  test('any name where nothing is proposed, also one that has ended', () => {
    const ended = { how: 'merged', commit: HEAD, sentence: 'merged', at: 2 } as const;
    const act = mergeNamed(environments([proposal('one', { ended })]), 'production/one');
    expect(act).toMatchObject({ refusal: { kind: 'unknown', hint: 'nothing is proposed' } });
  });

  test('one whose branch is not there yet', () => {
    const act = mergeNamed(environments([proposal('one', { head: null })]), 'production/one');
    expect(act).toMatchObject({ refusal: { sentence: 'the branch of production/one is not there yet' } });
  });

  test('one that conflicts', () => {
    const act = mergeNamed(environments([proposal('one')], { one: { merges: 'conflict' } }), 'production/one');
    expect(act).toMatchObject({ refusal: { sentence: 'production/one conflicts with main' } });
  });
});

test('what waits is told oldest first, each with how it stands', () => {
  const all = environments(
    [
      proposal('four', { intendedAt: 4, head: null }),
      proposal('three', { intendedAt: 3 }),
      proposal('two', { intendedAt: 2 }),
      proposal('one', { intendedAt: 1, carried: ['Ana <ana@example.org>'], requestedBy: 'dan' }),
    ],
    { one: {}, two: { tip: THEIRS, merges: null }, three: { merges: 'conflict' } },
  );
  expect(proposalsIn(all).map(({ name, state, sentence }) => [name, state, sentence.replace(/ \(\w+\)/, '')])).toEqual([
    ['production/one', 'open', 'v1.4.2 of staging'],
    ['production/two', 'theirs', 'v1.4.2 of staging, and people have committed to it'],
    ['production/three', 'conflict', 'v1.4.2 of staging, which conflicts with main'],
    ['production/four', 'opening', 'v1.4.2 of staging, whose branch is being made'],
  ]);
  expect(proposalsIn(all)[0]).toMatchObject({ authors: ['Ana <ana@example.org>'], requestedBy: 'dan' });
});
