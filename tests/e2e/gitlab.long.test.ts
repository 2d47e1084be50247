// A merge request of GitLab is opened by what is told with the push of its branch: here a server of plain Git writes
// down what it was told, and with which push.

import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { Scenario } from '../support/scenario.ts';
import { TIDEGATE_YAML } from '../support/scenario-files.ts';

let story: Scenario;
afterEach(() => story.end());

const NOTES_TOLD = `#!/bin/sh
refs=$(cat | cut -d' ' -f3 | tr '\\n' ' ')
i=0
while [ "$i" -lt "\${GIT_PUSH_OPTION_COUNT:-0}" ]; do
  eval "printf '%s: %s\\\\n' \\"$refs\\" \\"\\$GIT_PUSH_OPTION_$i\\"" >> told
  i=$((i + 1))
done
`;

async function begun(): Promise<void> {
  const promote = 'promote: { from: [staging], take: [app.txt] }';
  const files = { 'tidegate.yaml': `${TIDEGATE_YAML}forge: { gitlab: {} }\n` };
  story = new Scenario({ staging: {}, production: { more: [promote] } }, files);
  const hook = path.join(story.repository, 'hooks', 'pre-receive');
  mkdirSync(path.dirname(hook), { recursive: true });
  writeFileSync(hook, NOTES_TOLD, { mode: 0o755 });
}

function told(): readonly string[] {
  const file = path.join(story.repository, 'told');
  return existsSync(file) ? readFileSync(file, 'utf8').split('\n').filter(Boolean) : [];
}

test('a proposal is pushed once, and its merge request is told with that push', async () => {
  await begun();
  story.git('config', 'receive.advertisePushOptions', 'true');
  await story.tick();
  const version = story.release('staging', 'two');
  await story.tick();
  const branch = `promote/production/${version.slice(0, 7)}`;
  expect(story.git('for-each-ref', '--format=%(refname:short)', 'refs/heads/promote/')).toBe(branch);
  const [create, target, title, description, ...more] = told();
  const to = `refs/heads/${branch} : merge_request`;
  expect([create, target]).toEqual([`${to}.create`, `${to}.target=main`]);
  expect(title).toMatch(/\.title=production: \w{7} from staging$/);
  expect(description).toContain('Brings what runs in **staging**');
  expect(more).toEqual([]);
  await story.tick();
  expect(told()).toHaveLength(4);
});

test('a server that cannot be told anything is said with its words, and nothing is proposed', async () => {
  await begun();
  story.git('config', 'receive.advertisePushOptions', 'false');
  await story.tick();
  story.release('staging', 'two');
  expect(await story.tick({ code: 3 })).toContain('the receiving end does not support push options');
  expect(story.git('for-each-ref', 'refs/heads/promote/')).toBe('');
  expect(story.live('staging')).toBe('two');
});
