// What becomes of pull requests of ours: the next one is open before the one before it is closed; what a person
// closes is not offered again for the same contents, also by a controller that has lost its disk; and
// `tidegate promote` asks for it again.

import { mkdirSync, mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { realClock } from '../../engine/host/clock.ts';
import { type ModelForge, startModelForge } from '../support/forge/model-forge.ts';
import { commitFiles, git } from '../support/git-repositories.ts';
import { startingFiles } from '../support/scenario-files.ts';
import { startTidegate } from '../support/tidegate-program.ts';

let folder: string;
let model: ModelForge;
const at = (...names: readonly string[]) => path.join(folder, ...names);

beforeAll(async () => {
  folder = realpathSync(mkdtempSync(path.join(tmpdir(), 'tidegate-superseding-')));
  mkdirSync(at('world'));
  model = await startModelForge(folder, realClock());
  const promote = 'promote: { from: [staging], take: [app.txt] }';
  const files = startingFiles(at('world'), { staging: {}, production: { more: [promote] } });
  const forge = `forge:\n  github: { repository: acme/shop, token: FORGE_TOKEN, api: ${model.api} }\n`;
  commitFiles(model.repository, { ...files, 'tidegate.yaml': `${files['tidegate.yaml']}${forge}` });
  await tidegate('run', '--once');
}, 60_000);

afterAll(async () => {
  await model.close();
  rmSync(folder, { recursive: true, force: true });
});

test('the next one is open before the one before it is closed', async () => {
  const orders: string[] = [];
  commitFiles(model.repository, { 'environments/staging/app.txt': 'two\n' });
  await lookUntil(() => model.state.pulls.length === 1);
  commitFiles(model.repository, { 'environments/staging/app.txt': 'three\n' });
  await lookUntil(() => {
    const [first, second] = model.state.pulls.map((pull) => model.state.pull(pull.number)?.state);
    orders.push(`${first} ${second ?? 'none'}`);
    return first === 'closed' && second === 'open';
  });
  expect(orders).not.toContain('closed none');
  const [first, second] = model.state.pulls;
  expect((second?.createdAt ?? 0) <= (first?.updatedAt ?? 0)).toBe(true);
}, 120_000);

test('what a person closes is not offered again, also after loss of the disk, until somebody asks', async () => {
  const [, second] = model.state.pulls;
  if (second === undefined) throw new Error('there is no second pull request');
  second.state = 'closed';
  second.updatedAt = Date.now() - 120_000;
  await lookUntil(() => git(model.repository, ['log', '--format=%B', 'tidegate/production']).includes('was declined'));
  rmSync(at('state'), { recursive: true });
  await tidegate('run', '--once');
  await tidegate('run', '--once');
  expect(model.state.pulls).toHaveLength(2);
  await tidegate('promote', 'staging', 'production', '--reason', 'it was right');
  await lookUntil(() => model.state.pulls.length === 3);
  expect(model.state.pulls[2]).toMatchObject({ state: 'open', body: expect.stringContaining('it was right') });
  expect(git(model.repository, ['show', `${model.state.pulls[2]?.head.sha}:environments/production/app.txt`])).toBe(
    'three',
  );
}, 180_000);

async function lookUntil(holds: () => boolean): Promise<void> {
  for (let looks = 0; looks < 6 && !holds(); looks += 1) await tidegate('run', '--once');
  expect(holds()).toBe(true);
}

async function tidegate(...words: readonly string[]): Promise<string> {
  const { code, out, err } = await startTidegate([...words, '--repo', model.repository, '--state', at('state')], {
    directory: folder,
    env: {
      FORGE_TOKEN: model.token('tidegate-bot'),
      ...{ GIT_AUTHOR_NAME: 'Ana', GIT_AUTHOR_EMAIL: 'ana@example.org' },
      ...{ GIT_COMMITTER_NAME: 'Ana', GIT_COMMITTER_EMAIL: 'ana@example.org' },
    },
  }).ended;
  expect(code, `${out}${err}`).toBe(0);
  return `${out}${err}`;
}
