// The pull request is the button: a real controller, a real repository, and the model forge over HTTP. What runs in
// staging is offered to production as a pull request with its plan; merged, it goes live, and the comment says so.

import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createGithub } from '../../engine/forge/github/github.ts';
import { realClock } from '../../engine/host/clock.ts';
import { eventually } from '../support/eventually.ts';
import { type ModelForge, startModelForge } from '../support/forge/model-forge.ts';
import { commitFiles, git } from '../support/git-repositories.ts';
import { startingFiles } from '../support/scenario-files.ts';
import { type Running, startTidegate } from '../support/tidegate-program.ts';

let folder: string;
let model: ModelForge;
let running: Running;
const at = (...names: readonly string[]) => path.join(folder, ...names);

beforeAll(async () => {
  folder = realpathSync(mkdtempSync(path.join(tmpdir(), 'tidegate-button-')));
  mkdirSync(at('world'));
  model = await startModelForge(folder, realClock());
  const promote = 'promote: { from: [staging], take: [app.txt] }';
  const files = startingFiles(at('world'), { staging: {}, production: { more: [promote] } });
  const forge = `forge:\n  github: { repository: acme/shop, token: FORGE_TOKEN, api: ${model.api} }\n  deployments: [production]\n`;
  commitFiles(model.repository, { ...files, 'tidegate.yaml': `${files['tidegate.yaml']}poll: 1s\n${forge}` });
  running = startTidegate(['run', '--repo', model.repository, '--state', at('state')], {
    directory: folder,
    env: { FORGE_TOKEN: model.token('tidegate-bot') },
  });
}, 60_000);

afterAll(async () => {
  running.child.kill('SIGTERM');
  await running.ended;
  await model.close();
  rmSync(folder, { recursive: true, force: true });
});

describe('what runs in staging', () => {
  test('is offered to production as one pull request, with its plan as a comment and a status', async () => {
    await running.says(/production-1 Succeeded/);
    await running.says(/staging-1 Succeeded/);
    commitFiles(model.repository, { 'environments/staging/app.txt': 'two\n' });
    await eventually(() => model.state.pulls.length > 0);
    const [pull] = model.state.pulls;
    expect(pull).toMatchObject({
      base: 'main',
      state: 'open',
      title: expect.stringMatching(/^production: .* from staging$/),
    });
    await eventually(() => commentWith('### production'));
    expect(commentWith('### production')?.body).toContain('Merging deploys this to production at once.');
    const status = () => model.state.statuses.find(({ sha }) => sha === pull?.head.sha);
    await eventually(status);
    expect(status()).toMatchObject({ context: 'tidegate/plan', state: 'success' });
  }, 90_000);

  test('goes live when the pull request is squashed with a blank message, and the comment says so', async () => {
    const [pull] = model.state.pulls;
    if (pull === undefined) throw new Error('there is no pull request');
    model.state.rules.squashMessage = 'blank';
    const secret = { type: 'token', token: model.token('ana') } as const;
    const person = createGithub({ repository: 'acme/shop', api: model.api, secret, clock: realClock() });
    const order = { number: pull.number, branch: pull.head.ref, base: 'main', head: pull.head.sha };
    expect((await person.merge({ ...order, method: 'squash', message: '' })).type).toBe('merged');
    await person.end();
    await running.says(/production-2 Succeeded/);
    expect(readFileSync(at('state', 'live', 'production', 'current', 'app.txt'), 'utf8')).toBe('two\n');
    await eventually(() => commentWith('### production: live since'));
    expect(model.state.comments).toHaveLength(1);
    expect(model.state.pulls).toHaveLength(1);
    expect(git(model.repository, ['log', '-1', '--format=%an', 'main'])).not.toBe('');
  }, 90_000);

  test('is told as deployments, and no request was one that GitHub would not know', async () => {
    const states = () => model.state.deployments.map(({ task, states: of }) => [task, of.at(-1)?.state]);
    await eventually(() => states().some(([, state]) => state === 'success'));
    expect(model.violations).toEqual([]);
  }, 60_000);
});

function commentWith(text: string) {
  return model.state.comments.find(({ body }) => body.includes(text));
}
