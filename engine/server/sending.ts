// How an answer leaves: as JSON or as a page, with the moment that it is true of.

import { createHash } from 'node:crypto';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { formatInstant } from '../base/instant.ts';
import type { Commands } from '../controller/commands/commands.ts';
import type { Answer } from './questions.ts';

/** Asks the repository once. */
export type Ask = <T>(question: (commands: Commands) => Promise<T>) => Promise<T>;

export function sendAnswer(request: FastifyRequest, reply: FastifyReply, { json, now, head }: Answer<unknown>) {
  reply.header('tidegate-now', formatInstant(now));
  if (head !== null) reply.header('tidegate-head', head);
  return sendText(request, reply, 'application/json; charset=utf-8', `${JSON.stringify(json)}\n`);
}

/** Asked again, it is sent again only where it reads differently. */
export function sendText(request: FastifyRequest, reply: FastifyReply, type: string, text: string) {
  const tag = `"${createHash('sha256').update(text).digest('base64url')}"`;
  reply.header('etag', tag).header('cache-control', 'no-cache');
  if (request.headers['if-none-match'] === tag) return reply.code(304).send();
  return reply.type(type).send(text);
}

export function sendPage(request: FastifyRequest, reply: FastifyReply, page: string) {
  return sendText(request, reply, 'text/html; charset=utf-8', page);
}
