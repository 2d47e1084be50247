// What is found out about a version for the policies that ask: what it changes, who signed it, how it did elsewhere,
// whether it is older; and that each answer is found out again when what it rests on has changed.

import { beforeEach, describe, expect, test } from 'vitest';
import type { Evidence } from '../../../../engine/model/policy-facts.ts';
import type { Version } from '../../../../engine/model/version.ts';
import { opening, type SurveyWorld, surveyWorld } from '../../../support/survey-world.ts';

const DAN = { name: 'Dan', email: 'dan@example.org' };
const EVE = { name: 'Eve', email: 'eve@example.org' };
const APP = 'environments/production/app.txt';
const FILES = {
  'policies/approved.yaml': 'approval: { require: [{ from: leads, count: 1 }] }\n',
  'policies/hours.yaml': 'window: { allow: [{ days: mon-fri, hours: "09:00-18:00" }] }\n',
  'policies/newer.yaml': 'downgrade: denied\n',
  'policies/signed.yaml': 'signature: { by: [leads] }\n',
  'policies/soaked.yaml': 'soak: { in: staging, for: 1h }\n',
  'policies/tested.yaml': 'checks: { require: [ci/test] }\n',
};

let world: SurveyWorld;

async function begin(policies: string, more: Parameters<typeof surveyWorld>[0] = {}): Promise<void> {
  world = await surveyWorld({ production: { policies }, ...more }, { files: FILES });
}

/** Of what is offered to production now. */
async function found(): Promise<Evidence> {
  const { offers, evidence } = await world.observe('production');
  const evidenceOfOffer = evidence.get(offers[0]?.version.commit ?? '');
  if (evidenceOfOffer === undefined) throw new Error('nothing was found out about the offer');
  return evidenceOfOffer;
}

describe('the change', () => {
  beforeEach(() => begin('[approved]'));

  test('is who made the commits between what runs and the version, as far as they touch its inputs', async () => {
    await world.deploys('production');
    await world.remote.commit({ [APP]: 'two\n' }, { author: EVE, committer: DAN, message: 'feat(shop)!: two' });
    await world.remote.commit({ 'notes.md': 'x' }, { message: 'docs: elsewhere' });
    const helped = 'Sum up\n\nCo-authored-by: Leo <leo@example.org>\n';
    await world.remote.commit({ 'scripts/verify.sh': { mode: '100755', text: '#!/bin/sh\n' } }, { message: helped });
    expect((await found()).change).toEqual({
      authors: ['Ana <ana@example.org>', 'Dan <dan@example.org>', 'Eve <eve@example.org>', 'Leo <leo@example.org>'],
      paths: [APP, 'scripts/verify.sh'],
      kinds: ['', 'feat'],
      commits: 2,
    });
  });

  test('of a first version is that commit, with all that it has', async () => {
    await world.remote.commit({ [APP]: 'two\n' }, { author: EVE, message: 'fix: two' });
    const { change } = await found();
    expect(change).toMatchObject({ authors: ['Eve <eve@example.org>'], kinds: ['fix'], commits: 1 });
    expect(change?.paths).toEqual(expect.arrayContaining([APP, 'pipelines/deploy.yaml', 'scripts/test.sh']));
    expect(change?.paths.some((path) => path.startsWith('policies/'))).toBe(false);
  });

  test('counts what is taken back as well', async () => {
    const root = world.remote.refs.get('refs/heads/main') ?? '';
    await world.remote.commit({ [APP]: 'two\n' }, { author: EVE });
    await world.deploys('production');
    await world.remote.commit({ [APP]: 'three\n' }, { author: DAN, parent: root });
    const { change } = await found();
    expect(change).toMatchObject({ authors: ['Dan <dan@example.org>', 'Eve <eve@example.org>'], paths: [APP] });
  });

  test('is not looked for where nobody asks', async () => {
    await begin('[hours]');
    await world.deploys('production');
    await world.commit({ [APP]: 'two\n' });
    expect(await found()).toMatchObject({ change: null, planDigest: expect.stringMatching(/^[0-9a-f]{64}$/) });
  });

  test('is asked for by a stage, and by a stage that only the version gates', async () => {
    await begin('[]');
    const gated = (where: string) =>
      `stages:\n  - { name: test, ${where}steps: [{ run: scripts/test.sh }] }\n  - { name: deploy, steps: [{ deploy: target }] }\n`;
    await world.commit({ 'pipelines/deploy.yaml': gated('policies: [approved], ') });
    expect((await found()).change).not.toBeNull();
  });

  test('is not known where what runs is gone from the repository', async () => {
    const { version, contents, config } = await offer();
    const gone = { ...version, commit: 'd'.repeat(40) };
    world.tell('production', opening(gone, contents, config), ended());
    await world.commit({ [APP]: 'two\n' });
    expect((await found()).change).toBeNull();
  });

  test('is told again when another version runs', async () => {
    await world.deploys('production');
    await world.commit({ [APP]: 'two\n' });
    const two = await offer();
    await world.commit({ [APP]: 'three\n' });
    expect((await found()).change?.commits).toBe(2);
    world.tell('production', opening(two.version, two.contents, two.config), ended());
    expect((await found()).change?.commits).toBe(1);
  });

  test('has the person who tagged it among its authors', async () => {
    world = await surveyWorld({ production: { policies: '[approved]', follow: '{ tags: "v*" }' } }, { files: FILES });
    const commit = await world.commit({ [APP]: 'two\n' });
    await world.remote.annotatedTag('v1.0.0', commit, { tagger: DAN });
    expect((await found()).change?.authors).toEqual(['Ana <ana@example.org>', 'Dan <dan@example.org>']);
    await world.remote.annotatedTag('v1.0.0', commit, { tagger: EVE });
    expect((await found()).change?.authors).toContain('Eve <eve@example.org>');
  });
});

describe('the plan digest', () => {
  beforeEach(() => begin('[]', { staging: {} }));

  test('is another for another commit, environment, step or target, and the same for the same', async () => {
    const digest = async () => (await found()).planDigest;
    const first = await digest();
    await world.commit({ 'notes.md': 'x' });
    expect(await digest()).toBe(first);
    const staging = await world.observe('staging');
    expect([...staging.evidence.values()].map(({ planDigest }) => planDigest)).not.toContain(first);
    await world.commit({ [APP]: 'two\n' });
    expect(await digest()).not.toBe(first);
  });

  test('is there for every version that a command names', async () => {
    await world.deploys('production');
    const second = await world.commit({ 'notes.md': 'x' });
    await world.look();
    const { environments } = await world.survey.observe(['production'], { jobs: new Map(), effects: new Map() }, [
      second,
    ]);
    expect(environments[0]?.evidence.get(second)?.planDigest).toMatch(/^[0-9a-f]{64}$/);
  });

  test('is empty for a version that cannot be used', async () => {
    await world.deploys('production');
    const broken = await world.commit({ 'environments/production/environment.yaml': 'follow: nonsense\n' });
    await world.look();
    const { environments } = await world.survey.observe(['production'], { jobs: new Map(), effects: new Map() }, [
      broken,
    ]);
    expect(environments[0]?.evidence.get(broken)?.planDigest).toBe('');
  });
});

describe('signatures', () => {
  test('are looked at where a rule asks, by the tag that the remote has now', async () => {
    world = await surveyWorld({ production: { policies: '[signed]', follow: '{ tags: "v*" }' } }, { files: FILES });
    const commit = await world.commit({ [APP]: 'two\n' });
    await world.remote.annotatedTag('v1.0.0', commit);
    const unsigned = { type: 'unsigned' };
    expect((await found()).signed).toEqual({ commit: unsigned, tag: unsigned });
    // An armour alone is no signature, and in memory nobody can check one.
    const message = 'v1.0.0\n-----BEGIN SSH SIGNATURE-----\nx\n-----END SSH SIGNATURE-----';
    await world.remote.annotatedTag('v1.0.0', commit, { message });
    expect((await found()).signed).toMatchObject({ commit: unsigned, tag: { type: 'invalid' } });
  });

  test('a tag that was made under another name is not signed under this one', async () => {
    world = await surveyWorld({ production: { policies: '[signed]', follow: '{ tags: "v*" }' } }, { files: FILES });
    const commit = await world.commit({ [APP]: 'two\n' });
    const message = 'no\n-----BEGIN SSH SIGNATURE-----\nx\n-----END SSH SIGNATURE-----';
    const oid = await world.remote.annotatedTag('reject/production/v9.0.0', commit, { tagger: DAN, message });
    await world.remote.setRef('refs/tags/v9.0.0', oid);
    const sentence = 'the tag was made as reject/production/v9.0.0, not v9.0.0';
    expect((await found()).signed.tag).toEqual({ type: 'invalid', sentence });
  });
});

describe('a soak', () => {
  beforeEach(() => begin('[soaked]', { staging: {} }));

  test('is that of the contents which this commit has there', async () => {
    expect((await found()).soaks).toEqual({ staging: { type: 'never' } });
    await soaks();
    const since = world.survey.ledger.entry('staging').state.contents[0]?.healthySince;
    expect((await found()).soaks).toEqual({ staging: { type: 'healthy', since, soakedMs: 0 } });
    // Other contents there, and so not soaked yet.
    await world.commit({ 'environments/staging/app.txt': 'two\n', [APP]: 'two\n' });
    expect((await found()).soaks).toEqual({ staging: { type: 'never' } });
  });

  test('is over when they failed there, by themselves or because people took them back', async () => {
    const before = await soaks();
    await world.commit({ 'environments/staging/app.txt': 'two\n', [APP]: 'two\n' });
    await soaks();
    expect((await found()).soaks).toMatchObject({ staging: { type: 'healthy' } });
    const { state } = world.survey.ledger.entry('staging');
    const known = state.contents.find(({ version }) => version.commit === before.commit);
    if (known === undefined || state.current === null) throw new Error('two versions ran there');
    const back = { kind: 'rollback', trigger: 'request', reason: 'it is slow', requestedBy: 'Ana <ana@example.org>' };
    const previous = { version: state.current.version, contents: state.current.contents };
    const opened = opening(before, { digest: known.digest, inputs: known.inputs }, before.commit, {
      ...back,
      previous,
    });
    world.tell('staging', opened, ended());
    expect((await found()).soaks).toEqual({ staging: { type: 'failed', sentence: 'rolled back: it is slow' } });
  });

  test('is told again to anyone who waits for it, whenever that ledger moves', async () => {
    await world.look();
    const other = world.another('other');
    await other.take(await other.look(), world.clock.monotonicMs());
    await soaks();
    await world.survey.ledger.push(['staging']);
    await world.observe('production');
    world.clock.advance(1);
    const changed = await other.take(await other.look(), world.clock.monotonicMs());
    expect([...changed].sort()).toEqual(['production', 'staging']);
  });

  test('is seen by a controller of the waiting environment alone', async () => {
    await soaks();
    await world.survey.ledger.push(['staging']);
    const only = world.another('only', { only: ['production'] });
    await only.take(await only.look(), world.clock.monotonicMs());
    const { environments } = await only.observe(null, { jobs: new Map(), effects: new Map() });
    expect(environments.map(({ name }) => name)).toEqual(['production']);
    expect([...(environments[0]?.evidence.values() ?? [])]).toMatchObject([
      { soaks: { staging: { type: 'healthy' } } },
    ]);
  });

  test('in an environment whose ledger cannot be read is not known', async () => {
    await soaks();
    await world.survey.ledger.push(['staging']);
    await world.look();
    await world.remote.setRef('refs/heads/tidegate/staging', null);
    expect((await found()).soaks).toEqual({});
  });
});

describe('results of checks', () => {
  test('are those of the commit, as the repository’s ledger has them at every look', async () => {
    await begin('[tested]');
    const { version } = await offer();
    expect((await found()).checks).toEqual([]);
    record(version.commit, 'ci/test', 'passed');
    record('e'.repeat(40), 'ci/test', 'failed');
    expect((await found()).checks).toMatchObject([{ name: 'ci/test', status: 'passed', value: null }]);
  });
});

describe('an older version', () => {
  test('is an ancestor of what runs', async () => {
    await begin('[newer]');
    const first = await offer();
    await world.commit({ [APP]: 'two\n' });
    await world.deploys('production');
    await world.look();
    const { environments } = await world.survey.observe(['production'], { jobs: new Map(), effects: new Map() }, [
      first.version.commit,
    ]);
    const [observed] = environments;
    expect(observed?.evidence.get(first.version.commit)?.isOlder).toBe(true);
    await world.commit({ [APP]: 'three\n' });
    expect((await found()).isOlder).toBe(false);
  });

  test('is a lower tag, wherever its commit lies', async () => {
    world = await surveyWorld({ production: { policies: '[newer]', follow: '{ tags: "v*" }' } }, { files: FILES });
    await world.tag('v2.0.0', await world.commit({ [APP]: 'two\n' }));
    await world.deploys('production');
    const later = await world.commit({ [APP]: 'three\n' });
    request({ commit: later, tag: 'v1.9.0' });
    const { evidence } = await world.observe('production');
    expect(evidence.get(later)?.isOlder).toBe(true);
  });

  test('is what nobody can compare with what ran and is gone', async () => {
    await begin('[newer]');
    const { version, contents, config } = await offer();
    world.tell('production', opening({ ...version, commit: 'd'.repeat(40) }, contents, config), ended());
    await world.commit({ [APP]: 'two\n' });
    expect((await found()).isOlder).toBe(true);
  });
});

/** What is offered to staging runs there now, and has touched it. */
async function soaks(): Promise<Version> {
  const { offers, config } = await world.observe('staging');
  const [next] = offers;
  if (next === undefined) throw new Error('nothing is offered to staging');
  world.tell('staging', opening(next.version, next.contents, config ?? '', { stages: [DEPLOY] }), ...passing());
  return next.version;
}

const DEPLOY = { name: 'deploy', skippable: false, touches: true };

function passing(): readonly object[] {
  const { epoch } = world.survey.ledger.entry('staging').state;
  return [
    { type: 'stage-started', stage: 'deploy', attempt: 1, step: 0, because: 'first', epoch: epoch + 1 },
    { type: 'stage-ended', stage: 'deploy', outcome: 'Succeeded', sentence: 'deployed' },
    ended(),
  ];
}

async function offer() {
  const { offers, config } = await world.observe('production');
  const [first] = offers;
  if (first === undefined) throw new Error('nothing is offered');
  return { version: first.version, contents: first.contents, config: config ?? '' };
}

function ended(): object {
  return { type: 'run-ended', outcome: 'Succeeded', sentence: 'deployed' };
}

let events = 0;
function common() {
  events += 1;
  return { id: `event:${events}`, at: world.clock.now(), by: 'Ana <ana@example.org>' };
}

function record(commit: string, name: string, status: 'passed' | 'failed'): void {
  world.survey.ledger.append('_all', [{ type: 'check-recorded', commit, name, status, value: null, ...common() }]);
}

function request(version: { commit: string; tag: string | null }): void {
  const asked = { type: 'deploy-requested', version, reason: 'x', emergency: false, skipTests: false } as const;
  world.survey.ledger.append('production', [{ ...asked, ...common() }]);
}
