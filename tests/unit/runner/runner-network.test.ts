import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import http from 'node:http';
import net, { type AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { JobSpec, Work } from '../../../engine/model/job.ts';
import type { Request } from '../../../engine/steps/http/kind.ts';
import type { Door } from '../../../engine/steps/tcp/kind.ts';
import type { Wait } from '../../../engine/steps/wait/kind.ts';
import { processJob } from '../../contract/runner.ts';
import { type Bench, openBench } from './bench.ts';
import { until } from './until.ts';

const TOKEN = 'correct-horse-battery';
let bench: Bench;
let server: http.Server;
let url: string;
let requests: { method: string | undefined; headers: http.IncomingHttpHeaders; body: string }[];
let answer: (response: http.ServerResponse, count: number) => void;

beforeAll(async () => {
  bench = openBench({ env: { TOKEN } });
  server = http.createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8').on('data', (text: string) => {
      body += text;
    });
    request.on('end', () => {
      requests.push({ method: request.method, headers: request.headers, body });
      answer(response, requests.length);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/health`;
  requests = [];
});
afterEach(() => {
  requests = [];
});
afterAll(async () => {
  server.closeAllConnections();
  server.close();
  await bench.dispose();
});

const start = (work: Work, more: Partial<JobSpec> = {}, id: string = randomUUID()) =>
  bench.runner.start({ ...processJob(id, ''), work: [work], ...more }, bench.place(id));
const run = (work: Work, more: Partial<JobSpec> = {}) => start(work, more).ended;

const ask = (more: Partial<Request> = {}): Work => {
  const once = { url, method: 'GET', headers: {}, body: null, status: [200], json: null, withinMs: 0, everyMs: 50 };
  return { type: 'in-process', kind: 'http', input: { ...once, ...more } satisfies Request };
};
const wait = (waitMs: number): Work => ({ type: 'in-process', kind: 'wait', input: { waitMs } satisfies Wait });
const json = (value: unknown) => (response: http.ServerResponse) => response.end(JSON.stringify(value));

describe('an http step', () => {
  test('succeeds with the first good answer', async () => {
    answer = (response, count) => response.writeHead(count < 3 ? 503 : 200).end();
    const end = await run(ask({ withinMs: 90_000 }));
    expect(end.outcome).toBe('succeeded');
    expect(end.sentence).toMatch(/^GET http:\/\/127\.0\.0\.1:\d+\/health answered 200 after \d/);
    expect(requests.length).toBe(3);
    // What changed, not each try.
    expect(end.tail).toMatch(/try 1: answered 503, wanted 200\ntry 3: answered 200\n/);
  });

  test('sends what it was told, and follows no redirect', async () => {
    answer = (response) => response.writeHead(302, { location: '/elsewhere' }).end();
    const end = await run(ask({ method: 'POST', headers: { 'x-a': 'b' }, body: 'text', status: [302] }));
    expect(end.outcome).toBe('succeeded');
    expect(requests).toEqual([expect.objectContaining({ method: 'POST', body: 'text' })]);
    expect(requests[0]?.headers).toMatchObject({ 'x-a': 'b', connection: 'close' });
  });

  test('asks once where it has no time', async () => {
    answer = (response) => response.writeHead(503).end();
    expect(await run(ask({ status: [200, 204] }))).toMatchObject({
      outcome: 'failed',
      sentence: `GET ${url} answered 503, wanted 200 or 204`,
    });
    expect(requests.length).toBe(1);
  });

  test.each([
    [{ status: 'ok' }, { status: 'ok', since: 1 }, 'succeeded', 'with the wanted JSON'],
    [{ db: { up: true } }, { db: { up: false } }, 'failed', 'answered 200, but db.up is false, wanted true'],
  ])('compares %j with %j', async (wanted, found, outcome, words) => {
    answer = json(found);
    const end = await run(ask({ json: wanted }));
    expect(end.outcome).toBe(outcome);
    expect(end.sentence).toContain(words);
  });

  test('says when there is no JSON, and reads no more than it must', async () => {
    answer = (response) => response.end('<html>');
    expect((await run(ask({ json: {} }))).sentence).toContain('something that is not JSON');
    answer = (response) => {
      const more = () => {
        while (response.write('x'.repeat(65_536)));
      };
      response.on('drain', more);
      more();
    };
    expect((await run(ask({ json: {} }))).sentence).toContain('more than 1 MiB');
  });

  test('gives a try that hangs no more time than there is', async () => {
    answer = () => {};
    const end = await run(ask({ withinMs: 300 }));
    expect(end).toMatchObject({ outcome: 'failed' });
    expect(end.sentence).toMatch(/did not answer in \d+ ms/);
  });

  test('says why nobody can be reached', async () => {
    const { host, port, end: leave } = await quietPlace();
    const end = await run(ask({ url: `http://${host}:${port}/` }));
    leave();
    expect(end).toMatchObject({ outcome: 'failed' });
    expect(end.sentence).toContain('ECONNREFUSED');
  });

  test.each(['file:///etc/passwd', 'nonsense', 'ftp://host/'])('refuses %s', async (bad) => {
    expect(await run(ask({ url: bad }))).toMatchObject({
      outcome: 'errored',
      sentence: `${bad} is not an http or https URL`,
    });
  });

  test('keeps secrets out of its sentence and its log, and refuses a password in the URL', async () => {
    answer = json({ echoed: TOKEN });
    const wanted = {
      json: { echoed: 'other' },
      headers: { authorization: `Bearer ${TOKEN}` },
      url: `${url}?token=${TOKEN}`,
    };
    const end = await run(ask(wanted), { secrets: ['TOKEN'] });
    expect(requests[0]?.headers.authorization).toBe(`Bearer ${TOKEN}`);
    expect(end.sentence).toContain('health?token=*** answered 200, but echoed is "***"');
    expect(JSON.stringify(end)).not.toContain(TOKEN);
    const login = await run(ask({ url: 'http://ana:pass@host.example/' }));
    expect(login).toMatchObject({ outcome: 'errored' });
    expect(login.sentence).not.toContain('pass@');
  });

  test('can be stopped while it asks, and has its time limit', async () => {
    answer = () => {};
    const id = randomUUID();
    const job = start(ask({ withinMs: 60_000 }), {}, id);
    await until(
      () => requests.length,
      (count) => count > 0,
    );
    await bench.runner.stop(id, 'cancelled');
    expect(await job.ended).toMatchObject({ outcome: 'cancelled' });
    expect(await run(ask({ withinMs: 60_000 }), { timeoutMs: 100 })).toMatchObject({ outcome: 'timed-out' });
  });
});

describe('a tcp step', () => {
  const connect = ({ host, port }: QuietPlace, withinMs = 0): Work => ({
    type: 'in-process',
    kind: 'tcp',
    input: { host, port, withinMs, everyMs: 50 } satisfies Door,
  });

  test('succeeds when somebody listens, also when that takes a while', async () => {
    const place = await quietPlace();
    const id = randomUUID();
    const job = start(connect(place, 90_000), {}, id);
    const listener = net.createServer((socket) => socket.destroy());
    const { log } = bench.place(id);
    await until(
      () => (existsSync(log) ? bench.log(id) : ''),
      (said) => said.includes('ECONNREFUSED'),
    );
    await new Promise<void>((resolve) => listener.listen(place.port, place.host, resolve));
    const end = await job.ended;
    listener.close();
    place.end();
    expect(end.outcome).toBe('succeeded');
    expect(end.sentence).toMatch(new RegExp(`^${place.host}:${place.port} accepted a connection after`));
    expect(end.tail).toContain('ECONNREFUSED');
  });

  test('fails when nobody does', async () => {
    const place = await quietPlace();
    const end = await run(connect(place, 400));
    expect(end.outcome).toBe('failed');
    // A busy machine may have time for one try only, and the end of the time may cut the last one short.
    expect(end.sentence).toMatch(
      new RegExp(
        `^${place.host}:${place.port} accepted no connection in (one try|\\d+ tries over .+): (.*ECONNREFUSED|did not)`,
      ),
    );
    expect((await run(connect(place))).sentence).toMatch(/in one try: .*ECONNREFUSED/);
    place.end();
  });
});

describe('a wait', () => {
  test('takes as long as it says', async () => {
    const end = await run(wait(80));
    expect(end).toMatchObject({
      outcome: 'succeeded',
      sentence: 'waited 80 ms',
      tail: 'waiting 80 ms\nwaited 80 ms\n',
    });
    expect(end.durationMs).toBeGreaterThanOrEqual(79);
  });

  test('can be stopped, by a person, by its time limit and by a lost lease', async () => {
    const id = randomUUID();
    const job = start(wait(3_600_000), {}, id);
    await bench.runner.stop(id, 'cancelled');
    expect(await job.ended).toMatchObject({ outcome: 'cancelled' });
    expect(await run(wait(3_600_000), { timeoutMs: 50 })).toMatchObject({ outcome: 'timed-out' });
    const bound = start(wait(3_600_000), { environment: 'leased' });
    bench.runner.renew('leased', 50);
    expect(await bound.ended).toMatchObject({ lapsed: true });
    expect((await bound.ended).sentence).toContain('lease was not renewed');
  });
});

type QuietPlace = { readonly host: string; readonly port: number; readonly end: () => void };

/**
 * Where nobody listens, and nobody else will: the port is held at another address of this machine where it has more
 * than one, as every Linux has.
 */
async function quietPlace(): Promise<QuietPlace> {
  const holder = net.createServer();
  await new Promise<void>((resolve) => holder.listen(0, '127.0.0.1', resolve));
  const { port } = holder.address() as AddressInfo;
  if (process.platform === 'linux') return { host: '127.0.0.2', port, end: () => holder.close() };
  await new Promise((resolve) => holder.close(resolve));
  return { host: '127.0.0.1', port, end: () => {} };
}
