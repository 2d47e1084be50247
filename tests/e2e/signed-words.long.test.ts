// Signed words with real keys: what people say where signatures are required, and what is left of it when somebody
// writes it into the ledger by hand. Needs ssh-keygen; without it these are skipped by name.

import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { commitFiles, STORY_TIME } from '../support/git-repositories.ts';
import { Scenario } from '../support/scenario.ts';
import { hasSshKeygen, type SigningKeys, signingKeys } from '../support/signing-keys.ts';
import type { Person } from '../support/tidegate-program.ts';

const TIDEGATE = `version: 1
people: { ana: { email: ana@example.org }, dan: { email: dan@example.org }, eve: { email: eve@example.org } }
teams: { leads: [eve], qa: [dan] }
ledger: { signatures: required }
`;
const FOUR_EYES = 'approval: { require: [{ from: leads }], author: excluded }\n';

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
  test('an approval is signed by itself, counts, and is shown to be signed', async () => {
    begin(`eve@example.org ${keys.make('eve')}`, `dan@example.org ${keys.make('dan')}`);
    await story.tick();
    const approved = await say('eve', 'approve', 'production', story.head(), '--json');
    expect(approved.code, approved.err).toBe(0);
    expect(JSON.parse(approved.out)).toMatchObject({ event: 'approved', written: { signed: true } });
    expect((await story.why('production')).sentence).toContain('approved by eve (signed)');
    await story.tick();
    expect(story.live('production')).toBe('one');
    expect((await story.verify()).problems).toEqual([]);
  });

  test('nobody is heard without a key, with one that is not listed, or with that of another', async () => {
    begin(`eve@example.org ${keys.make('eve')}`);
    keys.make('dan');
    const before = story.git('for-each-ref', 'refs/heads/tidegate');
    const bare = await story.run(['approve', 'production', story.head()], { as: 'eve' });
    expect(bare).toMatchObject({ code: 64, err: expect.stringContaining('git config --global gpg.format ssh') });
    const unlisted = await say('dan', 'suspend', 'production', '--reason', 'x');
    expect(unlisted).toMatchObject({ code: 1, err: expect.stringContaining('policies/allowed_signers') });
    const borrowed = await say('dan', 'suspend', 'production', '--reason', 'x', { with: 'eve' });
    expect(borrowed).toMatchObject({ code: 1, err: expect.stringContaining("your key is eve@example.org's") });
    expect(story.git('for-each-ref', 'refs/heads/tidegate')).toBe(before);
  });

  test('a no that somebody turned into a yes by hand is neither', async () => {
    begin(`eve@example.org ${keys.make('eve')}`);
    expect(await say('eve', 'reject', 'production', story.head(), '--reason', 'not yet')).toMatchObject({ code: 0 });
    expect(await story.why('production')).toMatchObject({
      status: 'denied',
      sentence: expect.stringMatching(/by eve/),
    });
    forge((text) => text.replaceAll('"rejected"', '"approved"'));
    const { status, sentence } = await story.why('production');
    expect(status).toBe('waiting');
    expect(sentence).toContain(
      'eve@example.org> approved, but the signature does not hold: it is not over this record',
    );
    await story.tick();
    expect(story.live('production')).toBeNull();
  });
});

/** A commit on the ledger that changes what stands in it, by somebody who may push there. */
function forge(change: (text: string) => string): void {
  const ref = 'refs/heads/tidegate/production';
  const tip = story.git('rev-parse', ref);
  const paths = story.git('ls-tree', '-r', '--name-only', tip).split('\n');
  const files = Object.fromEntries(
    paths.map((file) => [file, change(story.git('cat-file', 'blob', `${tip}:${file}`))]),
  );
  const message = story.git('log', '-1', '--format=%B', tip);
  commitFiles(story.repository, files, { branch: 'tidegate/production', message, at: STORY_TIME });
}

/** Production waits for a lead; the keys of these stand in the list. */
function begin(...signers: readonly string[]): void {
  const files = { 'tidegate.yaml': TIDEGATE, 'policies/four-eyes.yaml': FOUR_EYES };
  story = new Scenario(
    { production: { policies: '[four-eyes]' } },
    { ...files, 'policies/allowed_signers': `${signers.join('\n')}\n` },
  );
}

/** As a person whose git signs with their own key, or with another's. */
async function say(as: Person, ...said: readonly (string | { readonly with: Person })[]) {
  const words = said.filter((word) => typeof word === 'string');
  const other = said.find((word) => typeof word !== 'string');
  return await story.run(words, { as, env: keys.env(other?.with ?? as) });
}
