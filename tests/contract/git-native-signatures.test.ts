// Signatures of commits and tags, verified by git with the keys of one text and nothing else. Native git only: in
// memory nobody checks signatures. Needs ssh-keygen; without it these are skipped by name.

import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { git } from '../support/git-repositories.ts';
import { securityKey, TOUCHED, VERIFIED } from '../support/security-key.ts';
import { bringMain, type NativePlace, nativePlace } from './git-native-place.ts';

const hasSshKeygen = spawnSync('ssh-keygen', ['-?']).error === undefined;

let place: NativePlace;
beforeEach(() => {
  place = nativePlace();
});
afterEach(() => place.dispose());

describe.skipIf(!hasSshKeygen)('signatures (ssh-keygen)', () => {
  test('of a listed person hold, for commits and tags', async () => {
    const ana = key('ana');
    const { commit, tag } = await signedBy(ana);
    const repository = await place.open();
    await bring(repository, tag);
    const allowed = `ana@example.org namespaces="git" ${ana.publicKey}`;
    expect(await repository.signature(commit, allowed)).toEqual({ type: 'signed', by: 'ana@example.org' });
    expect(await repository.signature(tag, allowed)).toEqual({ type: 'signed', by: 'ana@example.org' });
    expect((await repository.tag(tag))?.message).toBe('release\n');
  });

  test('of others do not, nor with a list that is empty, outdated or no list', async () => {
    const ana = key('ana');
    const { commit, tag } = await signedBy(ana);
    const repository = await place.open();
    await bring(repository, tag);
    for (const allowed of [
      '',
      'nonsense\n',
      `dan@example.org ${key('dan').publicKey}`,
      `ana@example.org valid-before="20200101" ${ana.publicKey}`,
      `ana@example.org namespaces="file" ${ana.publicKey}`,
    ]) {
      expect((await repository.signature(commit, allowed)).type).toBe('invalid');
      expect((await repository.signature(tag, allowed)).type).toBe('invalid');
    }
    expect(await repository.signature(commit, '')).toEqual({
      type: 'invalid',
      sentence: 'its key is not in policies/allowed_signers',
    });
  });

  test('do not hold over other words', async () => {
    const ana = key('ana');
    const { commit, tag } = await signedBy(ana);
    const forged = [commit, tag].map((oid) => {
      const kind = git(place.bare, ['cat-file', '-t', oid]);
      const text = execFileSync('git', ['cat-file', kind, oid], { cwd: place.bare, encoding: 'utf8' });
      const input = text.replace('release', 'anything');
      expect(input).not.toBe(text);
      const hash = ['hash-object', '-w', '-t', kind, '--stdin'];
      return execFileSync('git', hash, { cwd: place.bare, input, encoding: 'utf8' }).trim();
    });
    const [otherCommit = '', otherTag = ''] = forged;
    git(place.bare, ['update-ref', 'refs/heads/main', otherCommit]);
    git(place.bare, ['update-ref', 'refs/tags/other', otherTag]);
    const repository = await place.open();
    await bringMain(repository);
    await repository.fetch(new Map([['refs/tags/other', otherTag]]));
    const allowed = `ana@example.org ${ana.publicKey}`;
    expect((await repository.signature(otherCommit, allowed)).type).toBe('invalid');
    expect((await repository.signature(otherTag, allowed)).type).toBe('invalid');
  });

  test('are judged by nothing that the user has configured', async () => {
    const ana = key('ana');
    const { commit } = await signedBy(ana);
    const home = path.join(place.directory, 'home');
    mkdirSync(home, { recursive: true });
    const everybody = path.join(home, 'everybody');
    writeFileSync(everybody, `mallory ${ana.publicKey}`);
    const program = path.join(home, 'yes');
    writeFileSync(program, '#!/bin/sh\necho \'Good "git" signature for mallory with X key Y\'\n', { mode: 0o755 });
    const config = `[gpg "ssh"]\nallowedSignersFile = ${everybody}\nprogram = ${program}\n`;
    writeFileSync(path.join(home, '.gitconfig'), config);
    const env = { HOME: home, GIT_CONFIG_PARAMETERS: `'gpg.ssh.program=${program}'` };
    const repository = await place.open({ env });
    await bringMain(repository);
    expect((await repository.signature(commit, '')).type).toBe('invalid');
    const allowed = `ana@example.org ${ana.publicKey}`;
    expect(await repository.signature(commit, allowed)).toEqual({ type: 'signed', by: 'ana@example.org' });
  });

  test('of a security key count only where somebody touched it, for commits and tags', async () => {
    const ana = securityKey();
    const allowed = `ana ${ana.publicKey}`;
    const tree = git(place.bare, ['hash-object', '-w', '-t', 'tree', '/dev/null']);
    const who = 'Ana <ana@example.org> 1 +0000';
    const commit = (flags: number) => {
      const [head, words] = [`tree ${tree}\nauthor ${who}\ncommitter ${who}\n`, '\nrelease\n'];
      const signature = ana
        .sign(head + words, 'git', flags)
        .trimEnd()
        .replaceAll('\n', '\n ');
      return hashed('commit', `${head}gpgsig ${signature}\n${words}`);
    };
    const tag = (of: string, flags: number) => {
      const text = `object ${of}\ntype commit\ntag v1.0.0\ntagger ${who}\n\nrelease\n`;
      return hashed('tag', text + ana.sign(text, 'git', flags));
    };
    const [untouched, touched, verified] = [commit(0), commit(TOUCHED), commit(TOUCHED | VERIFIED)];
    const tags = [tag(touched, 0), tag(touched, TOUCHED)];
    const names = [untouched, touched, verified, ...tags].map((oid, index) => [`refs/tags/t${index}`, oid] as const);
    for (const [ref, oid] of names) git(place.bare, ['update-ref', ref, oid]);
    const repository = await place.open();
    await repository.fetch(new Map(names));
    const said = async (oid = '') => await repository.signature(oid, allowed);
    const invalid = { type: 'invalid', sentence: expect.stringContaining('without being touched') };
    expect(await said(untouched)).toEqual(invalid);
    expect(await said(tags[0])).toEqual(invalid);
    expect(await said(touched)).toEqual({ type: 'signed', by: 'ana' });
    expect(await said(tags[1])).toEqual({ type: 'signed', by: 'ana' });
    expect(await said(verified)).toEqual({ type: 'signed', by: 'ana', isVerified: true });
  });

  test('of other kinds are named and not looked into', async () => {
    const commit = hashed(
      'commit',
      `tree ${git(place.bare, ['hash-object', '-w', '-t', 'tree', '/dev/null'])}\n` +
        'author Ana <ana@example.org> 1 +0000\ncommitter Ana <ana@example.org> 1 +0000\n' +
        'gpgsig -----BEGIN PGP SIGNATURE-----\n \n x\n -----END PGP SIGNATURE-----\n\nrelease\n',
    );
    git(place.bare, ['update-ref', 'refs/heads/main', commit]);
    const repository = await place.open();
    await bringMain(repository);
    expect(await repository.signature(commit, '')).toEqual({
      type: 'invalid',
      sentence: 'it is signed with a PGP SIGNATURE; only SSH signatures are checked',
    });
  });

  test('that nobody can check are a fault, which is tried again', async () => {
    const { commit } = await signedBy(key('ana'));
    const onlyGit = path.join(place.directory, 'bin');
    mkdirSync(onlyGit);
    const where = execFileSync('sh', ['-c', 'command -v git'], { encoding: 'utf8' }).trim();
    writeFileSync(path.join(onlyGit, 'git'), `#!/bin/sh\nexec ${where} "$@"\n`, { mode: 0o755 });
    const repository = await place.open();
    await bringMain(repository);
    await repository.close();
    const crippled = await place.open({ env: { PATH: onlyGit } });
    await expect(crippled.signature(commit, 'ana x')).rejects.toMatchObject({ code: 'git-failed', retry: 'later' });
  });
});

type Key = { readonly file: string; readonly publicKey: string };

function key(name: string): Key {
  const file = path.join(place.directory, `key-${name}`);
  execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-C', name, '-f', file]);
  return { file, publicKey: readFileSync(`${file}.pub`, 'utf8').trim() };
}

async function signedBy({ file }: Key): Promise<{ commit: string; tag: string }> {
  const sign = ['-c', 'gpg.format=ssh', '-c', `user.signingKey=${file}`];
  const who = { GIT_AUTHOR_NAME: 'Ana', GIT_AUTHOR_EMAIL: 'ana@example.org' };
  const env = { ...who, GIT_COMMITTER_NAME: 'Ana', GIT_COMMITTER_EMAIL: 'ana@example.org' };
  const tree = git(place.bare, ['hash-object', '-w', '-t', 'tree', '/dev/null']);
  const commit = git(place.bare, [...sign, 'commit-tree', '-S', '-m', 'release', tree], env);
  git(place.bare, ['update-ref', 'refs/heads/main', commit]);
  git(place.bare, [...sign, 'tag', '-s', '-m', 'release', 'v1.0.0', commit], env);
  return { commit, tag: git(place.bare, ['rev-parse', 'refs/tags/v1.0.0']) };
}

async function bring(repository: Awaited<ReturnType<NativePlace['open']>>, tag: string): Promise<void> {
  await bringMain(repository);
  await repository.fetch(new Map([['refs/tags/v1.0.0', tag]]));
}

function hashed(kind: string, input: string): string {
  const hash = ['hash-object', '-w', '-t', kind, '--stdin'];
  return execFileSync('git', hash, { cwd: place.bare, input, encoding: 'utf8' }).trim();
}
