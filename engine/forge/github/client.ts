// One call to GitHub. octokit's own patience is off: its retry plugin would write a comment twice after a 502, and
// its throttling would sleep in the middle of a look. A limit becomes a Fault that says when; a write that got no
// answer is in doubt; what GitHub answers with 304, 404, 405, 409 or 422 is an answer, and the caller looks at what
// is.

import type { Clock } from '../../ports/clock.ts';
import { Fault } from '../../ports/fault.ts';
import { Budget, limitFault, type Turn } from './budget.ts';
import { allowanceOf, limitOf, type Told, wordsOf } from './limits.ts';
import { createLogin, type GithubSecret } from './login.ts';
import { boundedFetch, type Fetch } from './wire.ts';

export type ClientOptions = {
  /** `https://api.github.com`, or `https://HOST/api/v3` of an Enterprise server. */
  readonly api: string;
  readonly secret: GithubSecret;
  readonly clock: Clock;
  readonly fetch?: Fetch;
};

export type Call = Turn & {
  /** `GET /repos/acme/shop/pulls`, or `GRAPHQL`. */
  readonly route: string;
  /**
   * Asked for when the turn has come, so that only the newest is written; null when there is nothing to do any more.
   */
  readonly params?: () => Params | null;
  readonly etag?: string | null;
  /** As the App itself. */
  readonly asApp?: boolean;
};

export type Params = Readonly<Record<string, unknown>>;

export type Answer = {
  /** 0: there was nothing to do any more when the turn came. */
  readonly status: number;
  readonly data: unknown;
  readonly etag: string | null;
  /** GitHub's own, where it said no. */
  readonly words: string;
};

export type Client = {
  call(call: Call): Promise<Answer>;
  readonly budget: Budget;
  end(): void;
};

type Got = { readonly status: number; readonly data: unknown; readonly headers: Told };
type Send = (method: string, url: string, headers: Record<string, string>, params: Params) => Promise<Got>;

const TIMEOUT_MS = 20_000;
const BYTES_MAX = 16 * 1_024 * 1_024;
const FIRST_REST_MS = 60_000;
const LAST_REST_MS = 3_600_000;
const VERSION = '2022-11-28';

export function createClient({ api, secret, clock, fetch = globalThis.fetch }: ClientOptions): Client {
  const baseUrl = api.replace(/\/+$/, '');
  const bounded = boundedFetch({ clock, timeoutMs: TIMEOUT_MS, bytesMax: BYTES_MAX, fetch });
  const login = createLogin(secret, baseUrl, bounded, clock);
  const budget = new Budget(clock);
  const send = lazily(baseUrl, bounded);
  let limitsInRow = 0;

  async function request(call: Call, params: Params): Promise<Got> {
    const [method = '', path = ''] = call.route.split(' ');
    const asApp = call.asApp === true ? await login.appAuthorization() : null;
    const headers: Record<string, string> = {
      authorization: asApp ?? (await login.authorization()),
      'x-github-api-version': VERSION,
    };
    if (call.etag) headers['if-none-match'] = call.etag;
    return call.route === 'GRAPHQL'
      ? await send('POST', graphqlUrl(baseUrl), headers, params)
      : await send(method, path, headers, params);
  }

  async function answered(call: Call, params: Params): Promise<Answer> {
    let got: Got;
    try {
      got = await request(call, params);
    } catch (cause) {
      throw cause instanceof Fault ? cause : noAnswer(call, cause);
    }
    const { status, headers, data } = got;
    const words = wordsOf(data);
    const allowance = allowanceOf(headers, clock.now());
    if (allowance !== null) budget.note(allowance);
    const limit = limitOf(status, headers, words, data, clock.now());
    if (limit !== null) {
      const restMs = limit.afterMs ?? Math.min(FIRST_REST_MS * 2 ** limitsInRow, LAST_REST_MS);
      limitsInRow += 1;
      budget.closeFor(restMs);
      throw limitFault(restMs);
    }
    limitsInRow = 0;
    if (status === 401) login.discard();
    if (status === 401) throw notTaken(words);
    if (status >= 500) throw noAnswer(call, `it answers ${status}${words === '' ? '' : `: ${words}`}`);
    const etag = headers['etag'];
    return { status, data, words, etag: typeof etag === 'string' ? etag : null };
  }

  return {
    budget,
    end: () => budget.end(),
    call: (call) =>
      budget.run(call, async () => {
        const params = call.params === undefined ? {} : call.params();
        return params === null ? { status: 0, data: null, words: '', etag: null } : await answered(call, params);
      }),
  };
}

function lazily(baseUrl: string, fetch: Fetch): Send {
  let opened: Promise<Send> | null = null;
  return async (...given) => {
    opened ??= open(baseUrl, fetch);
    return await (await opened)(...given);
  };
}

async function open(baseUrl: string, fetch: Fetch): Promise<Send> {
  const { Octokit, RequestError } = await import('octokit');
  const quiet = () => undefined;
  const octokit = new Octokit({
    baseUrl,
    userAgent: 'tidegate',
    request: { fetch },
    retry: { enabled: false },
    throttle: { enabled: false },
    log: { debug: quiet, info: quiet, warn: quiet, error: quiet },
  });
  return async (method, url, headers, params) => {
    try {
      const { status, data, headers: told } = await octokit.request({ ...params, method, url, headers });
      return { status, data, headers: told };
    } catch (cause) {
      if (cause instanceof RequestError && cause.response !== undefined) return cause.response;
      throw cause;
    }
  };
}

function graphqlUrl(baseUrl: string): string {
  return baseUrl.endsWith('/api/v3') ? `${baseUrl.slice(0, -'/v3'.length)}/graphql` : `${baseUrl}/graphql`;
}

/** A name that is not found, or nobody who listens: then nothing was sent. */
const NOT_SENT = ['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH'];

function noAnswer(call: Call, cause: unknown): Fault {
  const code = codeOf(cause);
  const said = typeof cause === 'string' ? cause : (code ?? sayCause(cause));
  const isInDoubt = call.kind === 'write' && !NOT_SENT.includes(code ?? '');
  return new Fault('remote-unreachable', `GitHub did not answer ${call.route}: ${said}`, {
    retry: 'later',
    hint: 'it is asked again later; runs go on meanwhile, and Git tells what was merged',
    ...(isInDoubt ? { inDoubt: true } : {}),
    ...(typeof cause === 'string' ? {} : { cause }),
  });
}

function codeOf(cause: unknown): string | null {
  if (!(cause instanceof Error)) return null;
  const code: unknown = Reflect.get(cause, 'code');
  return typeof code === 'string' ? code : codeOf(cause.cause);
}

function sayCause(cause: unknown): string {
  if (!(cause instanceof Error)) return 'no reason given';
  if (cause.name === 'AbortError') return `nothing came for ${TIMEOUT_MS / 1_000} s`;
  return cause.cause instanceof Error ? sayCause(cause.cause) : cause.message.slice(0, 200);
}

function notTaken(words: string): Fault {
  return new Fault('remote-auth', `GitHub does not take the login (${words})`, {
    retry: 'later',
    hint: 'check that the token, or the key of the App, is the right one and has not expired',
  });
}
