import { execFileSync } from 'node:child_process';
import {
  linkSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { clearForReuse } from '../../../engine/git/export-over.ts';

let root: string;
let tree: string;
beforeEach(() => {
  root = mkdtempSync(path.join(os.tmpdir(), 'tidegate-over-'));
  tree = path.join(root, 'tree');
  mkdirSync(path.join(tree, 'folder'), { recursive: true });
  writeFileSync(path.join(tree, 'a.txt'), 'a');
  writeFileSync(path.join(tree, 'folder', 'b.txt'), 'b');
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

describe('what steps left in an export', () => {
  const wanted = new Set(['a.txt', 'folder/b.txt', 'new.txt']);

  test('goes, and plain files of the tree stay to be written over', () => {
    writeFileSync(path.join(tree, 'secret'), 's');
    mkdirSync(path.join(tree, 'node_modules', 'deep'), { recursive: true });
    execFileSync('mkfifo', [path.join(tree, 'pipe')]);
    expect([...clearForReuse(tree, wanted)].sort()).toEqual(['a.txt', 'folder/b.txt']);
    expect(readdirSync(tree).sort()).toEqual(['a.txt', 'folder']);
  });

  test('a file with a second name is not written over: it may be somebody else’s', () => {
    const outside = path.join(root, 'outside');
    writeFileSync(outside, 'precious');
    rmSync(path.join(tree, 'a.txt'));
    linkSync(outside, path.join(tree, 'a.txt'));
    expect([...clearForReuse(tree, wanted)]).toEqual(['folder/b.txt']);
    expect(readFileSync(outside, 'utf8')).toBe('precious');
  });

  test('links are never followed, neither for a file nor for a folder', () => {
    const outside = path.join(root, 'outside');
    mkdirSync(outside);
    writeFileSync(path.join(outside, 'b.txt'), 'precious');
    rmSync(path.join(tree, 'folder'), { recursive: true });
    symlinkSync(outside, path.join(tree, 'folder'));
    rmSync(path.join(tree, 'a.txt'));
    symlinkSync(path.join(outside, 'b.txt'), path.join(tree, 'a.txt'));
    expect([...clearForReuse(tree, wanted)]).toEqual([]);
    expect(readFileSync(path.join(outside, 'b.txt'), 'utf8')).toBe('precious');
  });

  test('a folder where a file is wanted, and a file where a folder is', () => {
    expect([...clearForReuse(tree, new Set(['a.txt/now', 'folder']))]).toEqual([]);
    expect(readdirSync(tree)).toEqual([]);
  });
});
