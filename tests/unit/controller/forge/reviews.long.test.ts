// What reviews on a forge count for: the model forge over HTTP, a real repository, and the decisions of a controller
// about an environment that needs a yes of its leads.

import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { APP, DAN, ForgeStory, MINUTE_MS } from '../../../support/forge/forge-story.ts';
import type { World } from '../../../support/forge/model-world.ts';
import { commitFiles, git as run, type StoryPerson } from '../../../support/git-repositories.ts';

const APPROVAL = 'approval: { require: [{ from: leads, count: 1 }] }\n';
const BOT: StoryPerson = { name: 'Bot', email: 'tidegate-bot@forge.example' };
const EVE: StoryPerson = { name: 'Eve', email: 'eve@example.org' };

let story: ForgeStory;
let world: World;

beforeEach(async () => {
  story = await ForgeStory.begin(APPROVAL);
  world = story.world;
});
afterEach(() => story.end());

describe('an approving review of a pull request', () => {
  test.each(['merge', 'squash', 'rebase'] as const)('counts after a %s, with a blank message too', async (method) => {
    world.model.state.rules.squashMessage = 'blank';
    const number = await story.opened('feature', { [APP]: 'two\n' });
    await story.round();
    world.model.state.review(number, 'leo-x', 'APPROVED');
    await story.merged(number, 'feature', method);
    expect(await story.round()).toBe('granted');
    expect(seen()).toMatchObject([{ answer: 'approved', login: 'leo-x', number, commit: world.head('feature') }]);
  });

  test('counts also where it and the merge came while nobody looked, and the branch is gone', async () => {
    const number = await story.opened('feature', { [APP]: 'two\n' });
    world.model.state.review(number, 'leo-x', 'APPROVED');
    await story.merged(number, 'feature', 'squash');
    run(world.model.repository, ['update-ref', `refs/pull/${number}/head`, world.head('feature')]);
    run(world.model.repository, ['update-ref', '-d', 'refs/heads/feature']);
    expect(await story.round()).toBe('granted');
  });

  test('is void after one more commit, and both commits are named', async () => {
    const number = await story.opened('feature', { [APP]: 'two\n' });
    const reviewed = world.head('feature');
    world.model.state.review(number, 'leo-x', 'APPROVED');
    await story.round();
    world.push('feature', { [APP]: 'three\n' });
    await story.merged(number, 'feature', 'squash');
    expect(await story.round()).toBe('waits');
    expect(story.why).toContain(
      `leo approved #${number} on GitHub, but that was ${reviewed.slice(0, 7)}, and ${world.head('main').slice(0, 7)} differs from it in ${APP}`,
    );
  });

  test('is void where the branch it is for changed a script meanwhile; the file and the commit are named', async () => {
    const number = await story.opened('feature', { [APP]: 'two\n' });
    world.model.state.review(number, 'leo-x', 'APPROVED');
    await story.round();
    const meanwhile = commitFiles(
      world.model.repository,
      { 'scripts/verify.sh': '#!/bin/sh\nexit 0\n' },
      { author: DAN },
    );
    await story.merged(number, 'feature', 'squash');
    expect(await story.round()).toBe('waits');
    expect(story.why).toContain(`differs from it in scripts/verify.sh, by ${meanwhile.slice(0, 7)}`);
  });

  test('holds where the branch it is for changed what is no input here', async () => {
    const number = await story.opened('feature', { [APP]: 'two\n' });
    world.model.state.review(number, 'leo-x', 'APPROVED');
    await story.round();
    commitFiles(world.model.repository, { 'README.md': 'more\n' }, { author: DAN });
    await story.merged(number, 'feature', 'merge');
    expect(await story.round()).toBe('granted');
  });

  test('says nothing about what waits beside it', async () => {
    commitFiles(world.model.repository, { [APP]: 'waits\n' }, { author: DAN });
    const number = await story.opened('readme', { 'README.md': 'more\n' });
    world.model.state.review(number, 'leo-x', 'APPROVED');
    expect(await story.round()).toBe('waits');
    await story.merged(number, 'readme', 'squash');
    expect(await story.round()).toBe('waits');
    expect(seen()).toEqual([]);
  });

  test('never counts where words must be signed', async () => {
    story.configure(APPROVAL, 'required');
    const number = await story.opened('feature', { [APP]: 'two\n' });
    world.model.state.review(number, 'leo-x', 'APPROVED');
    await story.merged(number, 'feature', 'squash');
    expect(await story.round()).toBe('waits');
    expect(story.why).toContain(`leo approved #${number} on GitHub without a signature`);
  });
});

describe('opinions', () => {
  async function approvedThen(...states: readonly ('APPROVED' | 'CHANGES_REQUESTED' | 'COMMENTED' | 'PENDING')[]) {
    const number = await story.opened('feature', { [APP]: 'two\n' });
    const reviews = states.map((state) => {
      world.clock.advance(1_000);
      return world.model.state.review(number, 'leo-x', state);
    });
    return { number, reviews };
  }

  test('a dismissed no leaves none, and does not uncover the yes before it', async () => {
    const { number, reviews } = await approvedThen('APPROVED');
    await story.round();
    const no = world.model.state.review(number, 'leo-x', 'CHANGES_REQUESTED');
    await story.merged(number, 'feature', 'squash');
    expect(await story.round()).toBe('denied');
    world.clock.advance(1_000);
    world.model.state.dismiss(no);
    expect(await story.round()).toBe('waits');
    expect(story.why).toContain(`leo rejected #${number} on GitHub, and that review was dismissed`);
    expect(gone()).toEqual([
      [String(reviews[0]?.id), 'changed'],
      [String(no.id), 'dismissed'],
    ]);
  });

  test('a dismissed yes counts no more; given again it does', async () => {
    const { number, reviews } = await approvedThen('APPROVED');
    await story.round();
    for (const review of reviews) world.model.state.dismiss(review);
    await story.merged(number, 'feature', 'squash');
    expect(await story.round()).toBe('waits');
    world.clock.advance(1_000);
    world.model.state.review(number, 'leo-x', 'APPROVED', world.head('feature'));
    expect(await story.round()).toBe('granted');
  });

  test('a comment after a yes leaves it, and one that is not sent is none', async () => {
    const { number } = await approvedThen('APPROVED', 'COMMENTED', 'PENDING');
    await story.merged(number, 'feature', 'squash');
    expect(await story.round()).toBe('granted');
  });

  test('a dismissed review brings no word back that was given elsewhere', async () => {
    const { number } = await approvedThen('APPROVED');
    await story.merged(number, 'feature', 'merge');
    await story.look();
    const observed = await story.survey.observe(['production'], { jobs: new Map(), effects: new Map() });
    const [environment] = observed.environments;
    const [offer] = environment?.offers ?? [];
    if (offer === undefined) throw new Error('nothing is offered');
    const planDigest = environment?.evidence.get(offer.version.commit)?.planDigest ?? '';
    story.append({
      ...{ type: 'approved', id: 'a', at: world.clock.now(), by: 'Leo <leo@example.org>' },
      ...{ version: offer.version, planDigest, reason: '' },
    });
    const no = world.model.state.review(number, 'leo-x', 'CHANGES_REQUESTED', world.head('feature'));
    expect(await story.round()).toBe('denied');
    world.clock.advance(1_000);
    world.model.state.dismiss(no);
    expect(await story.round()).toBe('waits');
  });
});

describe('who', () => {
  test('made what is carried does not count, whatever a squash says of it', async () => {
    world.model.state.rules.squashMessage = 'blank';
    const number = await story.opened('feature', { [APP]: 'two\n' }, EVE);
    world.model.state.review(number, 'eve-x', 'APPROVED');
    await story.merged(number, 'feature', 'squash');
    // As a forge writes it: the one who opened it, and nobody else.
    expect(await story.round()).toBe('waits');
    expect(story.why).toContain('eve made this change, and nobody approves their own');
  });

  test('has taken over a login is a stranger', async () => {
    const number = await story.opened('feature', { [APP]: 'two\n' });
    world.model.state.account('leo-x').login = 'leo-elsewhere';
    world.model.state.review(number, 'leo-x', 'APPROVED');
    await story.merged(number, 'feature', 'squash');
    expect(await story.round()).toBe('waits');
    const taken = world.model.state.account('leo-x').id;
    expect(story.why).toContain(
      `leo-x approved #${number} on GitHub, and is not leo: that login belongs to account ${taken} now`,
    );
  });

  test('is known by the number of the account, whatever the login is by now', async () => {
    const number = await story.opened('feature', { [APP]: 'two\n' });
    world.model.state.account('leo-x').login = 'leo-elsewhere';
    world.model.state.review(number, 'leo-elsewhere', 'APPROVED');
    await story.merged(number, 'feature', 'squash');
    expect(await story.round()).toBe('granted');
  });

  test.each([
    ['made what a proposal carries', 'dan-x', 'dan made this change'],
    ['asked for a proposal', 'eve-x', 'eve made this change'],
  ])('%s does not count, although a bot wrote its commit', async (_, login, said) => {
    world.model.state.rules.squashMessage = 'blank';
    await story.look();
    const name = 'production/v2';
    const baseHead = world.head('main');
    const number = await story.opened(`promote/${name}`, { [APP]: 'two\n' }, BOT);
    const common = { at: world.clock.now(), by: 'controller one' };
    story.append({
      ...{ type: 'proposal-intended', id: 'i', ...common, proposal: name, base: 'main', baseHead },
      ...{ source: 'staging', key: 'a'.repeat(64), version: { commit: baseHead, tag: null }, service: null },
      ...{ fields: [], supersedes: null, paths: [APP], requestedBy: 'Eve <eve@example.org>', reason: '' },
      carried: ['Dan <dan@example.org>'],
    });
    const commit = world.head(`promote/${name}`);
    story.append({ type: 'proposal-opened', id: 'o', ...common, proposal: name, commit, sentence: 'proposed' });
    world.model.state.review(number, login, 'APPROVED');
    await story.round();
    await story.merged(number, `promote/${name}`, 'squash');
    expect(await story.round()).toBe('waits');
    expect(story.why).toContain(said);
    world.model.state.review(number, 'leo-x', 'APPROVED', commit);
    expect(await story.round()).toBe('granted');
  });

  test('is nobody leaves no trace', async () => {
    const number = await story.opened('feature', { [APP]: 'two\n' });
    world.model.state.review(number, 'mallory', 'APPROVED');
    await story.merged(number, 'feature', 'squash');
    expect(await story.round()).toBe('waits');
    expect(seen()).toEqual([]);
  });
});

describe('while the forge is away', () => {
  test('a yes is none after five minutes, and one again when it is back', async () => {
    const number = await story.opened('feature', { [APP]: 'two\n' });
    world.model.state.review(number, 'leo-x', 'APPROVED');
    await story.round();
    await story.merged(number, 'feature', 'squash');
    world.clock.advance(4 * MINUTE_MS);
    await story.look('at Git alone');
    expect(await story.decided()).toBe('granted');
    world.clock.advance(2 * MINUTE_MS);
    world.model.fault({ only: /./, times: 20, type: 'cut' });
    await story.look();
    expect(await story.decided()).toBe('waits');
    expect(story.why).toMatch(/leo approved #\d+ on GitHub, but GitHub has not answered since 2026-11-20 12:0\d UTC/);
    for (let looks = 0; looks < 30 && story.survey.forge?.reachable !== true; looks += 1) await story.look();
    expect(await story.decided()).toBe('granted');
  });

  test('a no stands', async () => {
    const number = await story.opened('feature', { [APP]: 'two\n' });
    world.model.state.review(number, 'leo-x', 'CHANGES_REQUESTED');
    await story.round();
    await story.merged(number, 'feature', 'squash');
    world.model.fault({ only: /./, times: 1_000, type: 'cut' });
    world.clock.advance(10 * MINUTE_MS);
    expect(await story.round()).toBe('denied');
  });

  test('a controller of another life does not go by what was written down', async () => {
    const number = await story.opened('feature', { [APP]: 'two\n' });
    world.model.state.review(number, 'leo-x', 'APPROVED');
    await story.round();
    await story.merged(number, 'feature', 'squash');
    world.model.fault({ only: /./, times: 1_000, type: 'cut' });
    story.survey.forge = null;
    story.watch = story.newWatch();
    await story.look('at Git alone');
    expect(await story.decided()).toBe('waits');
    expect(await story.round()).toBe('waits');
    expect(story.why).toContain('GitHub has not said so here yet');
  });
});

function seen() {
  return story.written.filter((record) => record.type === 'review-seen');
}

function gone() {
  return story.written.flatMap((record) => (record.type === 'review-gone' ? [[record.review, record.how]] : []));
}
