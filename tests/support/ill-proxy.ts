// A proxy in front of a Git host that can be ill in one of many ways, and well again. What it does to a request is
// settled when the request comes: a transfer that has stalled stays so, although the host is well by then. Must never
// listen on anything but 127.0.0.1, and close() must leave no socket behind.

import { createServer, type IncomingMessage, type ServerResponse, request as send } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';

type Ways = Readonly<Record<string, (strike: Strike) => void>>;

type Strike = {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  /** Hands the request on, and what is answered to `answer`. */
  readonly pass: (answer: (upstream: IncomingMessage) => void) => void;
};

/** A transfer of objects: what is asked of it is a `fetch`, not a look. */
const PACK_BYTES_MIN = 2_000;

const WAYS = {
  'answers 500': ({ response }) => {
    response.writeHead(500, { 'Content-Type': 'text/plain' }).end('the storage is away\n');
  },
  'answers 429': ({ response }) => {
    response.writeHead(429, { 'Content-Type': 'text/plain', 'Retry-After': '5' }).end('too many requests\n');
  },
  'answers 401': ({ response }) => {
    response.writeHead(401, { 'WWW-Authenticate': 'Basic realm="test"' }).end('who are you?\n');
  },
  'answers garbage': ({ response }) => {
    response.writeHead(200, { 'Content-Type': 'text/html' }).end('<html>please sign in</html>');
  },
  resets: ({ request }) => void request.socket.destroy(),
  hangs: () => {},
  'stalls in a pack': ({ request, response, pass }) =>
    pass((upstream) => {
      if (!isTransfer(request)) upstream.pipe(response);
      else limited(upstream, response, PACK_BYTES_MIN, () => {});
    }),
  'drips 1 KB/s': (strike) => drips(strike, 1_024),
  'drips 1 byte/s': (strike) => drips(strike, 1),
  'refuses pushes with 503': (strike) => onPush(strike, 503),
  'refuses pushes with 413': (strike) => onPush(strike, 413),
  'hangs on pushes': ({ request, response, pass }) => {
    if (!isPush(request)) pass((upstream) => upstream.pipe(response));
  },
} as const satisfies Ways;

export type Illness = keyof typeof WAYS;
export const ILLNESSES = Object.keys(WAYS) as readonly Illness[];

export type IllProxy = {
  url(repository: string): string;
  be(illness: Illness | null): void;
  /** Requests since it was last asked. */
  asked(): number;
  close(): Promise<void>;
};

export async function startIllProxy(upstream: string): Promise<IllProxy> {
  const sockets = new Set<Socket>();
  let illness: Illness | null = null;
  let count = 0;
  const server = createServer((request, response) => {
    count += 1;
    const pass: Strike['pass'] = (answer) => {
      const { method, headers } = request;
      const onward = send(`${upstream}${request.url}`, { method, headers, agent: false }, (answered) => {
        response.writeHead(answered.statusCode ?? 502, answered.headers);
        answer(answered);
      });
      onward.on('error', () => response.destroy());
      request.pipe(onward);
    };
    if (illness === null) pass((answered) => answered.pipe(response));
    else WAYS[illness]({ request, response, pass });
  });
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
    socket.on('close', () => sockets.delete(socket));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: (repository) => `http://127.0.0.1:${port}/${repository}`,
    be(next) {
      illness = next;
    },
    asked() {
      const since = count;
      count = 0;
      return since;
    },
    async close() {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}

function isPush({ url = '' }: IncomingMessage): boolean {
  return url.includes('git-receive-pack');
}

/** Of version 2: a look asks for refs by the same address, in far fewer bytes. */
function isTransfer({ url = '', method, headers }: IncomingMessage): boolean {
  return method === 'POST' && url.includes('git-upload-pack') && headers['user-agent'] !== 'git/tidegate';
}

function onPush({ request, response, pass }: Strike, status: number): void {
  if (!isPush(request)) pass((upstream) => upstream.pipe(response));
  else response.writeHead(status, { 'Content-Type': 'text/plain' }).end('not now\n');
}

/** Everything that comes back, so many bytes a second. */
function drips({ response, pass }: Strike, bytesASecond: number): void {
  pass((upstream) => {
    const waiting: Buffer[] = [];
    let isOver = false;
    upstream.on('data', (part: Buffer) => waiting.push(part));
    upstream.on('end', () => {
      isOver = true;
    });
    const timer = setInterval(() => {
      const all = Buffer.concat(waiting.splice(0));
      if (all.length > 0) response.write(all.subarray(0, bytesASecond));
      if (all.length > bytesASecond) waiting.push(all.subarray(bytesASecond));
      else if (isOver) response.end();
    }, 1_000);
    response.on('close', () => clearInterval(timer));
  });
}

function limited(upstream: IncomingMessage, response: ServerResponse, most: number, then: () => void): void {
  let left = most;
  upstream.on('data', (part: Buffer) => {
    if (left > 0) response.write(part.subarray(0, left));
    left -= part.length;
    if (left <= 0) then();
  });
  upstream.on('end', () => {
    if (left > 0) response.end();
  });
}
