// A login for in-process requests, asked of git itself (`git credential fill`), so that helpers, keychains and
// TIDEGATE_GIT_TOKEN work here as they do in `git fetch`. Held in memory only, never logged, and told back to git as
// good or bad, as git does.

import type { Git } from './exec.ts';
import type { RemoteLogin } from './remote-url.ts';

export type Credentials = {
  /** Null when git knows none. */
  fill(): Promise<RemoteLogin | null>;
  approve(login: RemoteLogin): Promise<void>;
  reject(login: RemoteLogin): Promise<void>;
};

const CREDENTIAL_TIMEOUT_MS = 30_000;

export function createCredentials(git: Git, url: string): Credentials {
  const { protocol, host, pathname, username } = new URL(url);
  const about = [`protocol=${protocol.slice(0, -1)}`, `host=${host}`, `path=${pathname.slice(1)}`];
  if (username !== '') about.push(`username=${decodeURIComponent(username)}`);

  async function tell(verb: 'approve' | 'reject', login: RemoteLogin): Promise<void> {
    const lines = [
      ...about.filter((line) => !line.startsWith('username=')),
      `username=${login.username}`,
      `password=${login.password}`,
    ];
    await git.run(['credential', verb], { input: `${lines.join('\n')}\n\n`, timeoutMs: CREDENTIAL_TIMEOUT_MS });
  }

  return {
    async fill() {
      const ending = await git.run(['credential', 'fill'], {
        input: `${about.join('\n')}\n\n`,
        timeoutMs: CREDENTIAL_TIMEOUT_MS,
      });
      return ending.code === 0 ? readLogin(ending.stdout.toString('utf8')) : null;
    },
    approve: (login) => tell('approve', login),
    reject: (login) => tell('reject', login),
  };
}

export function basicAuthorization(login: RemoteLogin): string {
  return `Basic ${Buffer.from(`${login.username}:${login.password}`).toString('base64')}`;
}

function readLogin(text: string): RemoteLogin | null {
  const value = (name: string) =>
    text
      .split('\n')
      .find((line) => line.startsWith(`${name}=`))
      ?.slice(name.length + 1);
  const username = value('username');
  const password = value('password');
  return username === undefined || password === undefined ? null : { username, password };
}
