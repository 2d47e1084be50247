// The whole way by git alone: development, staging, a soak, production by a signed tag, and back by a revert. No
// forge, and nothing of ours but `run --once`. The graph in docs/promotion.md is printed here: `UPDATE=1` writes it
// again.

import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { Scenario } from '../support/scenario.ts';
import { hasSshKeygen, type SigningKeys, signingKeys } from '../support/signing-keys.ts';
import { ROOT } from '../support/tidegate-program.ts';

const PAGE = path.join(ROOT, 'docs', 'promotion.md');
/** Ids differ with the keys that are made for each run: in the page each stands for the next of these. */
const IDS = ['9f3c2d1', '5e2b7d0', '8d1f0aa', 'e96d4f9', '41aa93c', '1b0aa42', '77d01c9', '5510be3', '80c2f6e'];

let story: Scenario;
let keys: SigningKeys;
beforeEach(() => {
  keys = signingKeys();
});
afterEach(async () => {
  await story.end();
  keys.remove();
});

function environmentOf(name: string, ...more: readonly string[]): Record<string, string> {
  const lines = ['follow: { branch: main }', 'pipeline: plain', `target: { files: { to: live/${name} } }`, ...more];
  return {
    [`environments/${name}/environment.yaml`]: `${lines.join('\n')}\n`,
    [`environments/${name}/app.txt`]: 'one\n',
  };
}

function promote(from: string, more: string): string {
  return `promote: { from: [${from}], take: [app.txt], ${more} }`;
}

describe.skipIf(!hasSshKeygen)('by git alone (ssh-keygen)', () => {
  test('from development to production, and back', async () => {
    story = new Scenario(
      {},
      {
        'tidegate.yaml': [
          'version: 1',
          'people: { ana: { email: ana@example.org }, dan: { email: dan@example.org } }',
          'teams: { leads: [ana, dan] }',
          'ledger: { signatures: required }',
          '',
        ].join('\n'),
        'policies/allowed_signers': `ana ${keys.make('ana')}\ndan ${keys.make('dan')}\n`,
        'policies/one-lead.yaml': 'approval: { require: [{ from: leads, count: 1 }], author: excluded }\n',
        'policies/soaked.yaml': 'soak: { in: staging, for: 2h }\n',
        'pipelines/plain.yaml': 'stages: [{ name: deploy, steps: [{ deploy: target }] }]\n',
        ...environmentOf('development', 'policies: []'),
        ...environmentOf('staging', 'policies: []', promote('development', 'merge: when-allowed')),
        ...environmentOf('production', 'policies: [one-lead, soaked]', promote('staging', 'when: soaked')),
      },
    );
    const dan = story.clone('dan');
    signs('dan', `approve/production/${story.head().slice(0, 7)}`, story.head());
    await story.tick({ at: '2026-11-23T05:00:00Z' });
    await story.tick({ at: '2026-11-23T07:30:00Z' });
    expect(story.live('production')).toBe('one');

    story.push({ 'environments/development/app.txt': 'two\n' }, 'Greet in two languages');
    await story.tick({ at: '2026-11-23T08:00:00Z' });
    expect(['development', 'staging', 'production'].map((name) => story.live(name))).toEqual(['two', 'two', 'one']);
    expect(proposed()).toEqual([]);

    await story.tick({ at: '2026-11-23T11:00:00Z' });
    const [branch = ''] = proposed();
    expect(branch).toMatch(/^promote\/production\/[0-9a-f]{7}$/);
    const head = story.git('rev-parse', branch);
    signs('ana', `approve/production/${head.slice(0, 7)}@ana`, head);
    signs('dan', `approve/production/${head.slice(0, 7)}`, head);
    dan('fetch', '--quiet');
    dan('reset', '--quiet', '--hard', 'origin/main');
    dan('merge', '--quiet', '--no-ff', '-m', `Merge ${branch}`, `origin/${branch}`);
    dan('push', '--quiet', 'origin', 'HEAD:main');
    await story.tick({ at: '2026-11-23T11:10:00Z' });
    expect(story.live('production')).toBe('two');
    expect(proposed()).toEqual([]);
    const why = await story.history('production');
    expect(why[0]).toMatchObject({ trigger: 'commit', outcome: 'Succeeded' });

    dan('revert', '--no-edit', '-m', '1', 'HEAD');
    dan('push', '--quiet', 'origin', 'HEAD:main');
    const back = story.head();
    signs('ana', `approve/production/${back.slice(0, 7)}`, back);
    await story.tick({ at: '2026-11-23T12:00:00Z' });
    expect(story.live('production')).toBe('one');
    expect(proposed()).toEqual([]);
    expect(await story.verify()).toMatchObject({ problems: [] });

    const graph = withIdsOfThePage(story.git('log', '--graph', '--format=%h %an: %s', 'main'));
    const page = readFileSync(PAGE, 'utf8');
    const shown = page.replace(
      /(\$ git log --graph [^\n]*\n)[\s\S]*?(?=```)/,
      (_all, command) => `${command}${graph}\n`,
    );
    if (process.env['UPDATE'] === '1') writeFileSync(PAGE, shown);
    expect(readFileSync(PAGE, 'utf8')).toBe(shown);
  });
});

function proposed(): readonly string[] {
  return story.git('for-each-ref', '--format=%(refname:short)', 'refs/heads/promote/').split('\n').filter(Boolean);
}

function signs(person: 'ana' | 'dan', name: string, commit: string): void {
  const signer = [...keys.options(person), '-c', `user.name=${person}`, '-c', `user.email=${person}@example.org`];
  story.git(...signer, 'tag', '-s', '-m', 'looked at it', '--', name, commit);
}

function withIdsOfThePage(text: string): string {
  const ids = [...new Set(text.match(/\b[0-9a-f]{7}\b/g))];
  return ids.reduce((all, id, index) => all.replaceAll(id, IDS[index] ?? id), text).replaceAll(/[0-9a-f]{40}/g, '…');
}
