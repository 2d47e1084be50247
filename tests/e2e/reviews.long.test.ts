// A yes on the pull request is the yes: a real controller, a real repository, and the model forge over HTTP. Reviewed
// and tested there, it goes live after the merge, and nobody has told Tidegate anything.

import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createGithub } from '../../engine/forge/github/github.ts';
import { realClock } from '../../engine/host/clock.ts';
import { eventually } from '../support/eventually.ts';
import { type ModelForge, startModelForge } from '../support/forge/model-forge.ts';
import { commitFiles, git } from '../support/git-repositories.ts';
import { startingFiles } from '../support/scenario-files.ts';
import { type Running, startTidegate } from '../support/tidegate-program.ts';

const DAN = { name: 'Dan', email: 'dan@example.org' };
const APP = 'environments/production/app.txt';

let folder: string;
let model: ModelForge;
let running: Running;
const at = (...names: readonly string[]) => path.join(folder, ...names);

beforeAll(async () => {
  folder = realpathSync(mkdtempSync(path.join(tmpdir(), 'tidegate-reviews-')));
  mkdirSync(at('world'));
  model = await startModelForge(folder, realClock());
  const account = (login: string) => `github: { login: ${login}, id: ${model.state.account(login).id} }`;
  const people = [
    `  leo: { email: leo@example.org, ${account('leo-x')} }`,
    `  dan: { email: dan@example.org, ${account('dan-x')} }`,
  ];
  const text = [
    ...['version: 1', 'timezone: UTC', 'poll: 1s', 'people:', ...people, 'teams: { leads: [leo] }'],
    'forge:',
    `  github: { repository: acme/shop, token: FORGE_TOKEN, api: ${model.api} }`,
    '',
  ];
  commitFiles(
    model.repository,
    {
      ...startingFiles(at('world'), { production: { policies: '[agreed]' } }),
      'tidegate.yaml': text.join('\n'),
      'policies/agreed.yaml': 'approval: { require: [{ from: leads, count: 1 }] }\nchecks: { require: [ci/test] }\n',
    },
    { author: DAN },
  );
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

test('what was reviewed and tested on the pull request goes live after a squash', async () => {
  await running.says(/needs approval by 1 of leads/);
  const head = commitFiles(
    model.repository,
    { [APP]: 'two\n' },
    { branch: 'feature', parent: git(model.repository, ['rev-parse', 'main']), author: DAN },
  );
  const secret = { type: 'token', token: model.token('dan-x') } as const;
  const dan = createGithub({ repository: 'acme/shop', api: model.api, secret, clock: realClock() });
  const proposal = { branch: 'feature', base: 'main', head };
  const opened = await dan.open({ ...proposal, title: 'two', body: '' });
  if (opened.type !== 'open' || opened.number === null) throw new Error(opened.type);
  const { number } = opened;
  const by = model.state.account('ci-bot');
  model.state.statuses.push({
    ...{ id: model.state.nextId(), sha: head, context: 'ci/test', state: 'success' },
    ...{ description: null, url: 'https://ci.example.org/1', by },
  });
  model.state.review(number, 'leo-x', 'APPROVED');
  // As GitHub squashes for Dan: his commit, with nothing said in it.
  model.state.rules.squashMessage = 'blank';
  const squashed = commitFiles(model.repository, { [APP]: 'two\n' }, { message: 'two', author: DAN });
  const pull = model.state.pull(number);
  if (pull === null) throw new Error('it is gone');
  model.state.markMerged(pull, squashed);
  await dan.end();
  await running.says(/production-1 Succeeded/);
  expect(readFileSync(at('state', 'live', 'production', 'current', 'app.txt'), 'utf8')).toBe('two\n');
  const opening = () => {
    const ledger = git(model.repository, ['log', '-p', '--format=%s', 'tidegate/production']);
    return /"evidence":\[[^\]]*\]/.exec(ledger)?.[0];
  };
  await eventually(opening);
  expect(opening()).toContain(`#${number} approved on GitHub by leo-x`);
  expect(opening()).toContain(
    `ci/test passed on GitHub by ci-bot, account ${by.id}, on ${head}: https://ci.example.org/1`,
  );
  expect(model.violations).toEqual([]);
}, 120_000);
