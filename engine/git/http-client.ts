// The smallest HTTP client that a look needs: one origin, kept-alive connections, no redirects, everything bounded.
// It answers what happened and throws nothing. Idle sockets do not keep the process alive (node unrefs pooled
// sockets).

import type { Agent, ClientRequest, IncomingMessage, RequestOptions } from 'node:http';
import type { AnswerPatience } from './answer-patience.ts';

export type HttpAnswer =
  | {
      readonly type: 'answer';
      readonly status: number;
      readonly contentType: string;
      readonly date: string | null;
      readonly retryAfter: string | null;
      readonly bytes: Buffer;
    }
  | { readonly type: 'timed-out' | 'too-large' }
  /** Nobody is there: another client would not fare better. */
  | { readonly type: 'unreachable'; readonly reason: string }
  /** TLS trouble, a cut answer, …: native git may fare better, or say better why not. */
  | { readonly type: 'unusual' };

type HttpClient = {
  request(method: 'GET' | 'POST', path: string, body: string, authorization: string | null): Promise<HttpAnswer>;
  close(): void;
};

type Transport = {
  readonly agent: Agent;
  readonly request: (url: URL, options: RequestOptions, answered: (response: IncomingMessage) => void) => ClientRequest;
};

const UNREACHABLE = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH', 'ETIMEDOUT']);

export function createHttpClient(
  base: string,
  limits: { readonly patience: AnswerPatience; readonly bytesMax: number },
): HttpClient {
  let transport: Promise<Transport> | null = null;
  let isClosed = false;

  async function request(
    method: 'GET' | 'POST',
    path: string,
    body: string,
    authorization: string | null,
    isRetry = false,
  ): Promise<HttpAnswer> {
    transport ??= openTransport(base.startsWith('https:'));
    const { agent, request: start } = await transport;
    const url = new URL(base.replace(/\/+$/, '') + path);
    return await new Promise((resolve) => {
      const sent = start(url, { agent, method, headers: headers(body, authorization) }, (response) => {
        void receive(response, limits.bytesMax).then(settle);
      });
      // What has come while this process was busy is read first.
      const late = () => setImmediate(() => setImmediate(() => settle({ type: 'timed-out' })));
      const timer = setTimeout(late, limits.patience.ms);
      const settle = (answer: HttpAnswer) => {
        clearTimeout(timer);
        resolve(answer);
        if (answer.type !== 'answer') sent.destroy();
      };
      sent.on('error', (cause: NodeJS.ErrnoException) => {
        // A pooled connection that the server closed meanwhile says nothing about the server.
        if (sent.reusedSocket && !isRetry && !isClosed) {
          clearTimeout(timer);
          resolve(request(method, path, body, authorization, true));
          return;
        }
        const code = cause.code ?? '';
        settle(UNREACHABLE.has(code) ? { type: 'unreachable', reason: sayCode(code) } : { type: 'unusual' });
      });
      sent.end(body);
    });
  }

  return {
    request,
    close() {
      isClosed = true;
      void transport?.then(({ agent }) => agent.destroy());
    },
  };
}

/** Loaded when first needed: a file remote never pays for TLS. */
async function openTransport(secure: boolean): Promise<Transport> {
  const options = { keepAlive: true, maxSockets: 4, maxFreeSockets: 2 };
  if (secure) {
    const https = await import('node:https');
    return { agent: new https.Agent(options), request: https.request };
  }
  const http = await import('node:http');
  return { agent: new http.Agent(options), request: http.request };
}

function headers(body: string, authorization: string | null): Record<string, string> {
  const found: Record<string, string> = { 'Git-Protocol': 'version=2', 'User-Agent': 'git/tidegate', Accept: '*/*' };
  if (body !== '') {
    found['Content-Type'] = 'application/x-git-upload-pack-request';
    found['Accept'] = 'application/x-git-upload-pack-result';
    found['Content-Length'] = String(Buffer.byteLength(body));
  }
  if (authorization !== null) found['Authorization'] = authorization;
  return found;
}

function receive(response: IncomingMessage, bytesMax: number): Promise<HttpAnswer> {
  return new Promise((resolve) => {
    const parts: Buffer[] = [];
    let bytes = 0;
    response.on('data', (part: Buffer) => {
      bytes += part.length;
      if (bytes > bytesMax) resolve({ type: 'too-large' });
      else parts.push(part);
    });
    response.on('error', () => resolve({ type: 'unusual' }));
    response.on('close', () => resolve({ type: 'unusual' }));
    response.on('end', () => {
      const { statusCode = 0, headers: told } = response;
      const contentType = (told['content-type'] ?? '').split(';')[0]?.trim() ?? '';
      resolve({
        type: 'answer',
        status: statusCode,
        contentType,
        date: told.date ?? null,
        retryAfter: told['retry-after'] ?? null,
        bytes: Buffer.concat(parts),
      });
    });
  });
}

function sayCode(code: string): string {
  switch (code) {
    case 'ECONNREFUSED':
      return 'the connection was refused';
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return 'its name cannot be resolved';
    default:
      return `the network says ${code}`;
  }
}
