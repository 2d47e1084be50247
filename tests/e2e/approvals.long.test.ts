// Gates that people open, with real git and the real command line: approvals by command and by tag, what voids them,
// a stopped line, two people for an emergency, a policy loosened by the very change that it should hold.

import { afterEach, describe, expect, test } from 'vitest';
import { Scenario } from '../support/scenario.ts';

let story: Scenario;
afterEach(() => story.end());

/** Ana makes every commit; Eve leads, Dan tests. */
const PEOPLE = `version: 1
people: { ana: { email: ana@example.org }, dan: { email: dan@example.org }, eve: { email: eve@example.org } }
teams: { leads: [ana, eve], qa: [dan] }
`;
const FOUR_EYES = 'approval: { require: [{ from: leads }, { from: qa }], expires: 72h }\n';
const CLOSED = 'window: { deny: [{ from: 2020-01-01, to: 2090-01-01, reason: stocktaking }] }\n';

function open(policies: string, files: Record<string, string> = {}): void {
  const policy = { 'tidegate.yaml': PEOPLE, 'policies/four-eyes.yaml': FOUR_EYES, ...files };
  story = new Scenario({ production: { policies }, staging: { follow: '{ branch: never }' } }, policy);
}

/** One version runs, and another waits for two approvals. */
async function waiting(): Promise<string> {
  open('[]');
  await story.tick();
  story.push({
    'environments/production/environment.yaml': story
      .file(story.head(), 'environments/production/environment.yaml')
      .replace('policies: []', 'policies: [four-eyes]'),
  });
  // What changes the gates is asked by both; from here on only the new ones are there.
  await story.run(['deploy', 'production', story.head(), '--reason', 'new gates'], { as: 'ana' });
  await answer('approve', 'eve');
  await answer('approve', 'dan');
  await story.tick();
  const second = story.release('production', 'two');
  await story.tick();
  expect(story.live('production')).toBe('one');
  story.deeds();
  return second;
}

async function answer(
  word: 'approve' | 'reject',
  as: 'ana' | 'dan' | 'eve',
  version = story.head(),
  ...more: readonly string[]
) {
  return story.run([word, 'production', version, '--reason', 'looked at it', ...more], { as });
}

describe('approvals', () => {
  test('of both groups let it go by itself, and the run says by whom', async () => {
    const second = await waiting();
    const why = await story.why('production');
    expect(why).toMatchObject({ status: 'waiting', version: { commit: second }, until: null });
    expect(why.sentence).toContain('1 of leads (eve) and 1 of qa (dan)');
    expect((await answer('approve', 'eve')).out).toContain('approved');
    await story.tick();
    expect(story.live('production')).toBe('one');
    expect((await story.why('production')).sentence).toContain('approved by eve');
    await answer('approve', 'dan');
    await story.tick();
    expect(story.live('production')).toBe('two');
    const [run] = await story.history('production');
    const shown = await story.run(['show', run?.id ?? '']);
    expect(shown.out).toContain('approved by eve and dan');
    expect((await story.verify()).problems).toEqual([]);
  });

  test('are void after a new commit, and `why` says so', async () => {
    await waiting();
    await answer('approve', 'eve');
    await answer('approve', 'dan');
    const third = story.release('production', 'three');
    await story.tick();
    expect(story.live('production')).toBe('one');
    const why = await story.why('production');
    expect(why).toMatchObject({ status: 'waiting', version: { commit: third } });
    expect(why.sentence).toContain('a new version needs a new approval');
  });

  test('stay where a commit leaves the environment alone', async () => {
    await waiting();
    await answer('approve', 'eve');
    await answer('approve', 'dan');
    story.push({ 'README.md': 'nothing to do with production\n' });
    await story.tick();
    expect(story.live('production')).toBe('two');
  });

  test('of a commit that leaves the environment alone are answers to the version that waits', async () => {
    const second = await waiting();
    story.push({ 'README.md': 'nothing to do with production\n' });
    expect((await answer('approve', 'eve', 'main')).out).toContain(`approved ${second.slice(0, 7)} for production`);
    await answer('approve', 'dan');
    await story.tick();
    expect(story.live('production')).toBe('two');
  });

  test('of the author and of strangers are refused before they are written', async () => {
    await waiting();
    const before = story.git('rev-parse', 'tidegate/production');
    const own = await answer('approve', 'ana');
    expect([own.code, own.err]).toEqual([1, expect.stringContaining('nobody approves their own')]);
    const { code, err } = await story.run(['approve', 'production', story.head()], {
      as: 'dan',
      env: { GIT_COMMITTER_EMAIL: 'who@ever.example', GIT_AUTHOR_EMAIL: 'who@ever.example' },
    });
    expect([code, err]).toEqual([1, expect.stringContaining('none of the people')]);
    expect(story.git('rev-parse', 'tidegate/production')).toBe(before);
  });

  test('a rejection denies until that person thinks otherwise', async () => {
    await waiting();
    await answer('approve', 'eve');
    await answer('reject', 'dan');
    await story.tick();
    const { code, out } = await story.run(['why', 'production']);
    expect(code).toBe(1);
    expect(out).toContain('rejected by dan: looked at it');
    await answer('approve', 'dan');
    await story.tick();
    expect(story.live('production')).toBe('two');
  });
});

describe('approval tags', () => {
  test('count for somebody who has only git, from when they are first seen', async () => {
    const second = await waiting();
    tagAs('eve', `approve/production/${second.slice(0, 12)}`, second);
    tagAs('dan', `approve/production/${second.slice(0, 12)}@dan`, second);
    await story.tick();
    expect(story.live('production')).toBe('two');
    expect(story.git('log', '--format=%B', 'tidegate/production')).toContain('approved by Eve');
    expect((await story.verify()).problems).toEqual([]);
  });

  test('that were moved to another commit count for neither', async () => {
    const second = await waiting();
    const name = `approve/production/${second.slice(0, 12)}`;
    tagAs('eve', name, second);
    await story.tick();
    const third = story.release('production', 'three');
    tagAs('eve', name, third, '--force');
    await answer('approve', 'dan');
    await story.tick();
    expect(story.live('production')).toBe('one');
    expect((await story.why('production')).sentence).toContain(`tag ${name} was moved`);
  });

  test('whose name says another version than they point at do not count', async () => {
    const second = await waiting();
    const third = story.release('production', 'three');
    tagAs('eve', `approve/production/${second.slice(0, 12)}`, third);
    await answer('approve', 'dan');
    await story.tick();
    expect(story.live('production')).toBe('one');
    expect((await story.why('production')).sentence).toContain('the version in its name is');
  });
});

test('a policy loosened by the very change that it should hold is asked as it is in force', async () => {
  await waiting();
  story.push({
    'policies/four-eyes.yaml': 'approval: { require: [{ from: ana }], author: counts }\n',
    'environments/production/app.txt': 'three\n',
  });
  await story.run(['approve', 'production', story.head()], { as: 'ana' });
  await story.tick();
  expect(story.live('production')).toBe('one');
  const why = await story.why('production');
  expect(why.status).toBe('waiting');
  expect(why.rules.map(({ policy, status }) => `${policy} ${status}`)).toEqual(['four-eyes waiting']);
  // The one who made the change has no say in it; everybody else whom the rule in force asks has.
  const own = await story.run(['approve', 'production', '--gates'], { as: 'ana' });
  expect([own.code, own.err]).toEqual([
    1,
    expect.stringContaining('ana made this change, and nobody accepts their own'),
  ]);
  for (const as of ['eve', 'dan'] as const) {
    expect(story.live('production')).toBe('one');
    const said = await story.run(['approve', 'production', '--gates'], { as });
    expect(said.code, said.err).toBe(0);
    await story.tick();
  }
  expect(story.live('production')).toBe('three');
});

describe('an emergency', () => {
  const BY_TWO = `${CLOSED}override: { by: [leads, qa], people: 2, reason: required, expires: 4h, postmortem: required }\n`;

  test('by one of two people waits for the second, and owes a post-mortem', async () => {
    open('[frozen]', { 'policies/frozen.yaml': BY_TWO });
    const version = story.head();
    const asked = await story.run(
      ['deploy', 'production', version, '--emergency', '--skip-tests', '--reason', 'checkout is down'],
      { as: 'eve' },
    );
    expect(asked.code, asked.err).toBe(0);
    await story.tick();
    expect(story.live('production')).toBeNull();
    expect((await story.why('production')).sentence).toContain('1 of 2 people override it: eve');
    const second = await story.run(['override', 'production', version, '--reason', 'I agree'], { as: 'dan' });
    expect(second.code, second.err).toBe(0);
    await story.tick();
    expect(story.live('production')).toBe('one');
    expect(story.deeds()).toEqual(['production verify one']);
    const [run] = await story.history('production');
    expect(run).toMatchObject({ emergency: true, reason: 'checkout is down', overridden: ['frozen/window'] });
    const owed = await story.run(['postmortem', 'list', 'production']);
    expect(owed.out).toContain('frozen/window');
    await story.run(['postmortem', 'close', 'production', run?.id ?? '', '--reason', 'see the wiki'], { as: 'eve' });
    expect((await story.run(['postmortem', 'list', 'production'])).out).not.toContain('frozen/window');
    expect((await story.verify()).problems).toEqual([]);
  });

  test('without a reason is wrong usage, and nothing is written', async () => {
    open('[frozen]', { 'policies/frozen.yaml': BY_TWO });
    await story.tick();
    const before = story.git('rev-parse', 'tidegate/production');
    const { code } = await story.run(['deploy', 'production', story.head(), '--emergency'], { as: 'eve' });
    expect(code).toBe(64);
    expect(story.git('rev-parse', 'tidegate/production')).toBe(before);
  });
});

test('who stops the line stops all environments, and may still deploy by name', async () => {
  open('[]');
  story.configure('staging', {});
  await story.tick();
  const stopped = await story.run(['suspend', '--all', '--reason', 'the database is on fire'], { as: 'eve' });
  expect(stopped.code, stopped.err).toBe(0);
  const next = story.push({ 'environments/production/app.txt': 'two\n', 'environments/staging/app.txt': 'two\n' });
  await story.tick();
  expect([story.live('production'), story.live('staging')]).toEqual(['one', 'one']);
  expect((await story.why('staging')).sentence).toContain('all environments were suspended by Eve');
  await story.run(['deploy', 'production', next, '--reason', 'puts the fire out'], { as: 'eve' });
  await story.run(['deploy', 'staging', next, '--reason', 'me too'], { as: 'dan' });
  await story.tick();
  expect([story.live('production'), story.live('staging')]).toEqual(['two', 'one']);
  await story.run(['resume', '--all', '--reason', 'it is out'], { as: 'dan' });
  await story.tick();
  expect(story.live('staging')).toBe('two');
  expect((await story.verify()).problems).toEqual([]);
});

/** An annotated tag made and pushed by that person with plain git. */
function tagAs(person: 'dan' | 'eve', name: string, commit: string, ...more: readonly string[]): void {
  const git = story.clone(person);
  git('tag', '-a', ...more, '-m', 'looks good', '--', name, commit);
  git('push', '--quiet', ...more, 'origin', `refs/tags/${name}`);
}
