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

describe('a change of gates', () => {
  const STRICTER = 'approval: { require: [{ from: leads, count: 2 }] }\n';
  const GATE = 'policies/gate.yaml';

  /** Begun once the gates that it changes are in force. */
  async function changing(author = DAN): Promise<number> {
    await story.round();
    return story.opened('gates', { [GATE]: STRICTER }, author);
  }

  function accepted() {
    return story.written.flatMap((record) => (record.type === 'gates-accepted' ? [record.serial] : []));
  }

  test('is accepted by an approving review of a head that yields it, after a squash', async () => {
    const number = await changing();
    world.model.state.review(number, 'leo-x', 'APPROVED');
    await story.round();
    expect(accepted()).toEqual([1]);
    await story.merged(number, 'gates', 'squash');
    await story.round();
    expect(story.written).toContainEqual(
      expect.objectContaining({ type: 'gates-review-seen', answer: 'approved', login: 'leo-x', serial: 1 }),
    );
    expect(accepted()).toEqual([1, 2]);
  });

  test('is not accepted by who made it, whatever a squash says of that', async () => {
    world.model.state.rules.squashMessage = 'blank';
    const number = await changing(EVE);
    world.model.state.review(number, 'eve-x', 'APPROVED');
    await story.merged(number, 'gates', 'squash');
    await story.round();
    expect(accepted()).toEqual([1]);
  });

  test('is not accepted by a review of another change, nor of one that changes no gates', async () => {
    const number = await changing();
    const other = await story.opened('other', { [GATE]: STRICTER.replace('2', '3') });
    const app = await story.opened('app', { [APP]: 'two\n' });
    world.model.state.review(other, 'leo-x', 'APPROVED');
    world.model.state.review(app, 'leo-x', 'APPROVED');
    await story.merged(number, 'gates', 'squash');
    await story.round();
    expect(accepted()).toEqual([1]);
  });

  test('waits again once the review was dismissed', async () => {
    story.configure(STRICTER);
    await story.round();
    const number = await story.opened('gates', { [GATE]: APPROVAL });
    const yes = world.model.state.review(number, 'leo-x', 'APPROVED');
    await story.merged(number, 'gates', 'squash');
    await story.round();
    expect(accepted()).toEqual([1]);
    world.model.state.dismiss(yes);
    world.clock.advance(1_000);
    world.model.state.review(number, 'eve-x', 'APPROVED', world.head('gates'));
    await story.round();
    expect(gone()).toEqual([[String(yes.id), 'dismissed']]);
    expect(accepted()).toEqual([1]);
  });

  test('is held by a no until that is dismissed', async () => {
    const number = await changing();
    const no = world.model.state.review(number, 'leo-x', 'CHANGES_REQUESTED');
    world.model.state.review(number, 'eve-x', 'APPROVED');
    await story.merged(number, 'gates', 'squash');
    await story.round();
    expect(accepted()).toEqual([1]);
    world.clock.advance(1_000);
    world.model.state.dismiss(no);
    await story.round();
    expect(accepted()).toEqual([1, 2]);
  });

  test('waits while the forge is away, and goes on when it is back', async () => {
    story.configure(STRICTER);
    await story.round();
    const number = await story.opened('gates', { [GATE]: APPROVAL });
    world.model.state.review(number, 'leo-x', 'APPROVED');
    await story.merged(number, 'gates', 'squash');
    await story.round();
    const [said] = story.written.filter((record) => record.type === 'gates-review-seen');
    const digest = said?.digest ?? '';
    story.append({
      ...{ type: 'gates-approved', id: 'g', at: world.clock.now(), by: 'eve <eve@example.org>' },
      ...{ serial: 1, digest, reason: '' },
    });
    world.clock.advance(6 * MINUTE_MS);
    await story.look('at Git alone');
    await story.decided();
    expect(accepted()).toEqual([1]);
    await story.round();
    expect(accepted()).toEqual([1, 2]);
  });

  test('that comes back later is not accepted by the review of before', async () => {
    const number = await changing();
    world.model.state.review(number, 'leo-x', 'APPROVED');
    await story.merged(number, 'gates', 'squash');
    await story.round();
    expect(accepted()).toEqual([1, 2]);
    commitFiles(world.model.repository, { [GATE]: APPROVAL }, { author: DAN });
    for (const who of ['leo', 'eve']) {
      await story.round();
      const { digest } = (await story.survey.observe(['production'], { jobs: new Map(), effects: new Map() }))
        .environments[0]?.gates ?? { digest: '' };
      const by = `${who} <${who}@example.org>`;
      story.append({
        ...{ type: 'gates-approved', id: `g-${who}`, at: world.clock.now(), by },
        serial: 2,
        digest,
        reason: '',
      });
    }
    await story.round();
    expect(accepted()).toEqual([1, 2, 3]);
    commitFiles(world.model.repository, { [GATE]: STRICTER }, { author: DAN });
    await story.round();
    expect(accepted()).toEqual([1, 2, 3]);
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
