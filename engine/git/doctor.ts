// Git and the remote as `tidegate doctor` sees them, from a repository of its own in a private folder: nothing that a
// controller uses is touched, and nothing is sent. The rules that a server has about refs are not asked for: no
// protocol tells them.

import { access, constants, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { LedgerHost, Reached } from '../model/findings.ts';
import type { Doctor } from '../ports/doctor.ts';
import { Fault } from '../ports/fault.ts';
import { createAnswerPatience } from './answer-patience.ts';
import { ensureCache, rebuildCache } from './cache.ts';
import { gitEnvironment, REMOTE, remoteLogin, withoutForeignToken } from './environment.ts';
import { createGit, type Git } from './exec.ts';
import { gitFault } from './failure.ts';
import { type GitSettings, readGitSettings } from './git-settings.ts';
import { createLook } from './look.ts';
import { openNativeGit } from './native.ts';
import { parseRemoteUrl, type RemoteUrl } from './remote-url.ts';
import { trySigning } from './try-signing.ts';

type GitDoctor = Omit<Doctor, 'machine' | 'missingPrograms'>;

type GitDoctorOptions = {
  readonly url: string;
  /** The cache that a command has just fetched the head into. */
  readonly cache: string;
  /** Where the person stands, whose git configuration names their key. */
  readonly directory: string;
};

const TIMEOUT_MS = 30_000;
const MEBIBYTE = 1024 * 1024;

export async function openGitDoctor({ url, cache, directory }: GitDoctorOptions): Promise<GitDoctor> {
  const folder = await mkdtemp(path.join(tmpdir(), 'tidegate-doctor-'));
  return {
    gitVersion: () => readVersion(folder),
    reach: async (): Promise<Reached> => {
      try {
        return await inProbe(folder, url, url, async (probe) => {
          const startedMs = performance.now();
          const { clockSkewMs } = await look(probe, ['refs/heads/']);
          const tookMs = Math.round(performance.now() - startedMs);
          return { type: 'reached', tookMs, clockSkewMs, shown: probe.remote.shown };
        });
      } catch (cause) {
        if (!(cause instanceof Fault) || cause.code === 'usage') throw cause;
        return { type: 'failed', sentence: cause.message, hint: cause.hint };
      }
    },
    ledgerHost: ({ repository, namespace }) =>
      inProbe(folder, repository ?? url, url, async (probe) => {
        const { refs } = await look(probe, ['refs/heads/', `${namespace}/`, namespace]);
        const oid = [...refs.values()][0];
        if (oid?.length === 64) rebuildCache(probe.repository, 'sha256');
        return {
          push: await tryPushing(probe, `${namespace}/${PROBE_NAME}`),
          blockedBy: above(namespace).find((ref) => refs.has(ref)) ?? null,
          settings: await readServerSettings(probe),
        };
      }),
    signers: async (head) => {
      const git = await openNativeGit({ url, directory: cache });
      try {
        return await git.readText(head, 'policies/allowed_signers');
      } finally {
        await git.close();
      }
    },
    signingKey: (allowedSigners) => trySigning(directory, allowedSigners),
    close: () => rm(folder, { recursive: true, force: true }),
  };
}

/** No environment can have this name. */
const PROBE_NAME = '_doctor';

type Probe = {
  readonly git: Git;
  readonly repository: string;
  readonly remote: RemoteUrl;
  readonly settings: GitSettings;
  readonly secrets: readonly string[];
};

async function inProbe<T>(
  folder: string,
  url: string,
  tokenFor: string,
  use: (probe: Probe) => Promise<T>,
): Promise<T> {
  const given = parseRemoteUrl(url);
  const inherited = withoutForeignToken(process.env, given, tokenFor);
  const login = remoteLogin(inherited, given);
  const secrets = login === null ? [] : [login.password, encodeURIComponent(login.password)];
  const repository = path.join(folder, 'probe.git');
  rebuildCacheIn(repository);
  const env: Record<string, string> = { ...gitEnvironment(inherited, given, repository) };
  const asking = createGit(repository, env);
  const settings = await readGitSettings(asking, env, secrets);
  await asking.close();
  if (!settings.sshIsChosen) env['GIT_SSH_COMMAND'] = 'ssh -oBatchMode=yes -oConnectTimeout=15';
  const git = createGit(repository, env);
  try {
    const effective = parseRemoteUrl(settings.effectiveUrl);
    const remote = effective.url === given.url ? given : effective;
    return await use({ git, repository, remote, settings, secrets });
  } finally {
    await git.close();
  }
}

function rebuildCacheIn(repository: string): void {
  ensureCache(repository);
  rebuildCache(repository);
}

async function look({ git, remote, settings, secrets }: Probe, prefixes: readonly string[]) {
  const bounds = {
    patience: createAnswerPatience(TIMEOUT_MS, false),
    bytesMax: 64 * MEBIBYTE,
    refsMax: 200_000,
    shown: remote.shown,
    secrets,
  };
  const looking = createLook(git, remote, settings, bounds);
  try {
    return await looking.look(prefixes);
  } finally {
    looking.close();
  }
}

/** `--dry-run` talks to what receives pushes, login and all, and ends before it sends anything. */
async function tryPushing({ git, remote, secrets }: Probe, ref: string): Promise<LedgerHost['push']> {
  const unwritable = await unwritableFolder(remote);
  if (unwritable !== null) {
    const hint = 'let the user who runs Tidegate write there';
    return { type: 'refused', sentence: `${unwritable} cannot be written by this user`, hint };
  }
  const what = `push to ${remote.shown}`;
  const person = { NAME: 'Tidegate', EMAIL: 'tidegate@localhost' };
  const env = Object.fromEntries(
    ['AUTHOR', 'COMMITTER'].flatMap((role) =>
      Object.entries(person).map(([key, text]) => [`GIT_${role}_${key}`, text]),
    ),
  );
  const tree = await git.run(['mktree'], { input: '' });
  const made = await git.run(['commit-tree', tree.stdout.toString('utf8').trim(), '-m', 'may this be pushed?'], {
    env,
  });
  if (made.code !== 0) throw gitFault(made, { what: 'make a commit to try a push with', secrets });
  const oid = made.stdout.toString('utf8').trim();
  const args = ['push', '--porcelain', '--dry-run', '--no-verify', '--no-follow-tags', '--no-signed', '--no-progress'];
  const ended = await git.run([...args, REMOTE, `${oid}:${ref}`], { timeoutMs: TIMEOUT_MS });
  if (ended.code === 0) return { type: 'accepted' };
  const fault = gitFault(ended, { what, secrets, timeoutMs: TIMEOUT_MS });
  return { type: 'refused', sentence: fault.message, hint: fault.hint };
}

/** A dry run asks no file system: where the remote is a folder, its own permissions are looked at. */
async function unwritableFolder(remote: RemoteUrl): Promise<string | null> {
  const folder = await repositoryFolder(remote);
  if (folder === null) return null;
  for (const part of ['refs', 'objects']) {
    const inside = path.join(folder, part);
    if (!(await mayWrite(inside))) return inside;
  }
  return null;
}

function mayWrite(folder: string): Promise<boolean> {
  return access(folder, constants.W_OK).then(
    () => true,
    () => false,
  );
}

/** The git folder of a remote on this machine: bare, or the `.git` of a work tree. */
async function repositoryFolder({ folder }: RemoteUrl): Promise<string | null> {
  if (folder === null) return null;
  const inner = path.join(folder, '.git');
  return (await mayWrite(path.join(inner, 'objects'))) ? inner : folder;
}

/** `refs/heads/a/b`: a branch `a`, or `a/b`, leaves no room for what is below. */
function above(namespace: string): readonly string[] {
  const parts = namespace.split('/');
  return parts.slice(2).map((_, index) => parts.slice(0, index + 3).join('/'));
}

async function readServerSettings({ git, remote }: Probe): Promise<LedgerHost['settings']> {
  const folder = await repositoryFolder(remote);
  if (folder === null) return null;
  // What receives a push reads the files; what we set for our own git by variables is not its business.
  const env = { GIT_DIR: folder, GIT_CONFIG_COUNT: '0', GIT_CONFIG_PARAMETERS: '' };
  const ask = async (...args: readonly string[]): Promise<string | null> => {
    const asked = await git.run(['config', ...args], { env });
    return asked.code === 0 ? asked.stdout.toString('utf8').trim() : null;
  };
  return {
    folder,
    denyNonFastForwards: (await ask('--type=bool', '--get', 'receive.denyNonFastForwards')) === 'true',
    denyDeletes: (await ask('--type=bool', '--get', 'receive.denyDeletes')) === 'true',
    fsync: await ask('--get', 'core.fsync'),
  };
}

async function readVersion(folder: string): Promise<readonly [number, number] | null> {
  const env = Object.fromEntries(
    Object.entries(process.env).flatMap(([key, text]) => (text === undefined ? [] : [[key, text]])),
  );
  const git = createGit(folder, env);
  try {
    const asked = await git.run(['version']);
    const match = /git version (\d+)\.(\d+)/.exec(asked.stdout.toString('utf8'));
    return match === null ? null : [Number(match[1]), Number(match[2])];
  } catch (cause) {
    if (cause instanceof Fault) return null;
    throw cause;
  } finally {
    await git.close();
  }
}
