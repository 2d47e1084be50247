// A person's signature over a record, made and checked by the real ssh-keygen. Without it these are skipped by name.

import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { Git } from '../../../engine/git/exec.ts';
import type { ObjectReader } from '../../../engine/git/object-reader.ts';
import { signatureOf } from '../../../engine/git/signature.ts';
import { openSshSigning } from '../../../engine/git/ssh-signing.ts';
import { Fault } from '../../../engine/ports/fault.ts';
import { armoured, securityKey, TOUCHED, VERIFIED } from '../../support/security-key.ts';

const hasSshKeygen = spawnSync('ssh-keygen', ['-?']).error === undefined;
const TEXT = '{"environment":"production","type":"approved"}';

let folder = '';
/** Where the program may leave nothing behind. */
let scratch = '';
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'tidegate-signing-test-'));
  scratch = mkdtempSync(path.join(tmpdir(), 'tidegate-signing-scratch-'));
  git('init', '--quiet');
  vi.stubEnv('TMPDIR', scratch);
  vi.stubEnv('SSH_AUTH_SOCK', undefined);
  vi.stubEnv('SSH_ASKPASS', undefined);
});
afterEach(() => {
  expect(readdirSync(scratch)).toEqual([]);
  vi.unstubAllEnvs();
  for (const made of [folder, scratch]) rmSync(made, { recursive: true, force: true });
});

describe.skipIf(!hasSshKeygen)('a signature of a security key (ssh-keygen)', () => {
  test.each([
    [
      0x00,
      { type: 'invalid', sentence: expect.stringContaining('the security key of ana signed without being touched') },
    ],
    [VERIFIED, { type: 'invalid', sentence: expect.stringContaining('without being touched') }],
    [TOUCHED, { type: 'signed', by: 'ana' }],
    [TOUCHED | VERIFIED, { type: 'signed', by: 'ana', isVerified: true }],
    [0xfe, { type: 'invalid', sentence: expect.stringContaining('without being touched') }],
  ])('with the flags %i', async (flags, said) => {
    const key = securityKey();
    const signature = key.sign(TEXT, 'tidegate', flags);
    expect(await signing().verify(TEXT, signature, `ana ${key.publicKey}`)).toEqual(said);
    // The flags are under the signature: anyone who changes them has none.
    const changed = Buffer.from(signature.replaceAll(/-----.*-----|\n/g, ''), 'base64');
    changed.writeUInt8(changed.readUInt8(changed.length - 5) ^ TOUCHED, changed.length - 5);
    expect((await signing().verify(TEXT, armoured(changed), `ana ${key.publicKey}`)).type).toBe('invalid');
  });
});

describe.skipIf(!hasSshKeygen)('a signature over a record (ssh-keygen)', () => {
  test('of a listed person holds, and names the principal', async () => {
    const ana = use(key('ana'));
    const signature = await signing().sign(TEXT);
    expect(signature).toMatch(/^-----BEGIN SSH SIGNATURE-----\n/);
    const dan = key('dan').publicKey;
    for (const line of [ana.publicKey, `namespaces="tidegate" ${ana.publicKey}`]) {
      const allowed = `dan@example.org ${dan}\nana@example.org ${line}\n`;
      expect(await signing().verify(TEXT, signature, allowed)).toEqual({ type: 'signed', by: 'ana@example.org' });
    }
  });

  test('of one whom nobody listed, over another text, or damaged does not', async () => {
    const ana = use(key('ana'));
    const signature = await signing().sign(TEXT);
    const allowed = `ana@example.org ${ana.publicKey}`;
    const said = async (text: string, armour: string, signers: string) => {
      const signed = await signing().verify(text, armour, signers);
      return signed.type === 'invalid' ? signed.sentence : `${signed.type}!`;
    };
    expect(await said(TEXT, signature, `dan@example.org ${key('dan').publicKey}`)).toContain('its key is not in');
    expect(await said(TEXT, signature, 'nonsense\n')).toContain('its key is not in');
    expect(await said(TEXT, signature, '')).toContain('names nobody');
    expect(await said(TEXT.replace('production', 'staging'), signature, allowed)).toContain('not over this record');
    expect(await said(`${TEXT}\n`, signature, allowed)).toContain('not over this record');
    const lines = signature.split('\n');
    const damaged = [...lines.slice(0, 3), `AAAA${lines[3]?.slice(4)}`, ...lines.slice(4)].join('\n');
    expect(await said(TEXT, damaged, allowed)).toContain('not over this record');
    expect(await said(TEXT, 'ana approved it', allowed)).toBe('it is no SSH signature');
    expect(await said(TEXT, `${signature}${'A'.repeat(10_000)}`, allowed)).toBe('it is no SSH signature');
  });

  test('made for another namespace, or by a key listed for another, does not', async () => {
    const ana = use(key('ana'));
    const forGit = execFileSync('ssh-keygen', ['-q', '-Y', 'sign', '-n', 'git', '-f', ana.file], {
      input: TEXT,
      encoding: 'utf8',
      stdio: 'pipe',
    });
    expect(await signing().verify(TEXT, forGit, `ana@example.org ${ana.publicKey}`)).toMatchObject({
      sentence: expect.stringContaining('not made for `tidegate`'),
    });
    const signature = await signing().sign(TEXT);
    expect(await signing().verify(TEXT, signature, `ana@example.org namespaces="git" ${ana.publicKey}`)).toEqual({
      type: 'invalid',
      sentence: 'policies/allowed_signers does not let that key sign for `tidegate` now',
    });
  });

  test('by a key that is no longer valid does not', async () => {
    const ana = use(key('ana'));
    const signature = await signing().sign(TEXT);
    const until = (day: string) => `ana@example.org valid-before="${day}" ${ana.publicKey}`;
    expect(await signing().verify(TEXT, signature, until('20200101'))).toMatchObject({ type: 'invalid' });
    expect(await signing().verify(TEXT, signature, until('29991231'))).toMatchObject({ type: 'signed' });
  });

  test('by a certificate holds where its authority is listed', async () => {
    const [ana, authority] = [key('ana'), key('authority')];
    const identity = ['-I', 'ana', '-n', 'ana@example.org', '-V', '-1d:+1d'];
    execFileSync('ssh-keygen', ['-q', '-s', authority.file, ...identity, `${ana.file}.pub`]);
    git('config', 'gpg.format', 'ssh');
    git('config', 'user.signingkey', `${ana.file}-cert.pub`);
    const signature = await signing().sign(TEXT);
    const allowed = `*@example.org cert-authority ${authority.publicKey}`;
    expect(await signing().verify(TEXT, signature, allowed)).toEqual({ type: 'signed', by: 'ana@example.org' });
    const other = `*@example.org cert-authority ${key('other').publicKey}`;
    expect(await signing().verify(TEXT, signature, other)).toMatchObject({ type: 'invalid' });
  });

  test('by a principal that looks like an option is nobody at all', async () => {
    const ana = use(key('ana'));
    const signature = await signing().sign(TEXT);
    expect(await signing().verify(TEXT, signature, `-Overify-time=0 ${ana.publicKey}`)).toMatchObject({
      type: 'invalid',
    });
  });
});

describe('a signature that no file can be made for', () => {
  const armour = '-----BEGIN SSH SIGNATURE-----\nAAAA\n-----END SSH SIGNATURE-----\n';

  test('is a fault that may pass, and says where room is needed', async () => {
    vi.stubEnv('TMPDIR', path.join(scratch, 'gone'));
    const asked = signing().verify(TEXT, armour, 'ana ssh-ed25519 AAAA');
    await expect(asked).rejects.toBeInstanceOf(Fault);
    await expect(asked).rejects.toMatchObject({
      code: 'git-failed',
      retry: 'later',
      hint: expect.stringContaining('TMPDIR'),
    });
  });

  test('is one under a commit as well', async () => {
    vi.stubEnv('TMPDIR', path.join(scratch, 'gone'));
    const bytes = Buffer.from(`tree ${'a'.repeat(40)}\ngpgsig ${armour.trim().replaceAll('\n', '\n ')}\n\nsigned\n`);
    const reader = { raw: async () => ({ kind: 'commit', bytes }) } as unknown as ObjectReader;
    const asked = signatureOf(undefined as unknown as Git, reader, 'b'.repeat(40), 'ana ssh-ed25519 AAAA');
    await expect(asked).rejects.toMatchObject({ name: 'Fault', code: 'git-failed', retry: 'later' });
  });
});

describe.skipIf(!hasSshKeygen)('the key to sign with (ssh-keygen)', () => {
  test('may be a literal whose private half an agent has', async () => {
    const ana = key('ana');
    const agent = startAgent();
    try {
      execFileSync('ssh-add', ['-q', ana.file], {
        env: { ...process.env, SSH_AUTH_SOCK: agent.socket },
        stdio: 'pipe',
      });
      renameSync(ana.file, `${ana.file}.elsewhere`);
      vi.stubEnv('SSH_AUTH_SOCK', agent.socket);
      git('config', 'gpg.format', 'ssh');
      for (const literal of [`key::${ana.publicKey}`, ana.publicKey]) {
        git('config', 'user.signingkey', literal);
        const signature = await signing().sign(TEXT);
        expect(await signing().verify(TEXT, signature, `ana ${ana.publicKey}`)).toEqual({ type: 'signed', by: 'ana' });
      }
    } finally {
      agent.end();
    }
  });

  test('whose private half nobody has cannot be signed with', async () => {
    const ana = key('ana');
    use({ file: `${ana.file}.pub` });
    renameSync(ana.file, `${ana.file}.elsewhere`);
    await expect(signing().sign(TEXT)).rejects.toMatchObject({
      code: 'usage',
      hint: expect.stringContaining('ssh-add'),
    });
  });

  test.each<[string, () => void, string]>([
    ['no format', () => {}, 'git is not told to sign with SSH keys'],
    ['another format', () => git('config', 'gpg.format', 'openpgp'), 'git is told to sign with openpgp'],
    ['no key', () => git('config', 'gpg.format', 'ssh'), 'git is not told which key you sign with'],
    ['a key that is not there', () => use({ file: '/nowhere/id' }), '/nowhere/id, which cannot be read'],
    ['a key that is an option', () => use({ file: '-Oprint-pubkey' }), 'which cannot be read'],
    ['a literal that is no key', () => use({ file: 'key::-Y verify' }), 'is no SSH public key'],
  ])('where there is %s says what to set', async (_, arrange, sentence) => {
    arrange();
    await expect(signing().sign(TEXT)).rejects.toMatchObject({
      code: 'usage',
      message: expect.stringContaining(sentence),
      hint: expect.stringContaining('user.signingkey'),
    });
  });
});

const signing = () => openSshSigning({ directory: folder });

function git(...args: readonly string[]): void {
  execFileSync('git', args, { cwd: folder, stdio: 'pipe' });
}

function key(name: string) {
  const file = path.join(folder, name);
  execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-C', name, '-f', file]);
  return { file, publicKey: readFileSync(`${file}.pub`, 'utf8').trim() };
}

function use<Key extends { readonly file: string }>(made: Key): Key {
  git('config', 'gpg.format', 'ssh');
  git('config', 'user.signingkey', made.file);
  return made;
}

function startAgent() {
  const socket = path.join(folder, 'agent');
  const said = execFileSync('ssh-agent', ['-s', '-a', socket], { encoding: 'utf8' });
  const pid = Number(/SSH_AGENT_PID=(\d+)/.exec(said)?.[1]);
  return { socket, end: () => process.kill(pid) };
}
