// Webhooks wake, and do nothing else: signatures over the bytes as they came, bounded bodies, other repositories,
// replays. The payloads are of @octokit/webhooks-examples 7.6.1 (MIT, Copyright (c) 2021 Octokit contributors).

import { createHmac } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { isSigned, judge } from '../../../engine/forge/webhook.ts';
import { answer, createWebhookPort } from '../../../engine/forge/webhook-port.ts';
import { WebhookWakes } from '../../../engine/forge/webhook-wakes.ts';
import type { ForgeConfig } from '../../../engine/model/forge-config.ts';
import { type HandClock, handClock } from '../../support/hand-clock.ts';

const SECRET = "It's a Secret to Everybody";
const PAYLOADS = JSON.parse(readFileSync(new URL('testdata/webhooks.json', import.meta.url), 'utf8')) as Record<
  string,
  { repository?: { id: number; full_name: string } }
>;
const OURS = PAYLOADS['pull_request_review']?.repository ?? { id: 0, full_name: '' };

const sign = (body: Buffer | string, secret = SECRET) =>
  `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`;
const bodyOf = (event: string) => Buffer.from(JSON.stringify(PAYLOADS[event]));
const expected = (id: number | null = OURS.id) => ({ secret: SECRET, repository: { id, fullName: OURS.full_name } });
const delivery = (event: string, more = {}) => ({
  method: 'POST',
  path: '/hooks/github',
  contentType: 'application/json; charset=utf-8',
  event,
  signature: sign(bodyOf(event)),
  body: bodyOf(event),
  ...more,
});

describe('a signature', () => {
  test("is GitHub's: its published example is accepted", () => {
    const signature = 'sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17';
    expect(isSigned(Buffer.from('Hello, World!'), signature, SECRET)).toBe(true);
    expect(isSigned(Buffer.from('Hello, World?'), signature, SECRET)).toBe(false);
    expect(isSigned(Buffer.from('Hello, World!'), signature.slice(0, -1), SECRET)).toBe(false);
  });

  test('by no secret signs nothing', () => {
    expect(isSigned(Buffer.from('x'), sign('x', ''), '')).toBe(false);
  });
});

describe('a delivery', () => {
  test('of our repository wakes, by its number or, before that is known, by its name', () => {
    expect(judge(delivery('pull_request_review'), expected())).toEqual({ status: 202, wakes: 'yes' });
    expect(judge(delivery('pull_request_review'), expected(null))).toEqual({ status: 202, wakes: 'yes' });
  });

  test.each([
    ['with another signature', { signature: sign('another') }, 401],
    ['without one', { signature: '' }, 401],
    ['of bytes that are no JSON', { body: Buffer.from('{'), signature: sign('{') }, 400],
    ['of JSON that is none of GitHub', { body: Buffer.from('null'), signature: sign('null') }, 400],
    ['of another type', { contentType: 'application/x-www-form-urlencoded' }, 415],
    ['at another place', { path: '/' }, 404],
    ['by another method', { method: 'GET' }, 405],
  ])('%s wakes nothing', (_name, more, status) => {
    expect(judge(delivery('pull_request_review', more), expected())).toEqual({ status, wakes: 'no' });
  });

  test('of another repository is refused, also under our name', () => {
    expect(judge(delivery('pull_request_review'), expected(OURS.id + 1))).toEqual({ status: 403, wakes: 'no' });
  });

  test('with a wrong signature is not read: what is no JSON is refused for its signature', () => {
    expect(judge(delivery('push', { body: Buffer.from('{'), signature: sign('another') }), expected()).status).toBe(
      401,
    );
  });

  test('that only says hello is taken, and wakes nothing', () => {
    expect(judge(delivery('ping'), expected())).toMatchObject({ wakes: 'no' });
  });
});

describe('wakes', () => {
  let clock: HandClock;
  let woken = 0;
  let wakes: WebhookWakes;
  beforeEach(() => {
    clock = handClock();
    woken = 0;
    wakes = new WebhookWakes(clock, () => {
      woken += 1;
    });
  });

  test('come at most once a second, and after the last of a burst', () => {
    for (let n = 0; n < 50; n += 1) wakes.delivered(`sha256=${n}`);
    expect(woken).toBe(1);
    clock.advance(1_000);
    expect(woken).toBe(2);
    clock.advance(60_000);
    expect(woken).toBe(2);
  });

  test('are not made by the same delivery again, within ten seconds', () => {
    for (let n = 0; n < 9; n += 1) {
      wakes.delivered('sha256=same');
      clock.advance(1_000);
    }
    expect(woken).toBe(1);
    clock.advance(10_000);
    wakes.delivered('sha256=same');
    expect(woken).toBe(2);
  });

  test('by something too long to be read come once a minute', () => {
    for (let n = 0; n < 59; n += 1) {
      wakes.unknown();
      clock.advance(1_000);
    }
    expect(woken).toBe(1);
    clock.advance(1_000);
    wakes.unknown();
    expect(woken).toBe(2);
  });
});

describe('over a socket', () => {
  const closing: (() => void)[] = [];
  afterEach(() => {
    for (const close of closing.splice(0)) close();
  });

  async function start() {
    let woken = 0;
    const wakes = new WebhookWakes(handClock(), () => {
      woken += 1;
    });
    const server = createServer((request, response) => void answer(request, response, expected(), wakes));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    closing.push(() => {
      server.closeAllConnections();
      server.close();
    });
    const { port } = server.address() as AddressInfo;
    return { port, url: `http://127.0.0.1:${port}/hooks/github`, woken: () => woken };
  }

  const headers = (body: Buffer) => ({
    'content-type': 'application/json',
    'x-github-event': 'push',
    'x-hub-signature-256': sign(body),
  });

  test('a good one is answered with 202 and wakes', async () => {
    const { url, woken } = await start();
    const body = bodyOf('pull_request_review');
    const answered = await fetch(url, { method: 'POST', body: new Uint8Array(body), headers: headers(body) });
    expect([answered.status, woken()]).toEqual([202, 1]);
  });

  test('one of ten megabytes is refused before it is read', async () => {
    const { port, woken } = await start();
    const text = await new Promise<string>((resolve) => {
      const socket = connect(port, '127.0.0.1', () => {
        socket.write(
          'POST /hooks/github HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 10485760\r\n\r\n',
        );
      });
      // Not a byte of it is sent: only who refuses it unread answers.
      socket.on('data', (part) => resolve(part.toString('latin1')));
      closing.push(() => socket.destroy());
    });
    expect(text).toMatch(/^HTTP\/1\.1 413 /);
    expect(woken()).toBe(1);
  });

  test('one in chunks without a length is cut off where it is too long', async () => {
    const { port } = await start();
    const text = await new Promise<string>((resolve) => {
      const chunk = `10000\r\n${'x'.repeat(0x10000)}\r\n`;
      const socket = connect(port, '127.0.0.1', () => {
        socket.write(
          'POST /hooks/github HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n',
        );
        for (let n = 0; n < 17; n += 1) socket.write(chunk);
      });
      socket.on('error', () => undefined);
      socket.on('data', (part) => resolve(part.toString('latin1')));
      closing.push(() => socket.destroy());
    });
    expect(text).toMatch(/^HTTP\/1\.1 413 /);
  });
});

describe('the port', () => {
  const forge = (port: number): ForgeConfig => ({
    place: {
      kind: 'github',
      repository: OURS.full_name,
      api: 'https://api.github.com',
      login: { type: 'token', token: 'TOKEN' },
      webhook: { port, secret: 'HOOK' },
    },
    plan: { paths: null },
    deployments: [],
  });

  test('is off, opens where it is configured, and closes when it is not any more', async () => {
    const said: string[] = [];
    const say = (sentence: string) => void said.push(sentence);
    let woken = 0;
    const port = createWebhookPort({
      clock: handClock(),
      log: { info: say, warn: say, error: say },
      env: { HOOK: SECRET },
      wake: () => {
        woken += 1;
      },
    });
    const taken = createServer();
    await new Promise<void>((resolve) => taken.listen(0, resolve));
    const { port: number } = taken.address() as AddressInfo;
    port.follow(null);
    expect(said).toEqual([]);
    port.follow(forge(number));
    await expect.poll(() => said).toEqual([expect.stringMatching(/^webhooks are not heard: port \d+: .*EADDRINUSE/)]);
    port.follow(null);
    await new Promise<void>((resolve) => taken.close(() => resolve()));
    port.follow(forge(number));
    await expect.poll(() => said[1]).toBe(`webhooks are heard on port ${number}, at /hooks/github`);
    const body = bodyOf('pull_request_review');
    const headers = { 'content-type': 'application/json', 'x-hub-signature-256': sign(body) };
    const url = `http://127.0.0.1:${number}/hooks/github`;
    const answered = await fetch(url, { method: 'POST', body: new Uint8Array(body), headers });
    expect([answered.status, woken]).toEqual([202, 1]);
    port.follow(null);
    await expect(fetch(url)).rejects.toThrow();
    await port.close();
  });

  test('stays shut, and says so, where its secret is not there', async () => {
    const said: string[] = [];
    const say = (sentence: string) => void said.push(sentence);
    const log = { info: say, warn: say, error: say };
    const port = createWebhookPort({ clock: handClock(), log, env: {}, wake: () => undefined });
    port.follow(forge(9_090));
    port.follow(forge(9_090));
    expect(said).toEqual(['webhooks are not heard: the environment variable HOOK is not set; set it, and start again']);
    await port.close();
  });
});
