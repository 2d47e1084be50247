// The controller's token is for the server that it was started with. A commit to tidegate.yaml names where the ledger
// is, and must not have the token sent there: precedent, every tool whose credentials followed a URL in a file.

import path from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { makeBareRepository } from '../support/git-repositories.ts';
import { type GitHttp, startGitHttp } from '../support/git-server.ts';
import { Scenario } from '../support/scenario.ts';
import { TIDEGATE_YAML } from '../support/scenario-files.ts';

const TOKEN = 's3cret-t0ken';
const auth = { username: 'x-access-token', password: TOKEN };

let story: Scenario;
const servers: GitHttp[] = [];
afterEach(async () => {
  await Promise.allSettled(servers.splice(0).map((server) => server.close()));
  await story.end();
});

async function serve(): Promise<GitHttp> {
  const server = await startGitHttp({ root: story.folder, auth });
  servers.push(server);
  return server;
}

test('a ledger on another server is not given the token of this one', async () => {
  story = new Scenario({ production: {} });
  makeBareRepository(path.join(story.folder, 'ledger.git'));
  const [own, foreign] = [await serve(), await serve()];
  story.url = own.url('config.git');
  story.env = { TIDEGATE_GIT_TOKEN: TOKEN };
  const ledgerOn = (server: GitHttp) =>
    story.push({
      'tidegate.yaml': `${TIDEGATE_YAML}ledger: { repository: ${JSON.stringify(server.url('ledger.git'))} }\n`,
    });
  // The foreign server would take this token, so that whether it was sent is whether it lets us in.
  ledgerOn(foreign);
  const status = await story.run(['status']);
  expect(status.code, status.out).toBe(3);
  expect(status.err).toContain('/ledger.git');
  const doctor = await story.run(['doctor']);
  expect(doctor.code, doctor.out).toBe(1);
  expect(doctor.out).not.toMatch(/ok +ledger-writable/);

  ledgerOn(own);
  expect((await story.run(['status'])).code).toBe(0);
});

test('a push that names a ledger on another server sends nobody there', async () => {
  story = new Scenario({ production: {} });
  makeBareRepository(path.join(story.folder, 'ledger.git'));
  const [own, foreign] = [await serve(), await serve()];
  story.url = own.url('config.git');
  story.env = { TIDEGATE_GIT_TOKEN: TOKEN };
  await story.tick();
  story.push({
    'tidegate.yaml': `${TIDEGATE_YAML}ledger: { repository: ${JSON.stringify(foreign.url('ledger.git'))} }\n`,
  });
  // A server that is gone: the one who asked it anything would fail.
  await foreign.close();
  const status = await story.run(['status']);
  expect(status.code, status.err).toBe(0);
  expect(status.out).toContain('a push does not move it: nothing is read or begun there');
});
