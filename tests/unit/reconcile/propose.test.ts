// What is proposed, and what becomes of it: decided from what the repository says, and from the records alone.

import { describe, expect, test } from 'vitest';
import type { PromoteConfig } from '../../../engine/model/config.ts';
import { type ProposalSeen, promoteBranchId, type Wanted } from '../../../engine/model/promotion.ts';
import type { ForgeFacts, ForgeProposal } from '../../../engine/model/proposal.ts';
import type { Plan } from '../../../engine/reconcile/plan.ts';
import { reconcile } from '../../../engine/reconcile/reconcile.ts';
import { ANA, DAN, instant, observedBy, Story, version } from '../../support/observed-builders.ts';

const NOW = instant('2026-11-20 13:00');

function wanted(name: string, change: Partial<Wanted> = {}): Wanted {
  return {
    source: 'staging',
    version: { ...version(name), tag: name },
    key: key(name),
    service: null,
    paths: ['environments/production/services/web.yaml'],
    fields: [],
    carried: [DAN],
    ...change,
  };
}

function key(name: string): string {
  return Buffer.from(name).toString('hex').padEnd(64, '0');
}

/** One that is open, with its branch where it was made. */
function open(story: Story, name: string, change: Partial<Wanted> = {}, supersedes: string | null = null): string {
  const proposal = `production/${name}`;
  const base = { base: 'main', baseHead: version('head').commit };
  const asked = { requestedBy: null, reason: '', supersedes };
  story.event({ type: 'proposal-intended', proposal, ...wanted(name, change), ...base, ...asked });
  story.event({ type: 'proposal-opened', proposal, commit: version(`proposed-${name}`).commit, sentence: 'open' });
  return proposal;
}

function ours(name: string, merges: ProposalSeen['merges'] = 'clean'): readonly [string, ProposalSeen] {
  return [`production/${name}`, { tip: version(`proposed-${name}`).commit, mergedBy: null, merges }];
}

function pull(name: string, number: number): ForgeProposal {
  const head = version(`proposed-${name}`).commit;
  return {
    ...{ number, url: null, branch: `promote/production/${name}`, isFork: false, base: 'main', head, state: 'open' },
    ...{ isDraft: false, author: null, updatedAt: NOW, reviews: null },
  };
}

function forgeWith(proposals: readonly ForgeProposal[]): ForgeFacts {
  return { asOf: NOW, reachable: true, trouble: null, me: null, proposals, checks: [], nextAt: NOW };
}

const gone: ProposalSeen = { tip: null, mergedBy: null, merges: null };

type Facts = { readonly wanted?: readonly Wanted[] | null; readonly seen?: ReadonlyMap<string, ProposalSeen> };

function decide(story: Story, facts: Facts, promote: Partial<PromoteConfig> = {}, change: object = {}): Plan {
  story.promotes(promote, facts).observes(change);
  return reconcile(observedBy(story), NOW);
}

function appended(plan: Plan): readonly string[] {
  return plan.append.map(({ record }) => {
    const said = record as { readonly proposal?: string; readonly how?: string };
    return [record.type, said.proposal, said.how].filter((part) => part !== undefined).join(' ');
  });
}

const begun = () => new Story().deployed('v1');

describe('what succeeded elsewhere', () => {
  test('is intended first, and its branch is pushed once the intent stands', () => {
    const story = begun();
    const plan = decide(story, { wanted: [wanted('v2')] });
    expect(appended(plan)).toEqual(['proposal-intended production/v2']);
    expect(plan.effects).toEqual([]);
    const base = { base: 'main', baseHead: version('head').commit, supersedes: null, requestedBy: null, reason: '' };
    story.event({ type: 'proposal-intended', proposal: 'production/v2', ...wanted('v2'), ...base });
    const next = decide(story, { wanted: [wanted('v2')] });
    expect(appended(next)).toEqual([]);
    expect(next.effects).toMatchObject([{ kind: 'promote-branch', id: promoteBranchId('production/v2'), run: null }]);
    const result = { result: 'opened', commit: version('x').commit, sentence: 'is open' } as const;
    const effects = new Map([[promoteBranchId('production/v2'), { kind: 'promote-branch', run: null, result }]]);
    expect(appended(decide(story, { wanted: [wanted('v2')] }, {}, { effects }))).toEqual([
      'proposal-opened production/v2',
    ]);
  });

  test('is proposed once, and under a name that nobody has', () => {
    const story = begun();
    open(story, 'v2');
    expect(appended(decide(story, { wanted: [wanted('v2')], seen: new Map([ours('v2')]) }))).toEqual([]);
    const taken = { branches: new Set(['production/v2', 'production/v2-2']) };
    story.promotes({}, { wanted: [wanted('v2')], ...taken });
    const other = begun().promotes({}, { wanted: [wanted('v2')], ...taken });
    expect(appended(reconcile(observedBy(other), NOW))).toEqual(['proposal-intended production/v2-3']);
  });

  test('waits for a run that holds the lease, for a suspension, and for a soak', () => {
    const running = begun().opens('v9').starts('test');
    const lease = { type: 'mine', epoch: running.state.epoch } as const;
    expect(appended(decide(running, { wanted: [wanted('v2')] }, {}, { lease })).join()).not.toContain('proposal');
    const suspended = begun().event({ type: 'suspended', reason: 'x', until: null });
    expect(appended(decide(suspended, { wanted: [wanted('v2')] }))).toEqual([]);
    const soaks = begun();
    const health = (since: number | null) => ({ sourceHealth: { staging: { since, soakedMs: 0 } } });
    expect(appended(decide(soaks, { wanted: [wanted('v2')] }, { when: 'soaked' }, health(null)))).toEqual([]);
    expect(appended(decide(soaks, { wanted: [wanted('v2')] }, { when: 'soaked' }, health(NOW)))).toHaveLength(1);
  });
});

describe('an open proposal', () => {
  test('is over when its contents are on main, by whatever commit', () => {
    const story = begun();
    const proposal = open(story, 'v2');
    const mergedBy = version('squash').commit;
    const plan = decide(story, { wanted: [], seen: new Map([[proposal, { tip: null, mergedBy, merges: null }]]) });
    expect(appended(plan)).toEqual(['proposal-ended production/v2 merged']);
  });

  test('makes room for a newer one only when that is open', () => {
    const story = begun();
    open(story, 'v2');
    const seen = new Map([ours('v2')]);
    const first = decide(story, { wanted: [wanted('v3')], seen });
    expect(first.append.map(({ record }) => record)).toMatchObject([
      { type: 'proposal-intended', proposal: 'production/v3', supersedes: 'production/v2' },
    ]);
    open(story, 'v3', {}, 'production/v2');
    const second = decide(story, { wanted: [wanted('v3')], seen: new Map([...seen, ours('v3')]) });
    expect(appended(second)).toEqual(['proposal-ended production/v2 superseded']);
  });

  test('whose pull request people look at is closed once that of the newer one is open', () => {
    const story = begun();
    open(story, 'v2');
    open(story, 'v3', {}, 'production/v2');
    const seen = new Map([ours('v2'), ours('v3')]);
    const plan = (...names: readonly string[]) => {
      const forge = forgeWith(names.map((name, at) => pull(name, at + 1)));
      story.promotes({}, { wanted: [wanted('v3')], seen });
      return reconcile({ ...observedBy(story), forge }, NOW);
    };
    expect(appended(plan('v2'))).toEqual([]);
    expect(
      plan('v2')
        .because.map(({ sentence }) => sentence)
        .join(),
    ).toContain('is closed once the pull request of');
    expect(appended(plan('v2', 'v3'))).toEqual(['proposal-ended production/v2 superseded']);
    expect(appended(plan())).toEqual(['proposal-ended production/v2 superseded']);
  });

  test('that conflicts is proposed again on top of what is there', () => {
    const story = begun();
    open(story, 'v2');
    const plan = decide(story, { wanted: [wanted('v2')], seen: new Map([ours('v2', 'conflict')]) });
    expect(appended(plan)).toEqual(['proposal-intended production/v2-2']);
  });

  test('is closed when there is nothing left to propose', () => {
    const story = begun();
    open(story, 'v2');
    const seen = new Map([ours('v2')]);
    expect(appended(decide(story, { wanted: [], seen }))).toEqual(['proposal-ended production/v2 obsolete']);
    expect(appended(decide(story, { wanted: null, seen }))).toEqual([]);
  });

  test('that a person has committed to is theirs: not closed, not replaced, not merged', () => {
    const story = begun();
    const proposal = open(story, 'v2');
    const theirs = version('theirs').commit;
    const seen = new Map([[proposal, { tip: theirs, mergedBy: null, merges: null }]]);
    expect(appended(decide(story, { wanted: [wanted('v2')], seen }))).toEqual(['proposal-touched production/v2']);
    story.event({ type: 'proposal-touched', proposal, commit: theirs });
    for (const next of [[wanted('v3')], []]) {
      const plan = decide(story, { wanted: next, seen }, { merge: 'when-allowed' });
      expect([...appended(plan), ...plan.effects]).toEqual([]);
    }
    const ended = { type: 'proposal-ended', proposal, how: 'merged', commit: null, sentence: 'x' } as const;
    expect(story.event(ended).state.leftovers).toEqual([]);
  });
});

describe('what a person declined', () => {
  const declined = () => {
    const story = begun();
    const proposal = open(story, 'v2');
    expect(appended(decide(story, { wanted: [wanted('v2')], seen: new Map([[proposal, gone]]) }))).toEqual([
      'proposal-ended production/v2 declined',
    ]);
    return story.event({ type: 'proposal-ended', proposal, how: 'declined', commit: null, sentence: 'declined' });
  };

  test('does not come back for the same contents; the next does', () => {
    expect(appended(decide(declined(), { wanted: [wanted('v2')] }))).toEqual([]);
    expect(appended(decide(declined(), { wanted: [wanted('v3')] }))).toEqual(['proposal-intended production/v3']);
    expect(appended(decide(declined(), { wanted: [wanted('v2')] }, { closed: 'reopen' }))).toHaveLength(1);
  });

  test('comes back when somebody asks for it, in their name', () => {
    const story = declined().event(
      { type: 'promotion-requested', from: ['staging'], services: [], reason: 'now' },
      ANA,
    );
    const plan = decide(story, { wanted: [wanted('v2')] });
    expect(plan.append.map(({ record }) => record)).toMatchObject([
      { type: 'proposal-intended', proposal: 'production/v2-2', requestedBy: ANA, reason: 'now' },
      { type: 'request-closed' },
    ]);
  });
});

describe('one for each service', () => {
  test('is proposed on its own, and asked for by name', () => {
    const both = [wanted('v2', { service: 'web' }), wanted('v2', { service: 'api' })];
    expect(appended(decide(begun(), { wanted: both }, { each: 'service' }))).toEqual([
      'proposal-intended production/v2+web',
      'proposal-intended production/v2+api',
    ]);
    const story = begun().event({ type: 'promotion-requested', from: ['staging'], services: ['api'], reason: '' }, ANA);
    expect(appended(decide(story, { wanted: both }, { each: 'service', when: 'asked' }))).toEqual([
      'proposal-intended production/v2+api',
      'request-closed',
    ]);
  });
});

describe('`merge: when-allowed`', () => {
  const seen = new Map([ours('v2')]);
  const head = version('proposed-v2').commit;

  test('intends the merge when all gates allow, and performs it once that is recorded', () => {
    const story = begun();
    const proposal = open(story, 'v2');
    const known = story.knows('proposed-v2');
    expect(known.commit).toBe(head);
    const plan = decide(story, { wanted: [wanted('v2')], seen }, { merge: 'when-allowed' });
    expect(appended(plan)).toEqual(['merge-intended production/v2']);
    expect(plan.effects).toEqual([]);
    story.event({ type: 'merge-intended', proposal, because: 'x' });
    const next = decide(story, { wanted: [wanted('v2')], seen }, { merge: 'when-allowed' });
    expect(next.effects).toMatchObject([{ kind: 'merge-proposal', payload: { intended: { proposal } } }]);
    expect(decide(story, { wanted: [wanted('v3')], seen }, { merge: 'when-allowed' }).effects).toEqual([]);
    expect(decide(story, { wanted: [wanted('v2')], seen }, { merge: 'person' }).effects).toEqual([]);
  });

  test('says what is in the way, and tries a refused merge no more', () => {
    const story = begun();
    const proposal = open(story, 'v2');
    story.event({ type: 'merge-intended', proposal, because: 'x' });
    story.event({ type: 'merge-failed', proposal, sentence: 'main is protected' });
    story.knows('proposed-v2');
    const plan = decide(story, { wanted: [wanted('v2')], seen }, { merge: 'when-allowed' });
    expect([...appended(plan), ...plan.effects]).toEqual([]);
    expect(plan.because.map(({ sentence }) => sentence).join()).toContain('main is protected');
  });
});

describe('a proposal of another controller that knows more of the source', () => {
  const behind = (minutesLater: number, offered: readonly Wanted[]) => {
    const story = begun();
    open(story, 'v2');
    story.promotes({}, { wanted: offered, seen: new Map([ours('v2')]), ahead: ['production/v2'] });
    const intendedAt = story.state.proposals?.[0]?.intendedAt ?? 0;
    return reconcile(observedBy(story), intendedAt + minutesLater * 60_000);
  };

  test('is neither closed nor replaced by what was known before', () => {
    for (const offered of [[], [wanted('v1')]]) {
      const plan = behind(1, offered);
      expect(appended(plan)).toEqual([]);
      expect(plan.because.map(({ sentence }) => sentence).join()).toContain('is newer than what is known here');
    }
  });

  test('is treated like any other once that has lasted too long', () => {
    expect(appended(behind(11, []))).toEqual(['proposal-ended production/v2 obsolete']);
  });
});

describe('the branch of a proposal that is over', () => {
  const branch = 'promote/production/v2';
  const made = version('proposed-v2').commit;

  function over(how: 'merged' | 'declined' | 'superseded'): Story {
    const story = begun();
    const proposal = open(story, 'v2');
    story.event({ type: 'proposal-ended', proposal, how, commit: null, sentence: 'over' });
    if (how !== 'declined') story.event({ type: 'leftover-removed', branch, because: 'gone' });
    return story;
  }

  function removals(story: Story, oid: string, minutesLater = 1): Plan['effects'] {
    story.promotes({}, { wanted: [] }).observes({ leftovers: new Map([[branch, { type: 'there', oid }]]) });
    const endedAt = story.state.proposals?.find(({ ended }) => ended !== null)?.ended?.at ?? 0;
    return reconcile(observedBy(story), endedAt + minutesLater * 60_000).effects;
  }

  test.each(['merged', 'superseded'] as const)('%s, and back by a push of ours that landed late, is removed', (how) => {
    const payload = { branch, commit: made };
    expect(removals(over(how), made)).toEqual([expect.objectContaining({ kind: 'remove-branch', payload })]);
  });

  test.each<[string, readonly unknown[]]>([
    ['with a commit of somebody', removals(over('merged'), version('theirs').commit)],
    ['that somebody declined, and brings back', removals(over('declined'), made)],
    ['long after', removals(over('merged'), made, 11)],
  ])('%s is left alone', (_, effects) => {
    expect(effects).toEqual([]);
  });
});
