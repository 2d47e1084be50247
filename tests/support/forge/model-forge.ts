// The model forge: GitHub's API over real HTTP on loopback, on a real bare repository that `git http-backend` serves.
// Every request and every answer is held against the slice of GitHub's own description; what that does not say is in
// model-routes.ts, here (ETags, limits, lost answers, renames), and in the table of tests/contract/forge/rules. Must
// never listen on anything but 127.0.0.1.

import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import path from 'node:path';
import type { Clock } from '../../../engine/ports/clock.ts';
import { makeBareRepository } from '../git-repositories.ts';
import { type GitHttp, startGitHttp } from '../git-server.ts';
import { ModelGit } from './model-git.ts';
import { answerGraphql } from './model-graphql.ts';
import { LimitModel } from './model-limits.ts';
import { type Reply, ROUTES, refusal } from './model-routes.ts';
import { time } from './model-shapes.ts';
import { type Account, ModelState } from './model-state.ts';
import { answerViolations, fill, type Json, match, requestViolations } from './schema.ts';

/**
 * Strikes the next requests whose `METHOD path` is `only`. `lost`: done, and the connection is cut before the answer.
 */
export type ForgeFault = { readonly only: RegExp; readonly times: number } & (
  | { readonly type: 'lost' | 'cut' }
  /** Something happens just before it is answered. */
  | { readonly type: 'meanwhile'; readonly happens: () => void }
  | { readonly type: 'answer'; readonly reply: Reply; readonly headers?: Record<string, string> }
);

export type SeenRequest = {
  readonly name: string;
  readonly status: number;
  readonly isCounted: boolean;
  readonly at: number;
  readonly by: string;
};

export type ModelForge = {
  readonly api: string;
  readonly state: ModelState;
  readonly limits: LimitModel;
  readonly git: GitHttp;
  /** The bare repository, and its URL. */
  readonly repository: string;
  readonly url: string;
  /** In order of arrival. */
  readonly requests: SeenRequest[];
  readonly violations: string[];
  /** A token of this account. */
  token(login: string): string;
  /** An App with this slug; any key is taken. */
  app(slug: string): { readonly app: number; readonly installation: number };
  /** No token that was given out is taken any more. */
  expireTokens(): void;
  fault(fault: ForgeFault | null): void;
  /** From now on the repository has this name, and the old one leads to it. */
  rename(name: string): void;
  close(): Promise<void>;
};

const ROOT = '/api/v3';
const TOKEN_MS = 3_600_000;

export async function startModelForge(directory: string, clock: Clock): Promise<ModelForge> {
  const repository = makeBareRepository(path.join(directory, 'shop.git'));
  const git = await startGitHttp({ root: directory });
  const state = new ModelState(new ModelGit(repository), clock);
  const limits = new LimitModel(clock);
  const tokens = new Map<string, { readonly account: Account; readonly untilMs: number }>();
  const apps: { readonly id: number; readonly slug: string; readonly installation: number }[] = [];
  const requests: SeenRequest[] = [];
  const violations: string[] = [];
  const validated = new Set<string>();
  const sockets = new Set<Socket>();
  let active: { fault: ForgeFault; left: number } | null = null;
  let formerName: string | null = null;

  function give(account: Account, untilMs: number): string {
    const token = `ghs_${tokens.size}_${account.login}`;
    tokens.set(token, { account, untilMs });
    return token;
  }

  function who(header: string): Account | null {
    const held = tokens.get(header.replace(/^(token|bearer) /i, ''));
    return held === undefined || held.untilMs <= clock.monotonicMs() ? null : held.account;
  }

  function asApp(name: string, header: string): Reply | null {
    const [app] = apps;
    if (!/^bearer ey/i.test(header) || app === undefined) return null;
    const account = state.account(`${app.slug}[bot]`);
    if (name === 'GET /app') {
      const owner = fill('simple-user', { login: 'acme', id: 1 });
      return { status: 200, data: fill('integration', { id: app.id, slug: app.slug, owner }) };
    }
    if (name !== `POST /app/installations/${app.installation}/access_tokens`) return null;
    const token = give(account, clock.monotonicMs() + TOKEN_MS);
    return { status: 201, data: fill('installation-token', { token, expires_at: time(clock.now() + TOKEN_MS) }) };
  }

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const text = await readAll(request);
    const url = new URL(request.url ?? '/', 'http://loopback');
    const pathname = url.pathname.startsWith(ROOT) ? url.pathname.slice(ROOT.length) : url.pathname;
    const name = `${request.method} ${pathname}`;
    const authorization = request.headers.authorization ?? '';
    const isWrite = request.method !== 'GET' && url.pathname !== '/api/graphql';
    let fault: ForgeFault | null = null;
    if (active !== null && active.left > 0 && active.fault.only.test(`${name}${url.search}`)) {
      active.left -= 1;
      fault = active.fault;
    }
    if (fault?.type === 'cut') {
      request.socket.destroy();
      return;
    }
    if (fault?.type === 'meanwhile') fault.happens();
    state.git.forget();
    const limited = limits.refuse(isWrite);
    const struck = fault?.type === 'answer' ? { ...fault.reply, headers: fault.headers ?? {} } : null;
    const given = struck ?? limited ?? { headers: {}, ...reply(request, url, name, text, authorization) };
    if (fault?.type === 'lost') {
      request.socket.destroy();
      return;
    }
    const data = given.data === null ? '' : JSON.stringify(given.data);
    const etag = `W/"${createHash('sha256').update(authorization).update(data).digest('hex')}"`;
    const isSame = request.method === 'GET' && given.status === 200 && request.headers['if-none-match'] === etag;
    const status = isSame ? 304 : given.status;
    const isCounted = !isSame && url.pathname !== '/api/graphql';
    if (isCounted) limits.count(isWrite && status < 300);
    requests.push({ name: `${name}${url.search}`, status, isCounted, at: clock.monotonicMs(), by: authorization });
    response.writeHead(status, {
      'content-type': 'application/json; charset=utf-8',
      date: new Date(clock.now()).toUTCString(),
      ...(request.method === 'GET' ? { etag } : {}),
      ...limits.headers(),
      ...given.headers,
    });
    response.end(isSame ? '' : data);
  }

  function reply(
    request: IncomingMessage,
    url: URL,
    name: string,
    text: string,
    header: string,
  ): Reply & { headers?: Record<string, string> } {
    const body = text === '' ? null : (JSON.parse(text) as Json);
    const isGraphql = url.pathname === '/api/graphql';
    const moved = formerName === null ? null : `/repos/${state.owner}/${formerName}`;
    const pathname = name.slice(name.indexOf(' ') + 1);
    if (moved !== null && (pathname === moved || pathname.startsWith(`${moved}/`)))
      return redirect(request, url, moved);
    const found = match(
      request.method ?? '',
      pathname.replace(/^\/repositories\/\d+/, `/repos/${state.owner}/${state.name}`),
    );
    if (found === null && !isGraphql) violations.push(`no operation ${name}`);
    if (found !== null)
      violations.push(...requestViolations(found, url.searchParams, body).map((why) => `${name}: ${why}`));
    const byApp = asApp(name, header);
    const account = who(header);
    if (byApp === null && account === null) return refusal(401, 'Bad credentials');
    if (isGraphql && account !== null) {
      const { query, variables } = body as { query: string; variables: { [key: string]: Json } };
      return { status: 200, data: answerGraphql(state, query, variables) };
    }
    const route = found === null ? undefined : ROUTES[found.key];
    const isHere = found?.path['repo'] === undefined || found.path['repo'] === state.name;
    const asked = { state, by: account ?? state.account('ghost'), query: url.searchParams };
    const given =
      byApp ??
      (route === undefined || !isHere || found === null
        ? refusal(404, 'Not Found')
        : route({ ...asked, path: found.path, body: (body ?? {}) as { [key: string]: Json } }));
    if (found !== null) holdAnswer(found.key, name, given);
    return given;
  }

  /** The same answer again is not validated again. */
  function holdAnswer(key: string, name: string, { status, data }: Reply): void {
    const digest = createHash('sha256').update(`${key} ${status} `).update(JSON.stringify(data)).digest('hex');
    if (validated.has(digest)) return;
    validated.add(digest);
    violations.push(...answerViolations(key, status, data).map((why) => `${name}: ${why}`));
  }

  function redirect(request: IncomingMessage, url: URL, moved: string): Reply & { headers: Record<string, string> } {
    const to = url.pathname.replace(moved, `/repositories/${state.repositoryId}`);
    const location = `${api.replace(ROOT, '')}${to}${url.search}`;
    const status = request.method === 'GET' ? 301 : 307;
    return { status, data: { message: 'Moved Permanently', url: location }, headers: { location } };
  }

  const server = createServer((request, response) => {
    answer(request, response).catch((cause: unknown) => {
      violations.push(String(cause instanceof Error ? cause.stack : cause));
      response.writeHead(500).end();
    });
  });
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const api = `http://127.0.0.1:${(server.address() as AddressInfo).port}${ROOT}`;

  return {
    api,
    state,
    limits,
    git,
    repository,
    url: git.url('shop.git'),
    requests,
    violations,
    token: (login) => give(state.account(login), Number.POSITIVE_INFINITY),
    app(slug) {
      const app = { id: state.nextId(), slug, installation: state.nextId() };
      state.account(`${slug}[bot]`);
      apps.push(app);
      return { app: app.id, installation: app.installation };
    },
    expireTokens: () => tokens.clear(),
    fault(fault) {
      active = fault === null ? null : { fault, left: fault.times };
    },
    rename(name) {
      formerName = state.name;
      state.name = name;
    },
    async close() {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      for (const socket of sockets) socket.destroy();
      await closed;
      await git.close();
    },
  };
}

async function readAll(request: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  return Buffer.concat(parts).toString('utf8');
}
