// docs/forges.md: its example runs as it stands there, and its configuration is sound.

import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { problemLine } from '../../../engine/base/problem.ts';
import { makeWorld } from '../../support/forge/model-world.ts';
import { read, SOUND } from '../config/repository.ts';
import { offerAndMerge } from './example.ts';

const PAGE = readFileSync(new URL('../../../docs/forges.md', import.meta.url), 'utf8');

test('the example is the one that is run', () => {
  const file = readFileSync(new URL('example.ts', import.meta.url), 'utf8');
  const shown = /```ts\n([\s\S]*?)```/.exec(PAGE)?.[1] ?? 'none';
  expect(file.slice(file.indexOf('export async'))).toBe(shown);
});

test('the example does what the page says', async () => {
  const world = await makeWorld();
  try {
    world.model.state.account('leo');
    const head = world.push('promote/production/v2', { 'environments/production/web.yaml': 'tag: 2\n' });
    expect(await world.until(offerAndMerge(world.forge, head))).toBe('waits for a review');
    world.model.state.review(1, 'leo', 'APPROVED');
    expect(await world.until(offerAndMerge(world.forge, head))).toBe('merged');
    expect(world.model.state.pulls).toHaveLength(1);
    expect(world.model.violations).toEqual([]);
  } finally {
    await world.end();
  }
});

test.each([...PAGE.matchAll(/```yaml\n# tidegate.yaml\n([\s\S]*?)```/g)].map(([, text = '']) => text))(
  'its configuration is sound: %s',
  (text) => {
    const { problems } = read({ ...SOUND, 'tidegate.yaml': text });
    expect(problems.filter(({ file, line }) => file === 'tidegate.yaml' && line > 1).map(problemLine)).toEqual([]);
  },
);
