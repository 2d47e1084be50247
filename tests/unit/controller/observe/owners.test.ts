// Whose a target and a secret are, through a real survey: a new environment with no gate of its own comes to
// another's place, and for another's secret.

import { describe, expect, test } from 'vitest';
import { answerRefusal, planDigestOf } from '../../../../engine/acts/answers.ts';
import { verifyAll } from '../../../../engine/controller/ledger/verify-all.ts';
import { apart } from '../../../../engine/controller/loop/sort-plans.ts';
import type { Survey } from '../../../../engine/controller/observe/survey.ts';
import type { LedgerRecord } from '../../../../engine/ledger/records/table.ts';
import type { Grant } from '../../../../engine/model/owners.ts';
import { reconcile } from '../../../../engine/reconcile/reconcile.ts';
import { DAN } from '../../../support/observed-builders.ts';
import { type SurveyWorld, surveyWorld } from '../../../support/survey-world.ts';

const NOTHING = { jobs: new Map(), effects: new Map() };
const PLACE = '{ files: { to: /srv/shop } }';
const GATES = { 'policies/appr.yaml': 'approval:\n  require: [{ from: crew, count: 1 }]\n' };
const OWNER = { target: PLACE, secrets: '[PROD_TOKEN]', policies: '[appr]' };

type Keys = { readonly target?: string; readonly secrets?: string; readonly policies?: string };

let world: SurveyWorld;
let survey: Survey;

async function begin(environments: Readonly<Record<string, Keys>>, files: Record<string, string> = GATES) {
  const texts = Object.entries(environments).map(([name, { secrets, ...keys }]) => [
    name,
    secrets === undefined ? keys : { ...keys, more: [`secrets: ${secrets}`] },
  ]);
  world = await surveyWorld(Object.fromEntries(texts), { files });
  survey = world.survey;
  await world.look();
}

describe('a place', () => {
  test.each(['/srv/shop', '/srv/./shop', '/srv//shop/', '/srv/shop/.'])(
    'that a ledger claims is denied to another that spells it %s',
    async (to) => {
      await begin({ production: { target: PLACE } });
      expect(await decide('production')).toContain('is granted');
      expect(survey.ledger.entry('production').state.target).toMatchObject({ place: '/srv/shop' });
      await add('zz', { target: `{ files: { to: ${to} } }` });
      const said = await decide('zz');
      expect(said).toContain('/srv/shop is the target of production, and a place has one owner: give zz another `to:`');
      expect(said).toContain('remove /srv/shop/.tidegate.json');
      expect(survey.ledger.entry('zz').state.runs).toBe(0);
      // Also to one that reads nothing but its own and what it needs.
      const narrow = world.another('narrow', { only: ['zz'] });
      expect(await decide('zz', narrow)).toContain('is the target of production');
      // Its owner goes on, and elsewhere there is room.
      await world.commit({ 'environments/zz/environment.yaml': environment({ target: '{ files: { to: /srv/zz } }' }) });
      expect(await decide('zz')).toContain('is granted');
    },
  );

  test('of an environment that ran before there were claims is not new for anyone who comes then', async () => {
    await begin({ production: { target: PLACE } });
    await world.deploys('production');
    expect(survey.ledger.entry('production').state.target).toBeNull();
    await add('zz', { target: PLACE });
    expect(await decide('zz')).toContain('is the target of production');
  });

  test('moves with its owner, under the same mark, and is free then as far as ledgers know', async () => {
    await begin({ production: { target: PLACE } });
    await decide('production');
    const before = survey.ledger.entry('production').state.target;
    await end('production');
    await world.commit({
      'environments/production/environment.yaml': environment({ target: '{ files: { to: /srv/b } }' }),
    });
    await decide('production');
    expect(survey.ledger.entry('production').state.target).toEqual({ ...before, place: '/srv/b' });
    await add('zz', { target: PLACE });
    expect(await decide('zz')).toContain('is granted');
  });
});

describe('a secret', () => {
  test('belongs to the first that runs with it, in one push with that run; another waits for its people', async () => {
    await begin({ production: { ...OWNER, policies: '[]' } });
    expect(await decide('production')).toContain('is granted');
    expect(survey.repository.secrets).toMatchObject([
      { secret: 'PROD_TOKEN', environment: 'production', because: 'first' },
    ]);
    await world.commit({ 'environments/production/environment.yaml': environment(OWNER) });
    await add('zz', { target: '{ files: { to: /srv/zz } }', secrets: '[PROD_TOKEN, OTHER]' });
    const said = await decide('zz');
    expect(said).toContain(
      'the secret PROD_TOKEN belongs to production, whose people are asked: appr: needs approval by 1 of crew',
    );
    expect(said).toContain('`--grants zz=PROD_TOKEN`');
    expect(await decide('zz', world.another('narrow', { only: ['zz'] }))).toContain('belongs to production');
  });

  test('is given for one version by anyone who may answer for its owner, and by nobody else', async () => {
    await owned();
    expect(await answer('zz', 'Eve <eve@example.org>')).toContain('eve');
    expect(await answer('zz', DAN)).toBeNull();
    await approve('zz', 'Eve <eve@example.org>');
    expect(await decide('zz')).toContain('belongs to production');
    await approve('zz', DAN);
    expect(await decide('zz')).toContain('is granted');
    // It stays its owner's, and the next version is another.
    expect(survey.repository.secrets.filter(({ secret }) => secret === 'PROD_TOKEN')).toMatchObject([
      { environment: 'production' },
    ]);
    await end('zz');
    await world.commit({ 'environments/zz/app.txt': 'evil' });
    expect(await decide('zz')).toContain('the secret PROD_TOKEN belongs to production');
  });

  test('of an owner whose gates a push has just taken away is not free for that', async () => {
    await owned();
    await world.commit({ 'environments/production/environment.yaml': environment({ ...OWNER, policies: '[]' }) });
    expect(await decide('zz')).toContain('needs approval by 1 of crew');
    await world.commit({ 'environments/production/environment.yaml': null });
    expect(await decide('zz')).toContain('belongs to production');
  });

  test('of an environment without any gate is anybody’s already', async () => {
    await begin({ staging: { secrets: '[NPM_TOKEN]' }, zz: { secrets: '[NPM_TOKEN]' } });
    await decide('staging');
    await end('staging');
    expect(await decide('zz')).toContain('is granted');
    expect(survey.repository.secrets).toMatchObject([{ environment: 'staging' }]);
  });

  test('where its owner has gates and nobody who could answer waits for the operator', async () => {
    await begin(
      { production: { secrets: '[PROD_TOKEN]', policies: '[hours]' }, zz: { secrets: '[PROD_TOKEN]' } },
      { 'policies/hours.yaml': 'window:\n  allow: [{ days: mon-sun, hours: "00:00-24:00" }]\n' },
    );
    await decide('production');
    await end('production');
    expect(await decide('zz')).toContain('where no rule names anybody who could say yes for it; the operator gives it');
  });

  test('that an environment runs with from before there were owners is not new for anyone who comes then', async () => {
    await begin({ production: OWNER });
    await world.deploys('production');
    await add('zz', { target: '{ files: { to: /srv/zz } }', secrets: '[PROD_TOKEN]' });
    expect(await decide('zz')).toContain('the secret PROD_TOKEN belongs to production');
  });

  test('is whose the operator says, no matter who came first, and the ledger keeps that for those who were not told', async () => {
    await begin({ production: { ...OWNER, policies: '[]' }, zz: { secrets: '[PROD_TOKEN]' } });
    expect(await decide('zz')).toContain('is granted');
    await end('zz');
    const told = world.another('told', { grants: [{ environment: 'production', secret: 'PROD_*' }] });
    expect(await decide('production', told)).toContain('is granted');
    await world.look();
    expect(survey.repository.secrets).toMatchObject([{ environment: 'production', because: 'granted' }]);
    await world.commit({
      'environments/production/environment.yaml': environment(OWNER),
      'environments/zz/app.txt': 'two',
    });
    expect(await decide('zz')).toContain('belongs to production');
  });

  test('goes to several where the operator names them', async () => {
    const grants: readonly Grant[] = ['production', 'zz'].map((name) => ({ environment: name, secret: 'PROD_TOKEN' }));
    await begin({
      production: { ...OWNER, policies: '[]' },
      zz: { secrets: '[PROD_TOKEN]' },
      other: { secrets: '[PROD_TOKEN]', target: '{ files: { to: /srv/other } }' },
    });
    const told = world.another('told', { grants });
    expect(await decide('production', told)).toContain('is granted');
    expect(await decide('zz', told)).toContain('is granted');
    expect(told.repository.secrets.map(({ environment: name }) => name)).toEqual(['production', 'zz']);
  });

  test('of two that claim it in the same moment is one’s alone, and other claims do not hold it up', async () => {
    await begin({
      one: { secrets: '[A, B]' },
      two: { secrets: '[B, C]', target: '{ files: { to: /srv/2 } }' },
      three: { secrets: '[D]', target: '{ files: { to: /srv/3 } }' },
    });
    const names = ['one', 'two', 'three'];
    const plans = [];
    for (const name of names) {
      // First what is in force is noted down.
      await push(name, await planFor(name));
      plans.push([name, await planFor(name)] as const);
    }
    const answers = [];
    for (const [name, plan] of plans) answers.push(await push(name, plan));
    expect(answers).toEqual(['accepted', 'moved', 'accepted']);
    expect(survey.repository.secrets.map(({ secret, environment: name }) => `${secret} ${name}`)).toEqual([
      'A one',
      'B one',
      'D three',
    ]);
    await world.look();
    const { problems } = await verifyAll(survey.ledgerGit, survey.ledger.entries.values(), null);
    expect(problems).toEqual([]);
  });
});

/** Production runs with the secret under gates that name leads; zz names it too. */
async function owned(): Promise<void> {
  await begin({ production: { ...OWNER, policies: '[]' } });
  await decide('production');
  await end('production');
  await world.commit({
    'environments/production/environment.yaml': environment(OWNER),
    'environments/production/app.txt': 'two',
  });
  await approve('production', DAN);
  expect(await decide('production')).toContain('is granted');
  await end('production');
  await add('zz', { target: '{ files: { to: /srv/zz } }', secrets: '[PROD_TOKEN]' });
  await accept('zz');
}

function environment(keys: Keys): string {
  const all = {
    follow: '{ branch: main }',
    pipeline: 'deploy',
    policies: '[]',
    target: '{ files: { to: /srv/x } }',
    ...keys,
  };
  return Object.entries(all)
    .map(([key, value]) => `${key}: ${value}\n`)
    .join('');
}

async function add(name: string, keys: Keys): Promise<void> {
  await world.commit({
    [`environments/${name}/environment.yaml`]: environment(keys),
    [`environments/${name}/app.txt`]: 'one',
  });
}

async function look(by: Survey): Promise<void> {
  world.clock.advance(1);
  await by.take(await by.look(), world.clock.monotonicMs());
}

async function planFor(name: string, by = survey) {
  await look(by);
  return reconcile(await by.observe([name], NOTHING), world.clock.now());
}

async function push(name: string, plan: ReturnType<typeof reconcile>, by = survey): Promise<string> {
  const [records, wide] = apart(plan);
  world.clock.advance(1);
  if (wide.length > 0) return (await by.ledger.pushTogether(name, records, { records: wide, seq: null })).type;
  return (await by.ledger.push([name], new Map([[name, records]]))).get(name)?.type ?? 'nothing';
}

/** What is decided, in words, once nothing more is noted down first; what it records is pushed. */
async function decide(name: string, by = survey): Promise<string> {
  for (let round = 0; ; round += 1) {
    const plan = await planFor(name, by);
    if (plan.append.length > 0) expect(await push(name, plan, by)).toBe('accepted');
    const isOpen = plan.append.some(({ record }) => record.type === 'run-opened');
    if (isOpen || plan.append.length === 0 || round > 4) return plan.because.map(({ sentence }) => sentence).join('; ');
  }
}

/**
 * Somebody whom the gates in force elsewhere name accepts those of the new environment: that alone gives nothing of
 * others.
 */
async function accept(name: string): Promise<void> {
  const { one } = await standing(name);
  const at = world.clock.now();
  const digest = one.gates?.digest ?? '';
  const serial = one.ledger.state.gates?.serial ?? 0;
  const word: LedgerRecord = {
    type: 'gates-approved',
    id: `gates-approved:${at}`,
    at,
    by: DAN,
    serial,
    digest,
    reason: '',
  };
  survey.ledger.append(name, [word]);
  expect((await survey.ledger.push([name])).get(name)?.type).toBe('accepted');
}

async function end(name: string): Promise<void> {
  const { state } = survey.ledger.entry(name);
  const run = state.open.at(-1);
  if (run === undefined) throw new Error(`${name} has no open run`);
  const common = { at: world.clock.now(), by: 'controller one', run: run.id, id: `${run.id}.${run.records + 1}` };
  const ended = { ...common, type: 'run-ended', outcome: 'Succeeded', sentence: 'deployed' } as LedgerRecord;
  survey.ledger.append(name, [ended]);
  expect((await survey.ledger.push([name])).get(name)?.type).toBe('accepted');
}

async function standing(name: string) {
  await look(survey);
  const observed = await survey.observe([name], NOTHING);
  const [one] = observed.environments;
  const version = one?.offers.at(-1)?.version;
  if (one === undefined || version === undefined) throw new Error(`nothing is offered to ${name}`);
  return { observed, one, version, planDigest: planDigestOf(one, version) ?? '' };
}

async function approve(name: string, by: string): Promise<void> {
  const { version, planDigest } = await standing(name);
  const at = world.clock.now();
  const record: LedgerRecord = {
    type: 'approved',
    id: `approved:${by}:${at}`,
    at,
    by,
    version,
    planDigest,
    reason: '',
  };
  survey.ledger.append(name, [record]);
  expect((await survey.ledger.push([name])).get(name)?.type).toBe('accepted');
}

async function answer(name: string, by: string): Promise<string | null> {
  const { observed, one, version, planDigest } = await standing(name);
  const given = { by, answer: 'approved', reason: '', planDigest, signs: false } as const;
  return answerRefusal(one, observed, world.clock.now(), version, given);
}
