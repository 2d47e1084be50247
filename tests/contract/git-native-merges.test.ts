// Merges that people had to decide, as native git sees them: what they decided elsewhere is no change here.

import { afterEach, beforeEach, expect, test } from 'vitest';
import { commitFiles, git } from '../support/git-repositories.ts';
import { bringMain, type NativePlace, nativePlace } from './git-native-place.ts';

const MOST = { commitsMax: 100, pathsMax: 100 };

let place: NativePlace;
beforeEach(() => {
  place = nativePlace();
});
afterEach(() => place.dispose());

test('a merge counts only where its conflict was', async () => {
  const root = commitFiles(place.bare, { 'a/x': '1\n', 'b/x': '1\n', 'b/gone': '1\n' });
  const ours = commitFiles(place.bare, { 'b/x': 'ours\n', 'b/gone': 'kept\n' });
  const side = { branch: 'side', parent: root };
  const theirs = commitFiles(place.bare, { 'a/x': '2\n', 'b/x': 'theirs\n', 'b/gone': null }, side);
  const resolved = commitFiles(place.bare, { 'a/x': '2\n', 'b/x': 'both\n' }, { branch: 'draft', parent: ours });
  const merge = git(place.bare, [
    'commit-tree',
    '-m',
    'Merge',
    '-p',
    ours,
    '-p',
    theirs,
    git(place.bare, ['rev-parse', `${resolved}^{tree}`]),
  ]);
  git(place.bare, ['update-ref', 'refs/heads/main', merge]);
  const repository = await place.open();
  await bringMain(repository);
  const made = async (...paths: readonly string[]) =>
    (await repository.changesBetween(ours, merge, paths, MOST))?.commits.map(({ oid }) => oid);
  expect(await made('a')).toEqual([theirs]);
  expect(await made('b/x')).toEqual([theirs, merge]);
  // Kept here, deleted there: git leaves the kept one, and only the list of conflicts says that somebody decided it.
  expect(await made('b/gone')).toEqual([theirs, merge]);
});
