// Facts are gathered again when something that they rest on has changed: one test for each such thing. A stale fact
// is a wrong decision.

import { beforeEach, describe, expect, test, vi } from 'vitest';
import type { EventRecord } from '../../../engine/ledger/records/table.ts';
import { signableText } from '../../../engine/ledger/signable.ts';
import { Fault } from '../../../engine/ports/fault.ts';
import { ANA } from '../../support/observed-builders.ts';
import { environmentYaml } from '../../support/scenario-files.ts';
import { nameSigning, opening, type SurveyWorld, surveyWorld } from '../../support/survey-world.ts';

const APP = 'environments/production/app.txt';
const YAML = 'environments/production/environment.yaml';
const KEYS = 'policies/allowed_signers';
const FILES = {
  'policies/approved.yaml': 'approval: { require: [{ from: leads, count: 1 }] }\n',
  'policies/holidays.yaml':
    'window: { timezone: Europe/Bucharest, allow: [{ days: mon-fri, hours: "09:00-18:00" }], holidays: [RO] }\n',
  'policies/newer.yaml': 'downgrade: denied\n',
};

let world: SurveyWorld;
let asked: { places: readonly string[]; years: readonly number[] }[];

async function begin(policies: string): Promise<void> {
  asked = [];
  const holidays = {
    holidays: async (places: readonly string[], years: readonly number[]) => {
      asked.push({ places, years });
      return Object.fromEntries(places.map((place) => [place, [{ date: '2026-12-01', name: 'Ziua Națională' }]]));
    },
    knows: async () => true,
  };
  world = await surveyWorld({ production: { policies } }, { files: FILES, holidays });
  await world.look();
}

beforeEach(() => begin('[approved]'));

describe('gathered again', () => {
  test('is what is in play, when a version goes into quarantine', async () => {
    await begin('[newer]');
    await world.commit({
      [YAML]: environmentYaml('production', 'world', { policies: '[newer]', more: ['queue: all'] }),
    });
    await world.deploys('production');
    const commits: string[] = [];
    for (const text of ['2', '3', '4', '5', '6']) commits.push(await world.commit({ [APP]: text }));
    const weighed = async () => {
      const { evidence } = await world.observe('production');
      return commits.filter((commit) => evidence.has(commit));
    };
    expect(await weighed()).toEqual(commits.slice(0, 3));
    const { offers, config } = await world.observe('production');
    const [bad] = offers;
    if (bad === undefined) throw new Error('something is offered');
    world.tell(
      'production',
      opening(bad.version, bad.contents, config ?? ''),
      { type: 'run-failed', stage: null, outcome: 'Failed', sentence: 'it broke', next: 'stop' },
      { type: 'run-ended', outcome: 'Failed', sentence: 'it broke' },
    );
    expect(await weighed()).toEqual(commits.slice(1, 4));
  });

  test('are the needs, when the head asks for something else', async () => {
    await world.deploys('production');
    await world.commit({ [APP]: 'two\n' });
    expect(await evidence()).toMatchObject({ isOlder: false, change: { commits: 1 } });
    await world.commit({ [YAML]: environmentYaml('production', 'world', { policies: '[newer]' }), [APP]: 'three\n' });
    // The gates in force still ask who made the change.
    expect(await evidence()).toMatchObject({ change: { commits: 2 } });
    await world.deploys('production');
    await world.commit({ [APP]: 'four\n' });
    expect(await evidence()).toMatchObject({ change: null });
  });

  test('is the contents that a request names', async () => {
    await world.deploys('production');
    const second = await world.commit({ [APP]: 'two\n' });
    await world.commit({ [APP]: 'three\n' });
    expect((await world.observe('production')).evidence.has(second)).toBe(false);
    say({
      type: 'deploy-requested',
      version: { commit: second, tag: null },
      reason: 'x',
      emergency: false,
      skipTests: false,
    });
    expect((await world.observe('production')).evidence.get(second)?.change).toMatchObject({ commits: 1 });
  });

  test('is what runs, when it only gets another name', async () => {
    world = await surveyWorld({ production: { policies: '[newer]', follow: '{ tags: "v*" }' } }, { files: FILES });
    const commit = await world.commit({ [APP]: 'two\n' });
    await world.tag('v1.0.0', commit);
    await world.deploys('production');
    const later = await world.commit({ [APP]: 'three\n' });
    const asks = { type: 'deploy-requested', reason: 'x', emergency: false, skipTests: false } as const;
    say({ ...asks, version: { commit: later, tag: 'v1.1.0' } });
    const isOlder = async () => (await world.observe('production')).evidence.get(later)?.isOlder;
    expect(await isOlder()).toBe(false);
    const { current } = world.survey.ledger.entry('production').state;
    if (current === null) throw new Error('something runs');
    say({ type: 'adopted', version: { commit, tag: 'v2.0.0' }, contents: current.contents, because: 'the same' });
    expect(await isOlder()).toBe(true);
  });
});

describe('looked at every time', () => {
  const approved = () => {
    const version = { commit: 'a'.repeat(40), tag: null };
    return { type: 'approved', version, planDigest: 'd', reason: 'fine' } as const;
  };

  test('are signed words and the keys at the head', async () => {
    const signed = sign(approved());
    const forged = { ...sign(approved()), reason: 'something else' };
    const plain = full(approved());
    append(signed, forged, plain);
    const signers = async () => (await world.observe('production')).signers;
    expect((await signers()).get(signed.id)).toEqual({ type: 'invalid', sentence: 'nobody knows the key of ana' });
    await world.commit({ [KEYS]: 'ana\n' });
    expect((await signers()).get(signed.id)).toEqual({ type: 'signed', by: 'ana' });
    expect((await signers()).get(forged.id)?.type).toBe('invalid');
    expect((await signers()).has(plain.id)).toBe(false);
    await world.commit({ [KEYS]: null });
    expect((await signers()).get(signed.id)?.type).toBe('invalid');
  });

  test('is, half a minute later, a signature that could not be looked at', async () => {
    await world.commit({ [KEYS]: 'ana\n' });
    const signed = sign(approved());
    append(signed);
    const late = new Fault('git-failed', 'ssh-keygen did not answer', { retry: 'later', hint: 'wait' });
    const verify = vi.spyOn(nameSigning, 'verify').mockRejectedValueOnce(late);
    const seen = await world.observe('production');
    expect(seen.signers.get(signed.id)).toMatchObject({ type: 'invalid', passing: true });
    expect(seen.askAgainAt).toBe(world.clock.now() + 30_000);
    verify.mockRestore();
    const again = await world.observe('production');
    expect([again.signers.get(signed.id), again.askAgainAt]).toEqual([{ type: 'signed', by: 'ana' }, undefined]);
  });

  test('are signed exceptions and requests as well', async () => {
    await world.commit({ [KEYS]: 'ana\n' });
    const version = { commit: 'a'.repeat(40), tag: 'v1.0.0' };
    const override = sign({
      type: 'overridden',
      version,
      rules: ['approved/approval'],
      reason: 'x',
      until: 1_800_000_000_000,
    });
    const deploy = sign({ type: 'deploy-requested', version, reason: 'x', emergency: true, skipTests: false });
    append(override, deploy);
    const by = { type: 'signed', by: 'ana' };
    expect([...(await world.observe('production')).signers]).toEqual([
      [override.id, by],
      [deploy.id, by],
    ]);
    const rollback = sign({ type: 'rollback-requested', to: version, reason: 'x' });
    append(rollback);
    expect((await world.observe('production')).signers.get(rollback.id)).toEqual(by);
  });

  test('is the ledger of the whole repository, and the one who moved it', async () => {
    await world.look();
    const other = world.another('other');
    const look = async () => {
      world.clock.advance(1);
      return other.take(await other.look(), world.clock.monotonicMs());
    };
    const observed = async () => other.observe(null, { jobs: new Map(), effects: new Map() });
    await look();
    expect((await observed()).repository).toMatchObject({ type: 'read', state: { environment: '_all', seq: 0 } });
    const stop = full({ type: 'suspended', reason: 'stop the line', until: null });
    await world.survey.ledger.push(['_all'], new Map([['_all', [stop]]]));
    expect(await look()).toEqual(['production']);
    const { repository, environments } = await observed();
    expect(repository).toMatchObject({ type: 'read', state: { suspended: { reason: 'stop the line' } } });
    expect(environments.map(({ name }) => name)).toEqual(['production']);
    expect(other.environments).toEqual(['production']);
    await world.remote.setRef('refs/heads/tidegate/_all', null);
    expect(await look()).toEqual(['production']);
    expect((await observed()).repository).toMatchObject({
      type: 'damaged',
      sentence: expect.stringContaining('refs/heads/tidegate/_all was deleted on the remote'),
    });
  });

  test('is that ledger by others too, so that its deletion is noticed without any cache', async () => {
    const stop = full({ type: 'suspended', reason: 'stop the line', until: null });
    await world.look();
    await world.survey.ledger.push(['_all'], new Map([['_all', [stop]]]));
    await world.deploys('production');
    await world.survey.ledger.push(['production']);
    const all = world.remote.refs.get('refs/heads/tidegate/_all') ?? '';
    await world.remote.setRef('refs/heads/tidegate/_all', null);
    const fresh = world.another('fresh');
    await fresh.take(await fresh.look(), world.clock.monotonicMs());
    const repository = async () => (await fresh.observe(null, { jobs: new Map(), effects: new Map() })).repository.type;
    expect(await repository()).toBe('damaged');
    // Put back as it was: known by name from the others, and still to be brought.
    await world.remote.setRef('refs/heads/tidegate/_all', all);
    await fresh.take(await fresh.look(), world.clock.monotonicMs());
    expect(await repository()).toBe('read');
  });

  test('are public holidays, of the places that policies name, for the years around now', async () => {
    await begin('[holidays]');
    await world.look();
    const observe = async () => world.survey.observe(null, { jobs: new Map(), effects: new Map() });
    expect((await observe()).holidays).toEqual({ RO: [{ date: '2026-12-01', name: 'Ziua Națională' }] });
    expect(asked).toEqual([{ places: ['RO'], years: [2025, 2026, 2027, 2028, 2029, 2030, 2031, 2032] }]);
    // Gone from the head, but the gates in force still know them.
    await world.deploys('production');
    await world.commit({
      [YAML]: environmentYaml('production', 'world'),
      'policies/holidays.yaml': null,
      [APP]: 'two\n',
    });
    await world.look();
    expect(Object.keys((await observe()).holidays)).toEqual(['RO']);
    await world.deploys('production');
    await world.look();
    expect((await observe()).holidays).toEqual({});
  });
});

async function evidence() {
  const { offers, evidence: found } = await world.observe('production');
  return found.get(offers[0]?.version.commit ?? '');
}

type Told<T> = T extends unknown ? Omit<T, 'id' | 'at' | 'by' | 'clock'> : never;

let events = 0;
function full(told: Told<EventRecord>): EventRecord {
  events += 1;
  return { ...told, id: `${told.type}:${events}`, at: world.clock.now(), by: ANA } as EventRecord;
}

function sign(told: Told<EventRecord>): EventRecord {
  const record = full(told);
  return { ...record, signature: `ana:${signableText('production', record as never)}` } as EventRecord;
}

function append(...records: readonly EventRecord[]): void {
  world.survey.ledger.append('production', records);
}

function say(told: Told<EventRecord>): void {
  append(full(told));
}
