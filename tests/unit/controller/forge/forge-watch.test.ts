// What a controller shows on a forge: the model forge over HTTP, a real repository, and a clock that the test moves.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type ForgeEvent, ForgeWatch } from '../../../../engine/controller/forge/forge-watch.ts';
import { Survey } from '../../../../engine/controller/observe/survey.ts';
import { openNativeGit } from '../../../../engine/git/native.ts';
import type { GitRepository } from '../../../../engine/ports/git.ts';
import { reconcile } from '../../../../engine/reconcile/reconcile.ts';
import { makeWorld, type World } from '../../../support/forge/model-world.ts';
import { commitFiles } from '../../../support/git-repositories.ts';
import { OFFICE_HOURS, startingFiles } from '../../../support/scenario-files.ts';
import { nameSigning } from '../../../support/survey-world.ts';

const FORGE = 'forge:\n  github: { repository: acme/shop, token: TOKEN }\n  deployments: [production]\n';

let world: World;
let cache: string;
let git: GitRepository;
let survey: Survey;
let watch: ForgeWatch;
let events: ForgeEvent[];
let warned: string[];

beforeEach(async () => {
  world = await makeWorld();
  cache = mkdtempSync(path.join(tmpdir(), 'tidegate-watch-'));
  const files = startingFiles('world', { production: { policies: '[hours]' }, staging: {} });
  const text = `${files['tidegate.yaml']}${FORGE}`;
  commitFiles(world.model.repository, { ...files, 'tidegate.yaml': text, 'policies/hours.yaml': OFFICE_HOURS });
  git = await openNativeGit({ url: world.model.repository, directory: path.join(cache, 'repo.git') });
  [events, warned] = [[], []];
  survey = view();
  watch = watchOf(survey);
});
afterEach(async () => {
  await world.until(watch.end());
  await git.close();
  await world.end();
  rmSync(cache, { recursive: true, force: true });
});

describe('a pull request that changes an environment', () => {
  test('gets one comment and one status, and both follow it', async () => {
    const number = await opened('feature', { 'environments/production/app.txt': 'two\n' });
    await round();
    await shows(() => commentOf(number) !== '' && statusOf('feature') !== undefined);
    expect(commentOf(number)).toMatch(/### production: nothing yet/);
    expect(commentOf(number)).toContain('| hours/window | ');
    expect(statusOf('feature')).toMatchObject({ context: 'tidegate/plan', state: 'success' });
    world.push('feature', { 'environments/hours.txt': 'x', 'environments/staging/app.txt': 'two\n' });
    await round();
    await shows(() => commentOf(number).includes('### staging') && statusOf('feature') !== undefined);
    expect(statusOf('feature')).toMatchObject({ state: 'success' });
    expect(world.model.state.comments).toHaveLength(1);
  });

  test('is planned again by another life, and keeps its comment', async () => {
    const number = await opened('feature', { 'environments/production/app.txt': 'two\n' });
    await round();
    await shows(() => commentOf(number) !== '');
    await world.until(watch.end());
    watch = watchOf(survey);
    world.push('feature', { 'environments/staging/app.txt': 'two\n' });
    await round();
    await shows(() => commentOf(number).includes('### staging'));
    expect(world.model.state.comments).toHaveLength(1);
    expect(commentOf(number)).toContain('### production');
  });

  test('that breaks the configuration, or does not merge, has a status that fails', async () => {
    await opened('broken', { 'environments/production/environment.yaml': 'follow: {}\n' });
    await opened('stale', { 'environments/staging/app.txt': 'theirs\n' });
    commitFiles(world.model.repository, { 'environments/staging/app.txt': 'ours\n' });
    await round();
    await shows(() => statusOf('broken') !== undefined && statusOf('stale') !== undefined);
    expect(statusOf('broken')).toMatchObject({ state: 'failure' });
    expect(statusOf('stale')).toMatchObject({ state: 'failure', description: 'conflicts with main' });
  });

  test('tells after a squash with a blank message what became of it', async () => {
    world.model.state.rules.squashMessage = 'blank';
    const number = await opened('feature', { 'environments/production/app.txt': 'two\n' });
    await round();
    await shows(() => commentOf(number) !== '');
    const merged = await world.until(
      world.another().merge({
        ...{ number, branch: 'feature', base: 'main', head: world.head('feature') },
        ...{ method: 'squash', message: '' },
      }),
    );
    expect(merged.type).toBe('merged');
    await round();
    await shows(() => commentOf(number).includes('waits to run'));
    expect(world.model.state.comments).toHaveLength(1);
  });
});

test('what Git says was merged is told before the forge knows', async () => {
  const number = await opened('feature', { 'environments/production/app.txt': 'two\n' });
  await round();
  await shows(() => commentOf(number) !== '');
  // As a squash brings it, whatever the list of pull requests shows.
  commitFiles(world.model.repository, { 'environments/production/app.txt': 'two\n' });
  await round();
  await shows(() => commentOf(number).includes('waits to run'));
});

test('a pull request that changes no environment gets a status and no comment', async () => {
  await opened('readme', { 'README.md': 'more\n' });
  await round();
  await shows(() => statusOf('readme') !== undefined);
  expect(world.model.state.comments).toEqual([]);
  expect(statusOf('readme')).toMatchObject({ state: 'success', description: 'no environment changes' });
});

describe('a proposal of ours', () => {
  const NAME = 'production/v2';

  function proposed(name = NAME, supersedes: string | null = null): string {
    const head = world.push(`promote/${name}`, { 'environments/production/app.txt': `${name}\n` });
    const common = { at: world.clock.now(), by: 'controller one' };
    const intent = {
      ...{ proposal: name, base: 'main', baseHead: world.head('main'), source: 'staging', key: 'a'.repeat(64) },
      ...{ version: { commit: world.head('main'), tag: null }, service: null, fields: [], supersedes },
      ...{ paths: ['environments/production/app.txt'], requestedBy: null, reason: '' },
      carried: ['Dan @acme/all <dan@example.org>'],
    };
    survey.ledger.append('production', [
      { type: 'proposal-intended', id: `i-${name}`, ...common, ...intent },
      { type: 'proposal-opened', id: `o-${name}`, ...common, proposal: name, commit: head, sentence: 'proposed' },
    ]);
    return head;
  }

  test('gets one pull request, by any life and however often', async () => {
    await survey.take(await survey.look(), world.clock.monotonicMs());
    const head = proposed();
    await round();
    await round();
    watch = watchOf(survey);
    await round();
    const { pulls } = world.model.state;
    expect(pulls).toHaveLength(1);
    expect(pulls[0]).toMatchObject({ title: expect.stringContaining('production: '), base: 'main' });
    expect(pulls[0]?.head).toMatchObject({ ref: `promote/${NAME}`, sha: head });
    expect(pulls[0]?.body).toContain('Carries the work of `Dan @acme/all <dan@example.org>`');
  });

  test('that another took the place of is closed there, with a link to it, also where its branch stays', async () => {
    await survey.take(await survey.look(), world.clock.monotonicMs());
    proposed();
    await round();
    proposed('production/v3', NAME);
    await round();
    const common = { id: 'e', at: world.clock.now(), by: 'controller one' };
    const sentence = `${NAME} is closed in favour of production/v3`;
    const ended = { type: 'proposal-ended', proposal: NAME, how: 'superseded', commit: null, sentence } as const;
    survey.ledger.append('production', [{ ...common, ...ended }]);
    await round();
    expect(world.model.state.pulls.map(({ state }) => state)).toEqual(['closed', 'open']);
    await round();
    await shows(() => commentOf(1).includes(': #2.'));
    expect(commentOf(1)).toContain('is closed in favour of');
    expect(commentOf(2)).not.toContain(': #2.');
  });

  test('that a person has committed to is not closed there', async () => {
    await survey.take(await survey.look(), world.clock.monotonicMs());
    proposed();
    await round();
    const commit = world.push(`promote/${NAME}`, { 'environments/production/app.txt': 'mine\n' });
    const common = { at: world.clock.now(), by: 'controller one', proposal: NAME } as const;
    const ended = { type: 'proposal-ended', how: 'obsolete', commit: null, sentence: 'over' } as const;
    survey.ledger.append('production', [
      { type: 'proposal-touched', id: 't', ...common, commit },
      { ...ended, id: 'e', ...common },
    ]);
    await round();
    await round();
    expect(world.model.state.pulls.map(({ state }) => state)).toEqual(['open']);
  });

  test('that a person closes there is declined, once Git had time to say otherwise', async () => {
    await survey.take(await survey.look(), world.clock.monotonicMs());
    proposed();
    await round();
    for (const pull of world.model.state.pulls) {
      pull.state = 'closed';
      world.model.state.touch(pull);
    }
    await round();
    const declined = async () => {
      // Gates come into force first.
      for (let looks = 0; looks < 5; looks += 1) {
        const observed = await survey.observe(['production'], { jobs: new Map(), effects: new Map() });
        const { append } = reconcile(observed, world.clock.now());
        if (append.some(({ record }) => record.type === 'proposal-ended' && record.how === 'declined')) return true;
        for (const { environment, record } of append) survey.ledger.append(environment, [record]);
      }
      return false;
    };
    expect(await declined()).toBe(true);
    expect(world.model.state.pulls).toHaveLength(1);
  });
});

test('what the forge says is there for decisions, and is told when it changes', async () => {
  await opened('feature', { 'environments/production/app.txt': 'two\n' });
  await round();
  expect((await survey.observe(null, { jobs: new Map(), effects: new Map() })).forge?.proposals).toHaveLength(1);
  const told = () => events.filter(({ type }) => type === 'forge-said').length;
  const before = told();
  await round();
  expect(told()).toBe(before);
});

test('a forge that was asked just now is asked again when a webhook came, and only then', async () => {
  const asked = () => world.model.requests.filter(({ name }) => name.includes('/pulls?')).length;
  const again = async () => {
    const before = asked();
    watch.looked();
    await world.untilTrue(() => !watch.underWay);
    return asked() - before;
  };
  await round();
  expect(await again()).toBe(0);
  watch.woken();
  expect(await again()).toBe(2);
  expect(await again()).toBe(0);
});

test('a forge that is away is said once, and its word grows old', async () => {
  await opened('feature', { 'environments/production/app.txt': 'two\n' });
  await round();
  const asOf = survey.forge?.asOf;
  world.model.fault({ only: /./, times: 1_000, type: 'cut' });
  await round();
  await round();
  expect(survey.forge).toMatchObject({ reachable: false, asOf });
  expect(warned.filter((said) => said.startsWith('the forge does not answer'))).toHaveLength(1);
});

test('without a forge in tidegate.yaml nothing is asked', async () => {
  commitFiles(world.model.repository, { 'tidegate.yaml': 'version: 1\n' });
  const before = world.model.requests.length;
  await round();
  expect(world.model.requests).toHaveLength(before);
  expect(survey.forge).toMatchObject({ asOf: null, reachable: false });
});

async function opened(branch: string, files: Readonly<Record<string, string>>): Promise<number> {
  const head = world.push(branch, files);
  const order = { branch, base: 'main', head, title: branch, body: '' };
  const answer = await world.until(world.another().open(order));
  if (answer.type !== 'open' || answer.number === null) throw new Error(answer.type);
  return answer.number;
}

/** One look at the remote and at the forge. */
async function round(): Promise<void> {
  world.clock.advance(60_000);
  await survey.take(await survey.look(), world.clock.monotonicMs());
  watch.looked();
  await world.untilTrue(() => !watch.underWay);
}

/** What is shown is written behind, as fast as the forge's limits let it. */
async function shows(holds: () => boolean): Promise<void> {
  await world.untilTrue(holds);
}

function commentOf(number: number): string {
  return world.model.state.comments.find((comment) => comment.number === number)?.body ?? '';
}

function statusOf(branch: string) {
  return world.model.state.statuses.findLast(({ sha }) => sha === world.head(branch));
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
    log: { info: () => {}, error: () => {}, warn: (said: string) => void warned.push(said) },
    emit: (event) => void events.push(event),
    open: async () => world.another(),
    openSurvey: view,
    openHolidays: async () => NO_HOLIDAYS,
  });
}

const NO_HOLIDAYS = { holidays: async () => ({}), knows: async () => false };
