// The port that webhooks come to: off unless the configuration asks for it, bounded in bytes, time and connections,
// and with nothing behind it but a wake. Where it cannot be opened that is said, and everything goes on by polling.

import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { ForgeConfig } from '../model/forge-config.ts';
import type { Clock } from '../ports/clock.ts';
import type { Log } from '../ports/log.ts';
import type { WebhookPort } from '../ports/webhook.ts';
import { BODY_BYTES_MAX, type Expected, judge } from './webhook.ts';
import { WebhookWakes } from './webhook-wakes.ts';

type Options = {
  readonly clock: Clock;
  readonly log: Log;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly wake: () => void;
};

const REQUEST_MS = 10_000;
const CONNECTIONS_MAX = 50;

export function createWebhookPort({ clock, log, env, wake }: Options): WebhookPort {
  const wakes = new WebhookWakes(clock, wake);
  let open: { readonly key: string; readonly server: Server | null } | null = null;

  function follow(forge: ForgeConfig | null): void {
    const place = forge?.place.kind === 'github' ? forge.place : null;
    const webhook = place?.webhook ?? null;
    const key = place === null || webhook === null ? '' : `${webhook.port} ${webhook.secret} ${place.repository}`;
    if (key === (open?.key ?? '')) return;
    shut(open?.server ?? null);
    open = null;
    if (place === null || webhook === null) return;
    const secret = env[webhook.secret] ?? '';
    if (secret === '')
      log.error(
        `webhooks are not heard: the environment variable ${webhook.secret} is not set; set it, and start again`,
      );
    const expected = { secret, repository: { id: null, fullName: place.repository } };
    open = { key, server: secret === '' ? null : listen(webhook.port, expected, wakes, log) };
  }

  return {
    follow,
    async close() {
      wakes.end();
      const server = open?.server ?? null;
      open = { key: 'over', server: null };
      await new Promise<void>((resolve) => {
        if (server === null) resolve();
        else server.close(() => resolve());
        server?.closeAllConnections();
      });
    },
  };
}

function shut(server: Server | null): void {
  server?.close();
  server?.closeAllConnections();
}

function listen(port: number, expected: Expected, wakes: WebhookWakes, log: Log): Server {
  const server = createServer({ requestTimeout: REQUEST_MS, headersTimeout: REQUEST_MS }, (request, response) => {
    void answer(request, response, expected, wakes);
  });
  server.maxConnections = CONNECTIONS_MAX;
  server.on('error', (cause) => {
    log.error(`webhooks are not heard: port ${port}: ${cause.message}; the repository is polled as before`);
  });
  server.listen(port, () => log.info(`webhooks are heard on port ${port}, at /hooks/github`));
  return server;
}

export async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  expected: Expected,
  wakes: WebhookWakes,
): Promise<void> {
  const body = await read(request);
  const { headers, method = '', url = '' } = request;
  const signature = oneOf(headers['x-hub-signature-256']);
  const judged = judge(
    {
      method,
      path: url.split('?')[0] ?? '',
      contentType: headers['content-type'] ?? '',
      event: oneOf(headers['x-github-event']),
      signature,
      body,
    },
    expected,
  );
  if (judged.wakes === 'yes') wakes.delivered(signature);
  if (judged.wakes === 'maybe') wakes.unknown();
  response.writeHead(judged.status, { connection: 'close' }).end();
}

/** Null as soon as it is too long: what is announced as too long is not read at all. */
function read(request: IncomingMessage): Promise<Buffer | null> {
  if (Number(request.headers['content-length'] ?? 0) > BODY_BYTES_MAX) return Promise.resolve(null);
  return new Promise((resolve) => {
    const parts: Buffer[] = [];
    let bytes = 0;
    request.on('data', (part: Buffer) => {
      bytes += part.length;
      if (bytes <= BODY_BYTES_MAX) {
        parts.push(part);
        return;
      }
      parts.length = 0;
      request.pause();
      resolve(null);
    });
    request.on('end', () => resolve(Buffer.concat(parts)));
    request.on('error', () => resolve(null));
    request.on('close', () => resolve(null));
  });
}

function oneOf(header: string | string[] | undefined): string {
  return typeof header === 'string' ? header : '';
}
