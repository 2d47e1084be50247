// What reviews on a forge count for: the model forge over HTTP, a real repository, and the decisions of a controller
// about an environment that needs a yes of its leads.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { ForgeWatch } from '../../../../engine/controller/forge/forge-watch.ts';
import { Survey } from '../../../../engine/controller/observe/survey.ts';
import { whyOf } from '../../../../engine/explain/why.ts';
import { openNativeGit } from '../../../../engine/git/native.ts';
import type { LedgerRecord } from '../../../../engine/ledger/records/table.ts';
import type { Observed } from '../../../../engine/model/observed.ts';
import type { GitRepository } from '../../../../engine/ports/git.ts';
import { reconcile } from '../../../../engine/reconcile/reconcile.ts';
import { makeWorld, type World } from '../../../support/forge/model-world.ts';
import { commitFiles, git as run, type StoryPerson } from '../../../support/git-repositories.ts';
import { startingFiles } from '../../../support/scenario-files.ts';
import { nameSigning } from '../../../support/survey-world.ts';

const APPROVAL = 'approval: { require: [{ from: leads, count: 1 }] }\n';
const APP = 'environments/production/app.txt';
const MINUTE_MS = 60_000;
const DAN: StoryPerson = { name: 'Dan', email: 'dan@example.org' };
const BOT_PERSON: StoryPerson = { name: 'Bot', email: 'tidegate-bot@forge.example' };
const EVE: StoryPerson = { name: 'Eve', email: 'eve@example.org' };
const NO_HOLIDAYS = { holidays: async () => ({}), knows: async () => false };

let world: World;
let cache: string;
let git: GitRepository;
let survey: Survey;
let watch: ForgeWatch;
/** Everything that was decided to be written down, oldest first. */
let written: LedgerRecord[];

beforeEach(async () => {
  world = await makeWorld();
  cache = mkdtempSync(path.join(tmpdir(), 'tidegate-reviews-'));
  configure('optional');
  written = [];
  git = await openNativeGit({ url: world.model.repository, directory: path.join(cache, 'repo.git') });
  survey = view();
  watch = watchOf(survey);
});
afterEach(async () => {
  await world.until(watch.end());
  await git.close();
  await world.end();
  rmSync(cache, { recursive: true, force: true });
});

describe('an approving review of a pull request', () => {
  test.each(['merge', 'squash', 'rebase'] as const)('counts after a %s, with a blank message too', async (method) => {
    world.model.state.rules.squashMessage = 'blank';
    const number = await opened('feature', { [APP]: 'two\n' });
    await round();
    world.model.state.review(number, 'leo-x', 'APPROVED');
    await merged(number, 'feature', method);
    expect(await round()).toBe('granted');
    expect(seen()).toMatchObject([{ answer: 'approved', login: 'leo-x', number, commit: world.head('feature') }]);
  });

  test('counts also where it and the merge came while nobody looked, and the branch is gone', async () => {
    const number = await opened('feature', { [APP]: 'two\n' });
    world.model.state.review(number, 'leo-x', 'APPROVED');
    await merged(number, 'feature', 'squash');
    run(world.model.repository, ['update-ref', `refs/pull/${number}/head`, world.head('feature')]);
    run(world.model.repository, ['update-ref', '-d', 'refs/heads/feature']);
    expect(await round()).toBe('granted');
  });

  test('is void after one more commit, and both commits are named', async () => {
    const number = await opened('feature', { [APP]: 'two\n' });
    const reviewed = world.head('feature');
    world.model.state.review(number, 'leo-x', 'APPROVED');
    await round();
    world.push('feature', { [APP]: 'three\n' });
    await merged(number, 'feature', 'squash');
    expect(await round()).toBe('waits');
    expect(why()).toContain(
      `leo approved #${number} on GitHub, but that was ${reviewed.slice(0, 7)}, and ${world.head('main').slice(0, 7)} differs from it in ${APP}`,
    );
  });

  test('is void where the branch it is for changed a script meanwhile; the file and the commit are named', async () => {
    const number = await opened('feature', { [APP]: 'two\n' });
    world.model.state.review(number, 'leo-x', 'APPROVED');
    await round();
    const meanwhile = commitFiles(
      world.model.repository,
      { 'scripts/verify.sh': '#!/bin/sh\nexit 0\n' },
      { author: DAN },
    );
    await merged(number, 'feature', 'squash');
    expect(await round()).toBe('waits');
    expect(why()).toContain(`differs from it in scripts/verify.sh, by ${meanwhile.slice(0, 7)}`);
  });

  test('holds where the branch it is for changed what is no input here', async () => {
    const number = await opened('feature', { [APP]: 'two\n' });
    world.model.state.review(number, 'leo-x', 'APPROVED');
    await round();
    commitFiles(world.model.repository, { 'README.md': 'more\n' }, { author: DAN });
    await merged(number, 'feature', 'merge');
    expect(await round()).toBe('granted');
  });

  test('says nothing about what waits beside it', async () => {
    commitFiles(world.model.repository, { [APP]: 'waits\n' }, { author: DAN });
    const number = await opened('readme', { 'README.md': 'more\n' });
    world.model.state.review(number, 'leo-x', 'APPROVED');
    expect(await round()).toBe('waits');
    await merged(number, 'readme', 'squash');
    expect(await round()).toBe('waits');
    expect(seen()).toEqual([]);
  });

  test('never counts where words must be signed', async () => {
    configure('required');
    const number = await opened('feature', { [APP]: 'two\n' });
    world.model.state.review(number, 'leo-x', 'APPROVED');
    await merged(number, 'feature', 'squash');
    expect(await round()).toBe('waits');
    expect(why()).toContain(`leo approved #${number} on GitHub without a signature`);
  });
});

describe('opinions', () => {
  async function approvedThen(...states: readonly ('APPROVED' | 'CHANGES_REQUESTED' | 'COMMENTED' | 'PENDING')[]) {
    const number = await opened('feature', { [APP]: 'two\n' });
    const reviews = states.map((state) => {
      world.clock.advance(1_000);
      return world.model.state.review(number, 'leo-x', state);
    });
    return { number, reviews };
  }

  test('a dismissed no leaves none, and does not uncover the yes before it', async () => {
    const { number, reviews } = await approvedThen('APPROVED');
    await round();
    const no = world.model.state.review(number, 'leo-x', 'CHANGES_REQUESTED');
    await merged(number, 'feature', 'squash');
    expect(await round()).toBe('denied');
    world.clock.advance(1_000);
    world.model.state.dismiss(no);
    expect(await round()).toBe('waits');
    expect(why()).toContain(`leo rejected #${number} on GitHub, and that review was dismissed`);
    expect(gone()).toEqual([
      [String(reviews[0]?.id), 'changed'],
      [String(no.id), 'dismissed'],
    ]);
  });

  test('a dismissed yes counts no more; given again it does', async () => {
    const { number, reviews } = await approvedThen('APPROVED');
    await round();
    for (const review of reviews) world.model.state.dismiss(review);
    await merged(number, 'feature', 'squash');
    expect(await round()).toBe('waits');
    world.clock.advance(1_000);
    world.model.state.review(number, 'leo-x', 'APPROVED', world.head('feature'));
    expect(await round()).toBe('granted');
  });

  test('a comment after a yes leaves it, and one that is not sent is none', async () => {
    const { number } = await approvedThen('APPROVED', 'COMMENTED', 'PENDING');
    await merged(number, 'feature', 'squash');
    expect(await round()).toBe('granted');
  });

  test('a dismissed review brings no word back that was given elsewhere', async () => {
    const { number } = await approvedThen('APPROVED');
    await merged(number, 'feature', 'merge');
    await look();
    const observed = await survey.observe(['production'], { jobs: new Map(), effects: new Map() });
    const [environment] = observed.environments;
    const [offer] = environment?.offers ?? [];
    if (offer === undefined) throw new Error('nothing is offered');
    const planDigest = environment?.evidence.get(offer.version.commit)?.planDigest ?? '';
    append({
      ...{ type: 'approved', id: 'a', at: world.clock.now(), by: 'Leo <leo@example.org>' },
      ...{ version: offer.version, planDigest, reason: '' },
    });
    const no = world.model.state.review(number, 'leo-x', 'CHANGES_REQUESTED', world.head('feature'));
    expect(await round()).toBe('denied');
    world.clock.advance(1_000);
    world.model.state.dismiss(no);
    expect(await round()).toBe('waits');
  });
});

describe('who', () => {
  test('made what is carried does not count, whatever a squash says of it', async () => {
    world.model.state.rules.squashMessage = 'blank';
    const number = await opened('feature', { [APP]: 'two\n' }, EVE);
    world.model.state.review(number, 'eve-x', 'APPROVED');
    await merged(number, 'feature', 'squash');
    // As a forge writes it: the one who opened it, and nobody else.
    expect(await round()).toBe('waits');
    expect(why()).toContain('eve made this change, and nobody approves their own');
  });

  test('has taken over a login is a stranger', async () => {
    const number = await opened('feature', { [APP]: 'two\n' });
    world.model.state.account('leo-x').login = 'leo-elsewhere';
    world.model.state.review(number, 'leo-x', 'APPROVED');
    await merged(number, 'feature', 'squash');
    expect(await round()).toBe('waits');
    const taken = world.model.state.account('leo-x').id;
    expect(why()).toContain(
      `leo-x approved #${number} on GitHub, and is not leo: that login belongs to account ${taken} now`,
    );
  });

  test('is known by the number of the account, whatever the login is by now', async () => {
    const number = await opened('feature', { [APP]: 'two\n' });
    world.model.state.account('leo-x').login = 'leo-elsewhere';
    world.model.state.review(number, 'leo-elsewhere', 'APPROVED');
    await merged(number, 'feature', 'squash');
    expect(await round()).toBe('granted');
  });

  test.each([
    ['made what a proposal carries', 'dan-x', 'dan made this change'],
    ['asked for a proposal', 'eve-x', 'eve made this change'],
  ])('%s does not count, although a bot wrote its commit', async (_, login, said) => {
    world.model.state.rules.squashMessage = 'blank';
    await look();
    const name = 'production/v2';
    const baseHead = world.head('main');
    const number = await opened(`promote/${name}`, { [APP]: 'two\n' }, BOT_PERSON);
    const common = { at: world.clock.now(), by: 'controller one' };
    append({
      ...{ type: 'proposal-intended', id: 'i', ...common, proposal: name, base: 'main', baseHead },
      ...{ source: 'staging', key: 'a'.repeat(64), version: { commit: baseHead, tag: null }, service: null },
      ...{ fields: [], supersedes: null, paths: [APP], requestedBy: 'Eve <eve@example.org>', reason: '' },
      carried: ['Dan <dan@example.org>'],
    });
    const commit = world.head(`promote/${name}`);
    append({ type: 'proposal-opened', id: 'o', ...common, proposal: name, commit, sentence: 'proposed' });
    world.model.state.review(number, login, 'APPROVED');
    await round();
    await merged(number, `promote/${name}`, 'squash');
    expect(await round()).toBe('waits');
    expect(why()).toContain(said);
    world.model.state.review(number, 'leo-x', 'APPROVED', commit);
    expect(await round()).toBe('granted');
  });

  test('is nobody leaves no trace', async () => {
    const number = await opened('feature', { [APP]: 'two\n' });
    world.model.state.review(number, 'mallory', 'APPROVED');
    await merged(number, 'feature', 'squash');
    expect(await round()).toBe('waits');
    expect(seen()).toEqual([]);
  });
});

describe('while the forge is away', () => {
  test('a yes is none after five minutes, and one again when it is back', async () => {
    const number = await opened('feature', { [APP]: 'two\n' });
    world.model.state.review(number, 'leo-x', 'APPROVED');
    await round();
    await merged(number, 'feature', 'squash');
    world.clock.advance(4 * MINUTE_MS);
    await survey.take(await survey.look(), world.clock.monotonicMs());
    expect(await decided()).toBe('granted');
    world.clock.advance(2 * MINUTE_MS);
    world.model.fault({ only: /./, times: 20, type: 'cut' });
    await look();
    expect(await decided()).toBe('waits');
    expect(why()).toMatch(/leo approved #\d+ on GitHub, but GitHub has not answered since 2026-11-20 12:0\d UTC/);
    for (let looks = 0; looks < 30 && survey.forge?.reachable !== true; looks += 1) await look();
    expect(await decided()).toBe('granted');
  });

  test('a no stands', async () => {
    const number = await opened('feature', { [APP]: 'two\n' });
    world.model.state.review(number, 'leo-x', 'CHANGES_REQUESTED');
    await round();
    await merged(number, 'feature', 'squash');
    world.model.fault({ only: /./, times: 1_000, type: 'cut' });
    world.clock.advance(10 * MINUTE_MS);
    expect(await round()).toBe('denied');
  });

  test('a controller of another life does not go by what was written down', async () => {
    const number = await opened('feature', { [APP]: 'two\n' });
    world.model.state.review(number, 'leo-x', 'APPROVED');
    await round();
    await merged(number, 'feature', 'squash');
    world.model.fault({ only: /./, times: 1_000, type: 'cut' });
    survey.forge = null;
    watch = watchOf(survey);
    await survey.take(await survey.look(), world.clock.monotonicMs());
    expect(await decided()).toBe('waits');
    expect(await round()).toBe('waits');
    expect(why()).toContain('GitHub has not said so here yet');
  });
});

function configure(signatures: 'optional' | 'required'): void {
  const id = (login: string) => world.model.state.account(login).id;
  const files = startingFiles('world', { production: { policies: '[leads]' } });
  const people = ['leo', 'eve', 'dan'].map(
    (who) => `  ${who}: { email: ${who}@example.org, github: { login: ${who}-x, id: ${id(`${who}-x`)} } }\n`,
  );
  const text = [
    'version: 1\ntimezone: UTC\npeople:\n  ana: { email: ana@example.org }\n  bot: { email: tidegate-bot@forge.example }\n',
    ...people,
    `teams: { leads: [leo, eve, dan] }\nledger: { signatures: ${signatures} }\n`,
    'forge: { github: { repository: acme/shop, token: TOKEN } }\n',
  ];
  commitFiles(world.model.repository, {
    ...files,
    'tidegate.yaml': text.join(''),
    'policies/leads.yaml': APPROVAL,
    ...(signatures === 'required'
      ? {
          'policies/allowed_signers':
            'leo@example.org ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\n',
        }
      : {}),
  });
}

async function opened(branch: string, files: Readonly<Record<string, string>>, author = DAN): Promise<number> {
  const head = commitFiles(world.model.repository, files, { branch, parent: world.head('main'), author });
  const order = { branch, base: 'main', head, title: branch, body: '' };
  const answer = await world.until(world.another().open(order));
  if (answer.type !== 'open' || answer.number === null) throw new Error(answer.type);
  return answer.number;
}

async function merged(number: number, branch: string, method: 'merge' | 'squash' | 'rebase'): Promise<void> {
  const order = { number, branch, base: 'main', head: world.head(branch), method, message: '' };
  const answer = await world.until(world.another().merge(order));
  if (answer.type !== 'merged') throw new Error(answer.type);
}

async function look(): Promise<void> {
  world.clock.advance(MINUTE_MS);
  await survey.take(await survey.look(), world.clock.monotonicMs());
  watch.looked();
  await world.untilTrue(() => !watch.underWay);
}

/** One look at the remote and at the forge, and all that is decided then. */
async function round(): Promise<'granted' | 'waits' | 'denied'> {
  await look();
  return decided();
}

let last: Observed;

async function decided(): Promise<'granted' | 'waits' | 'denied'> {
  for (let times = 0; times < 8; times += 1) {
    last = await survey.observe(['production'], { jobs: new Map(), effects: new Map() });
    const { append: records } = reconcile(last, world.clock.now());
    if (records.some(({ record }) => record.type === 'run-opened')) {
      // Nothing runs here: what was decided about reviews stays.
      for (const { record } of records) if (/^review-/.test(record.type)) append(record);
      return 'granted';
    }
    if (records.length === 0) break;
    for (const { record } of records) append(record);
  }
  return verdict().status === 'denied' ? 'denied' : 'waits';
}

function append(record: LedgerRecord): void {
  survey.ledger.append('production', [record]);
  written.push(record);
}

function verdict() {
  const [environment] = last.environments;
  if (environment === undefined) throw new Error('production is not there');
  return whyOf(environment, last, world.clock.now()).verdict;
}

function why(): string {
  return verdict().sentence;
}

function seen() {
  return written.filter((record) => record.type === 'review-seen');
}

function gone() {
  return written.flatMap((record) => (record.type === 'review-gone' ? [[record.review, record.how]] : []));
}

function view(): Survey {
  return new Survey({
    git,
    openLedger: async () => git,
    openSigning: async () => nameSigning,
    openHolidays: async () => NO_HOLIDAYS,
    clock: world.clock,
    log: { info: () => {}, warn: () => {}, error: () => {} },
    controller: { id: 'controller-1', name: 'one' },
    nonce: () => 'n',
    only: [],
  });
}

function watchOf(of: Survey): ForgeWatch {
  return new ForgeWatch({
    survey: of,
    clock: world.clock,
    log: { info: () => {}, error: () => {}, warn: () => {} },
    emit: () => {},
    open: async () => world.another(),
    openSurvey: view,
    openHolidays: async () => NO_HOLIDAYS,
  });
}
