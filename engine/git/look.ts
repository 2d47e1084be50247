// Is anything new at the remote? The cheapest look that is right for this remote: in process over HTTP or from the
// files of a local repository, and `git ls-remote` for all else and whenever something is unusual.

import { Fault } from '../ports/fault.ts';
import type { RemoteRefs } from '../ports/git.ts';
import { createCredentials } from './credentials.ts';
import type { Git } from './exec.ts';
import type { GitSettings } from './git-settings.ts';
import { httpIsSpecial } from './http-is-special.ts';
import type { LookBounds } from './look-bounds.ts';
import { createFileLook } from './look-file.ts';
import { createHttpLook } from './look-http.ts';
import { lookNative } from './look-native.ts';
import { isRefName } from './names.ts';
import type { RemoteUrl } from './remote-url.ts';

type Look = {
  look(prefixes: readonly string[]): Promise<RemoteRefs>;
  close(): void;
};

/** After something unusual, native git looks this often before the quick way is tried again. */
const NATIVE_LOOKS = 20;

export function createLook(git: Git, remote: RemoteUrl, settings: GitSettings, bounds: LookBounds): Look {
  const native = (prefixes: readonly string[]) => lookNative(git, bounds, prefixes);
  const quick = quickLook(git, remote, settings, bounds);
  let nativeLooksLeft = 0;

  async function lookAny(prefixes: readonly string[]): Promise<RemoteRefs> {
    if (quick === null) return await native(prefixes);
    if (nativeLooksLeft > 0) {
      nativeLooksLeft -= 1;
      const seen = await native(prefixes);
      if (seen.refs.size > 0) return seen;
    }
    const found = await quick.look(prefixes);
    if (found !== 'native') return found;
    // Counted only once native git had the answer: a remote that is away is no reason to stay slow.
    const told = await native(prefixes);
    // Git takes a page of a proxy for an old server's list of refs, with none in it.
    const suspicion = told.refs.size === 0 ? quick.suspicion() : null;
    if (suspicion !== null) throw suspicion;
    nativeLooksLeft = quick.backOff;
    quick.learn(told);
    return told;
  }

  return {
    async look(prefixes) {
      for (const prefix of prefixes) assertPrefix(prefix);
      const beganMs = performance.now();
      try {
        const found = await lookAny(prefixes);
        bounds.patience.answered(performance.now() - beganMs);
        return found;
      } catch (cause) {
        if (cause instanceof Fault && cause.code === 'remote-timeout') bounds.patience.tooLong();
        throw cause;
      }
    },
    close: () => quick?.close(),
  };
}

type Quick = {
  look(prefixes: readonly string[]): Promise<RemoteRefs | 'native'>;
  learn(refs: RemoteRefs): void;
  /** Why the remote may be no Git host at all, by what it answered last. */
  suspicion(): Fault | null;
  close(): void;
  readonly backOff: number;
};

function quickLook(git: Git, remote: RemoteUrl, settings: GitSettings, bounds: LookBounds): Quick | null {
  switch (remote.transport) {
    case 'ssh':
      return null;
    case 'file': {
      if (remote.folder === null) return null;
      const files = createFileLook(remote.folder, bounds);
      return {
        look: async (prefixes) => files.look(prefixes),
        learn: files.learn,
        suspicion: () => null,
        close: () => undefined,
        backOff: 0,
      };
    }
    case 'http': {
      // Proxies, client certificates, private CAs, extra headers: all git's business.
      if (remote.url.includes('?') || httpIsSpecial(remote.url, settings.keys, settings.env)) return null;
      const http = createHttpLook(remote.url, createCredentials(git, remote.url), bounds);
      return { ...http, learn: () => undefined, backOff: NATIVE_LOOKS };
    }
  }
}

function assertPrefix(prefix: string): void {
  if (isRefName(prefix) || isRefName(`${prefix}x`)) return;
  throw new Fault('usage', `${JSON.stringify(prefix.slice(0, 200))} is not the beginning of a ref name`, {
    retry: 'never',
    hint: 'use a full prefix such as refs/heads/main or refs/tags/v',
  });
}
