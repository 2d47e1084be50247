// Somebody who wants their own work in by their own yes, through the real survey over git in memory: older commits
// under newer tags, addresses that nobody knows, merges, co-authors, names that look like others. Each waits with its
// sentence, and the honest twin goes through.

import { beforeEach, describe, expect, test } from 'vitest';
import { reconcile } from '../../../engine/reconcile/reconcile.ts';
import { type SurveyWorld, surveyWorld } from '../../support/survey-world.ts';

const APP = 'environments/production/app.txt';
const PEOPLE = [
  'version: 1',
  'timezone: UTC',
  'people:',
  '  ana: { email: ana@example.org, github: ana-p }',
  '  dan: { email: dan@example.org }',
  '  eve: { email: [eve@example.org, eve@home.example.org] }',
  '  fay: { email: fay@example.org }',
  'teams: { leads: [ana, eve, fay] }',
  '',
].join('\n');
const POLICIES = {
  'tidegate.yaml': PEOPLE,
  'policies/leads.yaml': 'approval: { require: [{ from: leads }] }\n',
  'policies/frozen.yaml':
    'window: { deny: [{ from: 2020-01-01, to: 2099-01-01, reason: year end, except: [hotfix] }] }\n',
};
const ZOE = { name: 'Zoe', email: 'zoe@example.com' };
const person = (name: string) => ({ name, email: `${name.toLowerCase()}@example.org` });
const [ANA, DAN, EVE, FAY] = ['Ana', 'Dan', 'Eve', 'Fay'].map(person) as [Person, Person, Person, Person];
type Person = typeof ZOE;

let world: SurveyWorld;

async function begin(policies: string): Promise<void> {
  world = await surveyWorld({ production: { policies, follow: '{ tags: "v*" }' } }, { files: POLICIES });
}

/** Dan ships what the head has under this tag, properly. */
async function ships(tag: string): Promise<void> {
  await world.remote.annotatedTag(tag, world.remote.refs.get('refs/heads/main') ?? '', { tagger: DAN });
  await world.deploys('production');
}

async function change(by: Person, text: string, message = 'a change', more: object = {}): Promise<string> {
  return world.remote.commit({ [APP]: text }, { author: by, committer: by, message, ...more });
}

const tagged = (by: Person, tag: string, commit: string) => world.remote.annotatedTag(tag, commit, { tagger: by });
const approves = (by: Person, tag: string, commit: string) =>
  world.remote.annotatedTag(`approve/production/${tag}`, commit, { tagger: by });

/** Whether a run begins, and why not. */
async function outcome(): Promise<{ readonly begins: boolean; readonly because: string }> {
  await world.look();
  const observed = await world.survey.observe(['production'], { jobs: new Map(), effects: new Map() });
  const plan = reconcile(observed, world.clock.now());
  const begins = plan.append.some(({ record }) => record.type === 'run-opened');
  return { begins, because: JSON.stringify(plan.because) };
}

const waits = (words: string) => ({ begins: false, because: expect.stringContaining(words) });
const begins = { begins: true, because: expect.any(String) };
const OWN = 'eve made this change, and nobody approves their own';

describe('an older commit under a newer tag', () => {
  let mine = '';
  beforeEach(async () => {
    await begin('[leads]');
    await ships('v1.0.0');
    mine = await change(EVE, 'one\nmine\n');
  });

  test('is its author’s, although others have reverted it since', async () => {
    await change(DAN, 'one\n');
    await ships('v1.0.1');
    await tagged(EVE, 'v1.0.2', mine);
    await approves(EVE, 'v1.0.2', mine);
    expect(await outcome()).toEqual(waits(OWN));
  });

  test('is hers also where another one tags it', async () => {
    await change(DAN, 'one\n');
    await ships('v1.0.1');
    await tagged(DAN, 'v1.0.2', mine);
    await approves(EVE, 'v1.0.2', mine);
    expect(await outcome()).toEqual(waits(OWN));
  });

  test('is hers also where others have worked on the file in between', async () => {
    const meanwhile = await change(DAN, 'one\nmine\ntwo\n');
    await change(DAN, 'one\ntwo\n');
    await change(DAN, 'one\ntwo\nthree\n');
    await ships('v1.0.1');
    await tagged(DAN, 'v1.0.2', meanwhile);
    await approves(EVE, 'v1.0.2', meanwhile);
    expect(await outcome()).toEqual(waits(OWN));
  });

  test('goes through by the yes of a lead who did not make it', async () => {
    await change(DAN, 'one\n');
    await ships('v1.0.1');
    await tagged(EVE, 'v1.0.2', mine);
    await approves(FAY, 'v1.0.2', mine);
    expect(await outcome()).toEqual(begins);
  });

  test('is hers also where she took a check out that others put back', async () => {
    await change(DAN, 'one\ncheck\n');
    const without = await change(EVE, 'one\n');
    await change(DAN, 'one\ncheck\n');
    await ships('v1.0.1');
    await tagged(DAN, 'v1.0.2', without);
    await approves(EVE, 'v1.0.2', without);
    expect(await outcome()).toEqual(waits(OWN));
  });

  test('is nobody’s to approve where what runs is gone from the repository', async () => {
    await change(DAN, 'one\n');
    await ships('v1.0.1');
    const another = await world.remote.commit({ [APP]: 'evil\n', ...POLICIES }, { branch: 'main', parent: mine });
    await world.remote.setRef('refs/tags/v1.0.1', null);
    await tagged(EVE, 'v1.0.2', another);
    await approves(FAY, 'v1.0.2', another);
    // The controller's own cache still has it; one that begins again has not.
    const again = world.another('controller-2');
    await again.take(await again.look(), world.clock.monotonicMs());
    const observed = await again.observe(['production'], { jobs: new Map(), effects: new Map() });
    expect(reconcile(observed, world.clock.now()).append.some(({ record }) => record.type === 'run-opened')).toBe(
      false,
    );
  });
});

describe('a freeze with an exception by kind', () => {
  test('is not passed by an older feature under a newer tag', async () => {
    await begin('[frozen]');
    await ships('v1.0.0');
    const feature = await change(EVE, 'one\nfeature\n', 'feat: more');
    await change(DAN, 'one\n', 'hotfix: less');
    await ships('v1.0.1');
    await tagged(EVE, 'v1.0.2', feature);
    expect(await outcome()).toEqual(waits('year end'));
  });

  test('is passed by a hotfix', async () => {
    await begin('[frozen]');
    await ships('v1.0.0');
    await tagged(DAN, 'v1.0.1', await change(DAN, 'two\n', 'hotfix: less'));
    expect(await outcome()).toEqual(begins);
  });
});

describe('the author of a new version', () => {
  beforeEach(async () => {
    await begin('[leads]');
    await ships('v1.0.0');
  });

  async function offered(by: Person, approvedBy: Person, message = 'a change', committer: Person = by): Promise<void> {
    const commit = await change(by, 'two\n', message, { committer });
    await tagged(DAN, 'v1.0.1', commit);
    await approves(approvedBy, 'v1.0.1', commit);
  }
  const GITHUB = { name: 'GitHub', email: 'noreply@github.com' };

  test.each<[string, Person, Person, string, Person?, string?]>([
    ['by a second address', { name: 'Eve', email: 'Eve@Home.example.org' }, EVE, OWN],
    [
      'by the forge’s noreply address',
      { name: 'Ana', email: '1234567+ana-p@users.noreply.github.com' },
      ANA,
      'ana made this',
      GITHUB,
    ],
    [
      'by an address that nobody knows',
      { name: 'Eve', email: 'eve@elsewhere.example' },
      EVE,
      'has no place in `people`',
    ],
    ['by letters that look like ours', { name: 'Fay', email: 'f\u0430y@example.org' }, EVE, 'f\\\\u0430y@example.org'],
    ['as a co-author', DAN, EVE, OWN, DAN, 'x\n\nCo-authored-by: E <EVE@example.org>\n'],
    ['as the committer of another one’s work', DAN, EVE, OWN, EVE],
  ])('who approves it %s waits', async (_title, by, approvedBy, words, committer = by, message = 'a change') => {
    await offered(by, approvedBy, message, committer);
    expect(await outcome()).toEqual(waits(words));
  });

  test.each<[string, Person, Person, Person?]>([
    ['known by a noreply address', { name: 'Ana', email: '1234567+ana-p@users.noreply.github.com' }, EVE, GITHUB],
    ['known by an address', DAN, EVE],
  ])('%s is approved by somebody else', async (_title, by, approvedBy, committer = by) => {
    await offered(by, approvedBy, 'a change', committer);
    expect(await outcome()).toEqual(begins);
  });

  test('whom nobody can place is approved by two, of whom one is not that author', async () => {
    await offered(ZOE, EVE);
    expect(await outcome()).toEqual(waits('people: { zoe: { email: \\"zoe@example.com\\" } }'));
    const commit = world.remote.refs.get('refs/heads/main') ?? '';
    await world.remote.annotatedTag('approve/production/v1.0.1@fay', commit, { tagger: FAY });
    expect(await outcome()).toEqual(begins);
  });
});
