// The face over HTTP: pages and JSON that say what the command line says. It keeps nothing: each question opens the
// repository, answers, and closes it; ending the process loses nothing but open sockets. It only looks. It changes
// nothing, so there is nothing to sign in for, and it answers nobody who asks by a name that is not its own.

import fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import type { Instant } from '../base/instant.ts';
import type { Commands } from '../controller/commands/commands.ts';
import { html } from './html.ts';
import { frame } from './pages/frame.ts';
import { problemJson, Refusal, refusedBy } from './refusal.ts';
import { addApi } from './routes/api.ts';
import { addPages } from './routes/pages.ts';
import { type Ask, sendText } from './sending.ts';
import { STYLE } from './style.ts';
import { openTurns } from './turns.ts';

export type ServerOptions = {
  readonly openCommands: () => Promise<Commands>;
  /** All answers are as if it were then; null for now. */
  readonly at: Instant | null;
  /** Names, without port, that a request may ask for in Host. */
  readonly hosts: readonly string[];
};

const HEADERS: Readonly<Record<string, string>> = {
  'content-security-policy':
    "default-src 'none'; style-src 'self'; form-action 'none'; frame-ancestors 'none'; base-uri 'none'",
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
};
const BODY_BYTES_MAX = 1_024;
const HEADER_BYTES_MAX = 16_384;
const NAME_LENGTH_MAX = 200;
const REQUEST_MS = 10_000;

export async function openServer({ openCommands, at, hosts }: ServerOptions): Promise<FastifyInstance> {
  const server = fastify({
    bodyLimit: BODY_BYTES_MAX,
    requestTimeout: REQUEST_MS,
    routerOptions: { maxParamLength: NAME_LENGTH_MAX },
    http: { maxHeaderSize: HEADER_BYTES_MAX },
    // An address that cannot be read comes before every hook.
    frameworkErrors: (error, request, reply) => {
      reply.headers(HEADERS);
      return refuse(error, request, reply);
    },
  });
  const inTurn = openTurns();
  const ask: Ask = (question) =>
    inTurn(async () => {
      const commands = await openCommands();
      try {
        return await question(commands);
      } finally {
        await commands.close();
      }
    });
  server.addHook('onRequest', async (request, reply) => {
    reply.headers(HEADERS);
    // A page elsewhere whose name was made to lead here (DNS rebinding) asks by that name.
    if (!hosts.includes(request.hostname.toLowerCase())) {
      throw new Refusal(421, 'usage', 'this server is not called that', 'name it with --host when it is started');
    }
  });
  server.setErrorHandler((error, request, reply) => refuse(error, request, reply));
  server.setNotFoundHandler((request, reply) =>
    refuse(
      new Refusal(404, 'unknown', 'there is no such page', 'the first page lists every environment'),
      request,
      reply,
    ),
  );
  server.get('/healthz', (_request, reply) => reply.send({ status: 'ok' }));
  server.get('/readyz', async (_request, reply) => {
    await ask(async (commands) => await commands.version('HEAD'));
    return reply.send({ status: 'ok' });
  });
  server.get('/static/tidegate.css', (request, reply) => sendText(request, reply, 'text/css; charset=utf-8', STYLE));
  addApi(server, ask, at);
  addPages(server, ask, at);
  await server.ready();
  return server;
}

function refuse(error: unknown, request: FastifyRequest, reply: FastifyReply) {
  const refused = refusedBy(error);
  if (refused.status === 503) reply.header('retry-after', '5');
  reply.code(refused.status).header('cache-control', 'no-store');
  if (!isForPeople(request)) {
    return reply.type('application/problem+json').serializer(JSON.stringify).send(problemJson(refused));
  }
  const says = html`<p class="bad">${refused.message}</p><p>${refused.hint}</p>`;
  return reply.type('text/html; charset=utf-8').send(frame('No', null, says));
}

function isForPeople({ url, headers }: FastifyRequest): boolean {
  return !url.startsWith('/api/') && (headers.accept ?? '').includes('text/html');
}
