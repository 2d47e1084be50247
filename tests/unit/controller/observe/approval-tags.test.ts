// Answers by tag, as they stand on the remote: whose they are, what they point at, what their names say; and names,
// words and moved tags by which somebody might want to pass for somebody else.

import { beforeEach, describe, expect, test, vi } from 'vitest';
import { EvidenceReader } from '../../../../engine/controller/observe/evidence.ts';
import type { ApprovalTag } from '../../../../engine/model/observed.ts';
import type { Signed } from '../../../../engine/model/policy-facts.ts';
import { environmentYaml } from '../../../support/scenario-files.ts';
import { type SurveyWorld, surveyWorld } from '../../../support/survey-world.ts';

const DAN = { name: 'Dan', email: 'dan@example.org' };
const APP = 'environments/production/app.txt';
const APPROVED = { 'policies/approved.yaml': 'approval: { require: [{ from: leads, count: 1 }] }\n' };
const TAGS = { policies: '[approved]', follow: '{ tags: "v*" }' };

let world: SurveyWorld;
let commit: string;
beforeEach(async () => {
  world = await surveyWorld({ production: TAGS, other: {} }, { files: APPROVED });
  commit = await world.commit({ [APP]: 'two\n' });
  await world.tag('v1.4.2', commit);
});

async function answers(): Promise<readonly ApprovalTag[]> {
  return (await world.observe('production')).approvalTags;
}

async function answer(name: string, of = commit, words: object = {}): Promise<string> {
  return world.remote.annotatedTag(name, of, { tagger: DAN, message: 'Tried it.\n\nAll is well.', ...words });
}

describe('an answer by tag', () => {
  test('is read with its person, its reason and its version', async () => {
    const oid = await answer('approve/production/v1.4.2');
    expect(await answers()).toEqual([
      {
        name: 'approve/production/v1.4.2',
        called: 'approve/production/v1.4.2',
        answer: 'approved',
        oid,
        commit,
        named: commit,
        person: 'Dan <dan@example.org>',
        reason: 'Tried it. All is well.',
        signed: { type: 'unsigned' },
      },
    ]);
  });

  test.each([
    ['approve/production/v1.4.2@dan', 'v1.4.2'],
    ['reject/production/v1.4.2@dan@again', 'v1.4.2'],
    ['approve/production/web@1.0.0', 'web@1.0.0'],
    ['approve/production/web@1.0.0@dan', 'web@1.0.0'],
  ])('%s is about %s', async (name, version) => {
    const other = await world.commit({ 'notes.md': 'x' });
    await world.tag('web@1.0.0', other);
    await answer(name);
    const [found] = await answers();
    expect(found).toMatchObject({ name, answer: name.startsWith('reject') ? 'rejected' : 'approved' });
    expect(found?.named).toBe(version === 'v1.4.2' ? commit : other);
  });

  test('may name a commit by its beginning, and no shorter than seven digits', async () => {
    await answer(`approve/production/${commit.slice(0, 7)}@a`);
    await answer(`approve/production/${commit}@b`);
    await answer(`approve/production/${commit.slice(0, 6)}@c`);
    await answer('approve/production/0000000@d');
    const named = new Map((await answers()).map(({ name, named: of }) => [name.slice(-1), of]));
    expect(named).toEqual(
      new Map([
        ['a', commit],
        ['b', commit],
        ['c', null],
        ['d', null],
      ]),
    );
  });

  test('that points elsewhere than its name says is told with both', async () => {
    const other = await world.commit({ 'notes.md': 'x' });
    await answer('approve/production/v1.4.2', other);
    expect(await answers()).toMatchObject([{ commit: other, named: commit }]);
    await answer('approve/production/v9.9.9', commit);
    expect(await answers()).toMatchObject([
      { commit: other, named: commit },
      { commit, named: null },
    ]);
  });

  test('that is no annotated tag says nothing about who made it', async () => {
    await world.tag('approve/production/v1.4.2', commit);
    expect(await answers()).toMatchObject([{ person: null, commit, oid: commit }]);
  });

  test('that is moved or deleted is so at the next look', async () => {
    const first = await answer('approve/production/v1.4.2');
    expect(await answers()).toMatchObject([{ oid: first, commit }]);
    const other = await world.commit({ 'notes.md': 'x' });
    const second = await answer('approve/production/v1.4.2', other);
    expect(await answers()).toMatchObject([{ oid: second, commit: other, named: commit }]);
    await world.remote.setRef('refs/tags/approve/production/v1.4.2', null);
    expect(await answers()).toEqual([]);
  });

  test('about another environment or another version is left alone, unless it was seen here before', async () => {
    await answer('approve/other/v1.4.2');
    await answer('approve/production-two/v1.4.2');
    const old = await world.commit({ [APP]: 'old\n' }, { branch: 'old' });
    await answer('approve/production/v1.0.0', old);
    expect(await answers()).toEqual([]);
    const seen = { type: 'approval-tag-seen', tag: 'approve/production/v1.0.0', oid: old, commit: old } as const;
    const said = { answer: 'approved', person: 'Dan <dan@example.org>', reason: '' } as const;
    const common = { id: 'approval-tag-seen:1', at: world.clock.now(), by: 'controller one' };
    world.survey.ledger.append('production', [{ ...seen, ...said, ...common }]);
    expect((await answers()).map(({ name }) => name)).toEqual(['approve/production/v1.0.0']);
  });

  test('is checked against the keys at the head', async () => {
    const message = 'yes\n-----BEGIN SSH SIGNATURE-----\nx\n-----END SSH SIGNATURE-----';
    await answer('approve/production/v1.4.2', commit, { message });
    expect(await answers()).toMatchObject([{ reason: 'yes', signed: { type: 'invalid' } }]);
  });

  test('whose signature could not be looked at is looked at again, half a minute later', async () => {
    const message = 'no\n-----BEGIN SSH SIGNATURE-----\nx\n-----END SSH SIGNATURE-----';
    await answer('reject/production/v1.4.2', commit, { message });
    const late: Signed = { type: 'invalid', sentence: 'ssh-keygen did not answer', passing: true };
    const signature = vi.spyOn(EvidenceReader.prototype, 'signature').mockResolvedValue(late);
    const seen = await world.observe('production');
    expect([seen.approvalTags, seen.askAgainAt]).toMatchObject([[{ signed: late }], world.clock.now() + 30_000]);
    signature.mockResolvedValue({ type: 'signed', by: 'dan' });
    const again = await world.observe('production');
    expect(again.approvalTags).toMatchObject([{ signed: { type: 'signed', by: 'dan' } }]);
    expect(again.askAgainAt).toBeUndefined();
    signature.mockRestore();
  });

  test('of a hostile name or length is harmless', async () => {
    const names = ['--upload-pack=touch x', '-rf', '../../v1.4.2', 'v1.4.2@', '@', '$(touch x)', 'refs/heads/main'];
    for (const name of names)
      await answer(`approve/production/${name}`, commit, { message: `${'x\u0000\u001b[31m'.repeat(2_000)}` }).catch(
        () => '',
      );
    const found = await answers();
    expect(found.length).toBeGreaterThan(3);
    for (const { named, name, reason } of found) {
      expect(named).toBe(name.endsWith('v1.4.2@') ? commit : null);
      expect(reason.length).toBeLessThanOrEqual(2_000);
      // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
      expect(reason).not.toMatch(/[\x00-\x1f]/);
    }
  });

  test('of hundreds is one of as many as the ledger can keep, and stays so when they are recorded', async () => {
    for (let each = 100; each < 250; each += 1) await answer(`approve/production/v1.4.2@${each}`);
    const said = {
      type: 'approval-tag-seen',
      answer: 'approved',
      person: 'Dan <dan@example.org>',
      reason: '',
    } as const;
    const isRead = ({ signed }: ApprovalTag) => signed.type !== 'invalid';
    const first = (await answers()).filter(isRead);
    expect(first.length).toBe(100);
    const records = first.map(({ name, oid }) => {
      const common = { id: `seen:${name}`, at: world.clock.now(), by: 'controller one' };
      return { ...said, ...common, tag: name, oid, commit };
    });
    world.survey.ledger.append('production', records);
    const [left, ...others] = (await answers()).filter((tag) => !isRead(tag));
    expect([(await answers()).filter(isRead), others]).toEqual([first, []]);
    const sentence = 'more than 100 tags answer, and it is not looked at before others are deleted';
    expect(left?.signed).toEqual({ type: 'invalid', passing: true, sentence });
  });

  test('is no version, whatever the followed pattern matches', async () => {
    await world.commit({
      'environments/production/environment.yaml': environmentYaml('production', 'world', {
        ...TAGS,
        follow: '{ tags: "*" }',
      }),
    });
    const head = world.remote.refs.get('refs/heads/main') ?? '';
    await answer('approve/production/v9.0.0', head);
    const { offers, ignored } = await world.observe('production');
    expect(offers.map(({ version }) => version.tag)).toEqual(['v1.4.2']);
    expect(ignored).toEqual([]);
  });
});

describe('answers are looked at', () => {
  test('only where a policy asks for approval', async () => {
    world = await surveyWorld({ production: { follow: '{ tags: "v*" }' } }, { files: APPROVED });
    await world.tag('v1.4.2', await world.commit({ [APP]: 'two\n' }));
    await answer('approve/production/v1.4.2', world.remote.refs.get('refs/heads/main') ?? '');
    await world.look();
    expect([...(world.survey.refs?.refs.keys() ?? [])].filter((ref) => ref.includes('approve'))).toEqual([]);
  });

  test('of a version that nobody’s tags are about by its own look', async () => {
    world = await surveyWorld({ production: { policies: '[approved]' } }, { files: APPROVED });
    const here = await world.commit({ [APP]: 'two\n' });
    await world.tag('v7.0.0', here);
    await answer('approve/production/v7.0.0', here);
    expect(await answers()).toMatchObject([{ commit: here, named: here }]);
  });

  test('as soon as gates in force ask for them that the head does not', async () => {
    world = await surveyWorld({ production: { policies: '[approved]' } }, { files: APPROVED });
    await world.deploys('production');
    const loosened = await world.commit({
      [APP]: 'two\n',
      'environments/production/environment.yaml': environmentYaml('production', 'world'),
    });
    const fresh = world.another('fresh');
    await world.survey.ledger.push(['production']);
    await answer(`approve/production/${loosened.slice(0, 12)}`, loosened);
    const look = async () => fresh.take(await fresh.look(), world.clock.monotonicMs());
    await look();
    const observe = async () =>
      (await fresh.observe(['production'], { jobs: new Map(), effects: new Map() })).environments;
    expect(await observe()).toMatchObject([{ approvalTags: [] }]);
    expect(fresh.isTooNarrow).toBe(true);
    world.clock.advance(1);
    expect(await look()).toEqual(['production']);
    expect(await observe()).toMatchObject([{ approvalTags: [{ commit: loosened, named: loosened }] }]);
    expect(fresh.isTooNarrow).toBe(false);
  });
});
