// A merge is a fact of Git: with every answer of the forge lost once the pull request is open, and no webhook at all,
// the next look at the repository begins the run and ends the proposal, however it was merged.

import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { realClock } from '../../engine/host/clock.ts';
import { type ModelForge, startModelForge } from '../support/forge/model-forge.ts';
import type { ModelPull } from '../support/forge/model-state.ts';
import { commitFiles, git } from '../support/git-repositories.ts';
import { startingFiles } from '../support/scenario-files.ts';
import { startTidegate } from '../support/tidegate-program.ts';

let folder: string;
let model: ModelForge;
const at = (...names: readonly string[]) => path.join(folder, ...names);

beforeAll(async () => {
  folder = realpathSync(mkdtempSync(path.join(tmpdir(), 'tidegate-unheard-')));
  mkdirSync(at('world'));
  model = await startModelForge(folder, realClock());
  const promote = 'promote: { from: [staging], take: [app.txt] }';
  const files = startingFiles(at('world'), { staging: {}, production: { more: [promote] } });
  const forge = `forge:\n  github: { repository: acme/shop, token: FORGE_TOKEN, api: ${model.api} }\n`;
  commitFiles(model.repository, { ...files, 'tidegate.yaml': `${files['tidegate.yaml']}${forge}` });
  await look();
}, 60_000);

afterAll(async () => {
  await model.close();
  rmSync(folder, { recursive: true, force: true });
});

/** The ways in which a person's button changes `main`; each answers the commit that is on it then. */
const WAYS: readonly (readonly [string, (pull: ModelPull, main: string) => string | null])[] = [
  ['a merge commit', ({ head }, main) => model.state.git.merge('merge', main, head.sha, 'Merge', 'ana')],
  ['a squash with a blank message', ({ head }, main) => model.state.git.merge('squash', main, head.sha, '', 'ana')],
  ['a rebase', ({ head }, main) => model.state.git.merge('rebase', main, head.sha, '', 'ana')],
  [
    'the commit of a merge queue',
    ({ head, number }, main) => {
      const queued = model.state.git.merge('merge', main, head.sha, `Merge pull request #${number}`, 'ana');
      model.state.git.update(`gh-readonly-queue/main/pr-${number}-${main}`, queued);
      return queued;
    },
  ],
];

describe('with every answer of the forge lost', () => {
  test.each(WAYS)(
    '%s begins a run at the next look',
    async (way, press) => {
      const text = `${way}\n`;
      commitFiles(model.repository, { 'environments/staging/app.txt': text });
      const before = model.state.pulls.length;
      for (let looks = 0; looks < 4 && model.state.pulls.length === before; looks += 1) await look();
      const pull = model.state.pulls.at(-1);
      if (pull === undefined || model.state.pulls.length !== before + 1) throw new Error('no pull request was opened');

      model.fault({ only: /./, times: Number.POSITIVE_INFINITY, type: 'cut' });
      const merged = press(pull, git(model.repository, ['rev-parse', 'main']));
      if (merged === null) throw new Error('it conflicts');
      model.state.git.update('main', merged);
      const heard = model.requests.length;
      const said = await look();
      expect(said).toMatch(/production-\d+ Succeeded/);
      expect(said).toMatch(/production\/\w+ is merged: \w+ brought it to main/);
      expect(readFileSync(at('state', 'live', 'production', 'current', 'app.txt'), 'utf8')).toBe(text);
      expect(model.requests).toHaveLength(heard);
      expect(git(model.repository, ['log', '-5', '--format=%B', 'tidegate/production'])).toMatch(/is merged: /);

      model.fault(null);
      await look();
      expect(model.state.pulls).toHaveLength(before + 1);
      expect(git(model.repository, ['for-each-ref', 'refs/heads/promote'])).toBe('');
    },
    120_000,
  );
});

/** One look of a controller, and what it said. */
async function look(): Promise<string> {
  const { code, out, err } = await startTidegate(
    ['run', '--once', '--repo', model.repository, '--state', at('state')],
    { directory: folder, env: { FORGE_TOKEN: model.token('tidegate-bot') } },
  ).ended;
  expect(code, `${out}${err}`).toBe(0);
  return `${out}${err}`;
}
