// What becomes of words and tags that nobody signed once signatures are required, with real keys: they are passed
// over and said to be, and the same answer with a signature counts. Needs ssh-keygen; without it these are skipped by
// name.

import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { Scenario } from '../support/scenario.ts';
import { hasSshKeygen, type SigningKeys, signingKeys } from '../support/signing-keys.ts';
import type { Person, Ran } from '../support/tidegate-program.ts';

const OPTIONAL = `version: 1
people: { ana: { email: ana@example.org }, dan: { email: dan@example.org }, eve: { email: eve@example.org } }
teams: { leads: [eve], qa: [dan] }
`;
const REQUIRED = `${OPTIONAL}ledger: { signatures: required }\n`;
const FOUR_EYES = 'approval: { require: [{ from: leads }, { from: qa }] }\n';
const FROZEN = 'window: { deny: [{ from: 2020-01-01, to: 2090-01-01 }] }\noverride: { by: [leads] }\n';

let story: Scenario;
let keys: SigningKeys;
beforeEach(() => {
  keys = signingKeys();
});
afterEach(async () => {
  await story.end();
  keys.remove();
});

describe.skipIf(!hasSshKeygen)('where signatures are required (ssh-keygen)', () => {
  test('words from before they were are passed over, until they are said again', async () => {
    begin(OPTIONAL, 'four-eyes');
    const version = story.head();
    await speak('eve', 'approve', version, null);
    story.push({ 'tidegate.yaml': REQUIRED });
    await speak('dan', 'approve', version);
    await story.tick();
    expect(story.live('production')).toBeNull();
    expect((await story.why('production')).sentence).toContain('eve approved without a signature');
    await speak('eve', 'approve', version);
    await story.tick();
    expect(story.live('production')).toBe('one');
  });

  test('a tag that nobody signed is passed over, and a signed one beside it counts', async () => {
    begin(REQUIRED, 'four-eyes');
    await speak('dan', 'approve', story.head());
    const name = `approve/production/${story.head().slice(0, 12)}`;
    tag('eve', name, null);
    await story.tick();
    expect(story.live('production')).toBeNull();
    expect((await story.why('production')).sentence).toContain('eve approved without a signature');
    tag('dan', `${name}@eve`, 'dan');
    await story.tick();
    expect(story.live('production')).toBeNull();
    tag('eve', `${name}@eve-again`, 'eve');
    await story.tick();
    expect(story.live('production')).toBe('one');
  });

  test('a tag that somebody signed under another name is no answer under this one', async () => {
    begin(REQUIRED, 'four-eyes');
    await speak('dan', 'approve', story.head());
    const name = `approve/production/${story.head().slice(0, 12)}`;
    tag('eve', 'v1.0.0', 'eve', `refs/tags/${name}`);
    await story.tick();
    expect(story.live('production')).toBeNull();
    expect((await story.why('production')).sentence).toContain(`tag ${name} was made as v1.0.0`);
    tag('eve', `${name}@eve`, 'eve');
    await story.tick();
    expect(story.live('production')).toBe('one');
  });

  test('a change that stops requiring them is itself still held by them', async () => {
    begin(REQUIRED, 'four-eyes');
    for (const person of ['dan', 'eve'] as const) await speak(person, 'approve', story.head());
    await story.tick();
    expect(story.live('production')).toBe('one');
    story.push({ 'tidegate.yaml': OPTIONAL, 'environments/production/app.txt': 'two\n' });
    for (const person of ['dan', 'eve'] as const)
      tag(person, `approve/production/${story.head().slice(0, 12)}@${person}`, null);
    await story.tick();
    expect(story.live('production')).toBe('one');
    expect((await story.why('production')).sentence).toContain('eve approved without a signature');
    for (const person of ['dan', 'eve'] as const) await speak(person, 'approve', story.head(), person, '--sign');
    await story.tick();
    expect(story.live('production')).toBe('two');
  });

  test('a key that the change itself lists stands for nobody in that change', async () => {
    begin(REQUIRED, 'four-eyes');
    for (const person of ['dan', 'eve'] as const) await speak(person, 'approve', story.head());
    await story.tick();
    const listed = story.git('show', 'main:policies/allowed_signers');
    const mine = `eve@example.org ${keys.publicKey('ana')}\n`;
    story.push({
      // Ana's key is Eve's from now on.
      'policies/allowed_signers': `${listed.replace(/^ana.*$/m, '')}\n${mine}`,
      'environments/production/app.txt': 'two\n',
    });
    const name = `approve/production/${story.head().slice(0, 12)}`;
    await speak('dan', 'approve', story.head());
    tag('eve', `${name}@forged`, 'ana');
    await speak('eve', 'approve', story.head(), 'ana', '--sign');
    await story.tick();
    expect(story.live('production')).toBe('one');
    expect((await story.why('production')).sentence).toContain('at the head, and that is not accepted yet');
    tag('eve', `${name}@eve`, 'eve');
    await story.tick();
    expect(story.live('production')).toBe('two');
  });

  test('an emergency is signed by itself, and overrides what its signer may override', async () => {
    begin(REQUIRED, 'frozen');
    const asked = await speak('eve', 'deploy', story.head(), 'eve', '--emergency');
    expect(asked.code, asked.err).toBe(0);
    expect(asked.out).toContain('on tidegate/production, signed');
    await story.tick();
    expect(story.live('production')).toBe('one');
    expect((await story.history('production'))[0]).toMatchObject({ emergency: true, overridden: ['frozen/window'] });
  });
});

/** Everybody has a key, and all of them are listed. */
function begin(repository: string, gate: 'four-eyes' | 'frozen'): void {
  const listed = (['ana', 'dan', 'eve'] as const).map((person) => `${person}@example.org ${keys.make(person)}\n`);
  story = new Scenario(
    { production: { policies: `[${gate}]` } },
    {
      'tidegate.yaml': repository,
      'policies/allowed_signers': listed.join(''),
      [`policies/${gate}.yaml`]: gate === 'frozen' ? FROZEN : FOUR_EYES,
    },
  );
}

/** With the key of `key`, or with none. */
function speak(
  as: Person,
  command: string,
  version: string,
  key: Person | null = as,
  ...more: readonly string[]
): Promise<Ran> {
  const args = [command, 'production', version, '--reason', 'looked at it', ...more];
  return story.run(args, key === null ? { as } : { as, env: keys.env(key) });
}

/** An annotated tag made and pushed with plain git. */
function tag(person: Person, name: string, key: Person | null, to = `refs/tags/${name}`): void {
  const signing = key === null ? [] : keys.options(key);
  const git = story.clone(person);
  git(...signing, 'tag', '-a', '-m', 'looks good', '--', name, story.head());
  git('push', '--quiet', 'origin', `refs/tags/${name}:${to}`);
}
