// A real Git host on loopback for tests: node:http in front of `git http-backend` (auth, push, protocol v2, hooks),
// with faults that a test can switch on. sshd lives in `git-sshd.ts`, repositories in `git-repositories.ts`. Must
// never listen on anything but 127.0.0.1, and close() must leave no process and no socket behind.

import { type ChildProcess, spawn } from 'node:child_process';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';

/**
 * `refuse`: the socket is destroyed at once. `hang`: the request is read and never answered. `cut`: the backend runs
 * to its end, and the connection is cut after that many bytes of its answer. `status`: answered without the backend.
 * `redirect`: 301 to the same path below another origin. `body`: a 200 with these bytes.
 */
export type ServerFault =
  | { readonly type: 'refuse' }
  | { readonly type: 'hang' }
  | { readonly type: 'cut'; readonly afterBytes: number }
  | { readonly type: 'status'; readonly code: number }
  | { readonly type: 'redirect'; readonly origin: string }
  | { readonly type: 'body'; readonly bytes: string; readonly contentType: string };

export type GitHttpOptions = {
  /** Folder that holds the bare repositories. */
  readonly root: string;
  readonly auth?: { readonly username: string; readonly password: string };
  /** Added to the clock that the `Date` header tells. */
  readonly skewMs?: number;
  /** False: the `Git-Protocol` header is dropped, so that the backend speaks version 0. */
  readonly protocolV2?: boolean;
};

export type GitHttp = {
  readonly origin: string;
  url(repository: string): string;
  /** `METHOD path?query` of every request, in order of arrival. */
  readonly requests: string[];
  /** `only`: a part of `METHOD path?query`; `times`: how many requests it strikes (default all). */
  fault(fault: ServerFault | null, options?: { readonly only?: string; readonly times?: number }): void;
  close(): Promise<void>;
};

export async function startGitHttp(options: GitHttpOptions): Promise<GitHttp> {
  const requests: string[] = [];
  const children = new Set<ChildProcess>();
  const sockets = new Set<Socket>();
  let active: { fault: ServerFault; only: string; left: number } | null = null;

  const server = createServer((request, response) => {
    const name = `${request.method} ${request.url}`;
    requests.push(name);
    response.setHeader('Date', new Date(Date.now() + (options.skewMs ?? 0)).toUTCString());
    let fault: ServerFault | null = null;
    if (active !== null && active.left > 0 && name.includes(active.only)) {
      active.left -= 1;
      fault = active.fault;
    }
    if (fault !== null && fault.type !== 'cut') {
      strike(fault, request, response);
    } else if (options.auth !== undefined && !authorized(request, options.auth)) {
      response.writeHead(401, { 'WWW-Authenticate': 'Basic realm="test"' }).end('who are you?\n');
      request.resume();
    } else {
      serve(request, response, options, children, fault?.afterBytes ?? null);
    }
  });
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

  return {
    origin,
    url: (repository) => `${origin}/${repository}`,
    requests,
    fault(fault, { only = '', times = Number.POSITIVE_INFINITY } = {}) {
      active = fault === null ? null : { fault, only, left: times };
    },
    async close() {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      for (const child of children) child.kill('SIGKILL');
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}

function authorized(request: IncomingMessage, auth: { username: string; password: string }): boolean {
  const wanted = `Basic ${Buffer.from(`${auth.username}:${auth.password}`).toString('base64')}`;
  return request.headers.authorization === wanted;
}

function strike(
  fault: Exclude<ServerFault, { type: 'cut' }>,
  request: IncomingMessage,
  response: ServerResponse,
): void {
  request.resume();
  switch (fault.type) {
    case 'refuse':
      request.socket.destroy();
      return;
    case 'hang':
      return;
    case 'status':
      response.writeHead(fault.code, { 'Content-Type': 'text/plain' }).end(`fault ${fault.code}\n`);
      return;
    case 'redirect':
      response.writeHead(301, { Location: `${fault.origin}${request.url}` }).end();
      return;
    case 'body':
      response.writeHead(200, { 'Content-Type': fault.contentType }).end(fault.bytes);
      return;
  }
}

/** CGI as RFC 3875 has it, as far as `git http-backend` reads it. */
function serve(
  request: IncomingMessage,
  response: ServerResponse,
  options: GitHttpOptions,
  children: Set<ChildProcess>,
  cutAfterBytes: number | null,
): void {
  const url = new URL(request.url ?? '/', 'http://loopback');
  const env: Record<string, string> = {
    ...cleanEnvironment(),
    GIT_PROJECT_ROOT: options.root,
    GIT_HTTP_EXPORT_ALL: '1',
    GIT_CONFIG_COUNT: '1',
    GIT_CONFIG_KEY_0: 'http.receivepack',
    GIT_CONFIG_VALUE_0: 'true',
    REQUEST_METHOD: request.method ?? 'GET',
    PATH_INFO: decodeURIComponent(url.pathname),
    QUERY_STRING: url.search.slice(1),
    CONTENT_TYPE: request.headers['content-type'] ?? '',
    REMOTE_ADDR: '127.0.0.1',
  };
  const encoding = request.headers['content-encoding'];
  if (encoding !== undefined) env['HTTP_CONTENT_ENCODING'] = encoding;
  const length = request.headers['content-length'];
  if (length !== undefined) env['CONTENT_LENGTH'] = length;
  const protocol = request.headers['git-protocol'];
  if (typeof protocol === 'string' && options.protocolV2 !== false) env['GIT_PROTOCOL'] = protocol;

  const child = spawn('git', ['http-backend'], { env, stdio: ['pipe', 'pipe', 'ignore'] });
  children.add(child);
  child.on('close', () => children.delete(child));
  child.stdin.on('error', () => undefined);
  request.pipe(child.stdin);

  if (cutAfterBytes === null) {
    streamAnswer(child, response);
    return;
  }
  const parts: Buffer[] = [];
  child.stdout.on('data', (part: Buffer) => parts.push(part));
  child.on('close', () => {
    const { status, headers, body } = parseHead(Buffer.concat(parts));
    if (cutAfterBytes === 0) {
      request.socket.destroy();
      return;
    }
    response.writeHead(status, headers);
    response.write(body.subarray(0, cutAfterBytes), () => request.socket.destroy());
  });
}

function streamAnswer(child: ChildProcess, response: ServerResponse): void {
  let head: Buffer | null = Buffer.alloc(0);
  child.stdout?.on('data', (part: Buffer) => {
    if (head === null) {
      response.write(part);
      return;
    }
    head = Buffer.concat([head, part]);
    if (!head.includes('\r\n\r\n')) return;
    const { status, headers, body } = parseHead(head);
    head = null;
    response.writeHead(status, headers);
    response.write(body);
  });
  child.on('close', () => {
    if (head !== null && !response.headersSent) response.writeHead(500);
    response.end();
  });
}

function parseHead(answer: Buffer): { status: number; headers: Record<string, string>; body: Buffer } {
  const end = answer.indexOf('\r\n\r\n');
  const headers: Record<string, string> = {};
  let status = 200;
  for (const line of answer.subarray(0, Math.max(end, 0)).toString('latin1').split('\r\n')) {
    const colon = line.indexOf(':');
    if (colon < 0) continue;
    const name = line.slice(0, colon);
    const value = line.slice(colon + 1).trim();
    if (name.toLowerCase() === 'status') status = Number.parseInt(value, 10);
    else headers[name] = value;
  }
  return { status, headers, body: answer.subarray(end + 4) };
}

function cleanEnvironment(): Record<string, string> {
  return {
    PATH: process.env['PATH'] ?? '',
    HOME: '/nonexistent',
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_CONFIG_GLOBAL: '/dev/null',
  };
}
