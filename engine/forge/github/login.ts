// Who speaks to GitHub: a token that was given, or one that an App gets for its installation and that lives for an
// hour. Nothing here is written anywhere; octokit is loaded when it is first needed, since most commands never ask a
// forge.

import type { Clock } from '../../ports/clock.ts';
import type { Fetch } from './wire.ts';

export type GithubSecret =
  | { readonly type: 'token'; readonly token: string }
  | { readonly type: 'app'; readonly app: number; readonly installation: number; readonly key: string };

export type Login = {
  /** The value of the Authorization header. */
  authorization(): Promise<string>;
  /** An App speaks for itself, and not for its installation, where it is asked who it is. */
  appAuthorization(): Promise<string | null>;
  /** GitHub did not take it: the next one is got afresh. */
  discard(): void;
};

/** An installation's token lives for 60 minutes. */
const TOKEN_MS = 55 * 60_000;

export function createLogin(secret: GithubSecret, baseUrl: string, fetch: Fetch, clock: Clock): Login {
  if (secret.type === 'token')
    return {
      authorization: async () => `token ${secret.token}`,
      appAuthorization: async () => null,
      discard: () => undefined,
    };
  const auth = onceOpened(secret, baseUrl, fetch);
  let held: { readonly token: string; readonly untilMs: number } | null = null;
  return {
    async authorization() {
      if (held === null || held.untilMs <= clock.monotonicMs()) {
        const { token } = await (await auth())({
          type: 'installation',
          installationId: secret.installation,
          refresh: true,
        });
        held = { token, untilMs: clock.monotonicMs() + TOKEN_MS };
      }
      return `token ${held.token}`;
    },
    appAuthorization: async () => `bearer ${(await (await auth())({ type: 'app' })).token}`,
    discard: () => {
      held = null;
    },
  };
}

type Auth = (
  asked:
    | { readonly type: 'app' }
    | { readonly type: 'installation'; readonly installationId: number; readonly refresh: boolean },
) => Promise<{ readonly token: string }>;

function onceOpened(
  secret: Extract<GithubSecret, { type: 'app' }>,
  baseUrl: string,
  fetch: Fetch,
): () => Promise<Auth> {
  let opened: Promise<Auth> | null = null;
  return () => {
    opened ??= open(secret, baseUrl, fetch);
    return opened;
  };
}

async function open(secret: Extract<GithubSecret, { type: 'app' }>, baseUrl: string, fetch: Fetch): Promise<Auth> {
  const { App, Octokit } = await import('octokit');
  const app = new App({
    appId: secret.app,
    privateKey: secret.key.replaceAll('\\n', '\n'),
    Octokit: Octokit.defaults({ baseUrl, request: { fetch }, retry: { enabled: false }, throttle: { enabled: false } }),
  });
  return async (asked) => {
    const answer: unknown = await app.octokit.auth(asked);
    if (typeof answer === 'object' && answer !== null && 'token' in answer && typeof answer.token === 'string')
      return { token: answer.token };
    throw new Error('no token');
  };
}
