// A place has one owner, whichever way another comes to it: under the same name, another spelling, a link, or from
// inside.

import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { removeTree } from '../../../engine/targets/files/copy.ts';
import type { Release } from '../../../engine/targets/files/kind.ts';
import { perform } from '../../../engine/targets/files/perform.ts';

const PRODUCTION = { environment: 'production', mark: 'production-1 then one' };
const ZZ = { environment: 'zz', mark: 'zz-1 then one' };

let folder: string;
let shop: string;
beforeEach(async () => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'tidegate-owner-'));
  fs.mkdirSync(path.join(folder, 'export/shop'), { recursive: true });
  fs.writeFileSync(path.join(folder, 'export/shop/index.html'), 'one');
  shop = path.join(folder, 'srv/shop');
});
afterEach(() => removeTree(folder));

const put = async (owner: Release['owner'], to = shop, epoch = 1, release = 'v1') => {
  const work = {
    from: 'shop',
    to,
    release,
    keep: 5,
    epoch,
    ...(owner === undefined ? {} : { owner }),
  } as const;
  const place = { directory: path.join(folder, 'export'), log: '', temporary: '' };
  const { signal } = new AbortController();
  const stateDirectory = path.join(folder, 'state');
  return perform(work, place, {
    signal,
    say: () => {},
    stateDirectory,
    repository: 'https://git.example.org/shop.git',
  });
};
const recorded = () => JSON.parse(fs.readFileSync(path.join(shop, '.tidegate.json'), 'utf8'));
const everything = () => fs.readdirSync(path.join(folder, 'srv'), { recursive: true }).sort();

describe('a place refuses another environment', () => {
  const names: readonly [string, () => string][] = [
    ['by the same name', () => shop],
    ['with a dot in it', () => `${folder}/srv/./shop`],
    ['with a slash at its end', () => `${shop}//`],
    ['through a link to it', () => link('srv/other', shop)],
    ['through a link on the way', () => path.join(link('elsewhere', path.dirname(shop)), 'shop')],
    ['relative to the state folder, through a link', () => path.basename(link('state/live', shop))],
    ['inside what is current there', () => path.join(shop, 'current/inner')],
    ['inside its releases', () => path.join(shop, 'releases')],
    ['inside it, under names that are not there yet', () => path.join(shop, 'a/b/c')],
    ['inside it, through a link', () => path.join(link('way', shop), 'a')],
  ];
  test.each(names)('that comes %s', async (_, to) => {
    await put(PRODUCTION);
    const way = to();
    const before = [everything(), recorded()];
    // Also with a newer epoch, and with a release of the same name.
    for (const epoch of [1, 9]) {
      const { outcome, sentence } = await put(ZZ, way, epoch, 'evil');
      expect(outcome).toBe('failed');
      expect(sentence).toContain('belongs to the environment production of https://git.example.org/shop.git');
      expect(sentence).toContain('zz of https://git.example.org/shop.git may not put anything there');
      expect(sentence).toMatch(/remove \S+srv\/shop\/\.tidegate\.json$/);
    }
    expect([everything(), recorded()]).toEqual(before);
    expect(await put(PRODUCTION, shop, 2, 'v2')).toMatchObject({ outcome: 'succeeded' });
  });

  test('of the same name in another repository', async () => {
    await put(PRODUCTION);
    expect(await put({ ...PRODUCTION, mark: 'production-1 then two' }, shop, 2)).toMatchObject({ outcome: 'failed' });
  });

  test('and a run that claimed no place', async () => {
    await put(PRODUCTION);
    expect(await put(undefined, shop, 2)).toMatchObject({ outcome: 'failed' });
  });
});

test('beside it there is room for others', async () => {
  await put(PRODUCTION);
  expect(await put(ZZ, `${shop}-zz`)).toMatchObject({ outcome: 'succeeded' });
  // Around it as well: what it has made is not touched by that.
  expect(await put(ZZ, path.dirname(shop))).toMatchObject({ outcome: 'succeeded' });
  expect(await put(PRODUCTION, shop, 2, 'v2')).toMatchObject({ outcome: 'failed' });
});

test('a place of before there were owners is the first one’s who comes', async () => {
  await put(undefined, shop, 3);
  expect(recorded().owner).toBeNull();
  expect(await put(PRODUCTION, shop, 3, 'v2')).toMatchObject({ outcome: 'succeeded' });
  expect(recorded()).toMatchObject({ epoch: 3, owner: PRODUCTION, release: 'v2' });
  expect(await put(ZZ, shop, 4)).toMatchObject({ outcome: 'failed' });
});

test('its owner is refused by an older epoch as ever, and stays its owner', async () => {
  await put(PRODUCTION, shop, 5);
  expect(await put(PRODUCTION, shop, 4, 'v0')).toMatchObject({
    outcome: 'failed',
    sentence: expect.stringContaining('another has taken over'),
  });
  expect(await put(PRODUCTION, shop, 6, 'v2')).toMatchObject({ outcome: 'succeeded' });
  expect(recorded()).toMatchObject({ epoch: 6, owner: PRODUCTION });
});

test('it is taken over on purpose by removing the file that says so', async () => {
  await put(PRODUCTION, shop, 7);
  fs.rmSync(path.join(shop, '.tidegate.json'));
  expect(await put(ZZ)).toMatchObject({ outcome: 'succeeded' });
  expect(await put(PRODUCTION, shop, 8)).toMatchObject({ outcome: 'failed' });
});

test.each(['{}', '{"mark":1,"environment":"production"}', '"production"', '[]'])(
  'whose owner is %s belongs to nobody who can be told: a person has to look',
  async (owner) => {
    await put(PRODUCTION);
    fs.writeFileSync(path.join(shop, '.tidegate.json'), `{"epoch":1,"owner":${owner},"release":"v1","at":""}\n`);
    expect(await put(PRODUCTION, shop, 2)).toMatchObject({
      outcome: 'failed',
      sentence: expect.stringContaining('is not as Tidegate wrote it'),
    });
  },
);

function link(name: string, target: string): string {
  const at = path.join(folder, name);
  fs.mkdirSync(path.dirname(at), { recursive: true });
  fs.symlinkSync(target, at);
  return at;
}
