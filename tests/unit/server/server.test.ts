// The face over HTTP says what the command line says, to those who ask for it by its own name, and nothing in a name
// becomes markup.

import { describe, expect, test } from 'vitest';
import { Fault } from '../../../engine/ports/fault.ts';
import { openServer } from '../../../engine/server/server.ts';
import { type FakeRepository, fakeCommands } from '../../support/fake-commands.ts';
import { tidegate } from '../../support/fake-wiring.ts';
import { instant, officeHours, Story } from '../../support/observed-builders.ts';

const SATURDAY = instant('2026-11-21 20:00');
const gated = () => new Story().gatedBy(officeHours()).at('2026-11-19 09:00').deployed('v1.4.1').offers('v1.4.2');
const repository = (): FakeRepository => ({ stories: [gated()], now: SATURDAY });

async function serverOf(given: FakeRepository = repository()) {
  return await openServer({ openCommands: async () => fakeCommands(given), at: null, hosts: ['localhost'] });
}

async function asked(url: string, headers: Readonly<Record<string, string>> = {}, given = repository()) {
  const server = await serverOf(given);
  return await server.inject({ url, headers: { host: 'localhost:7180', ...headers } });
}

const SAME: readonly (readonly [url: string, line: string])[] = [
  ['/api/v1/status', 'status --json'],
  ['/api/v1/status?environment=production', 'status production --json'],
  ['/api/v1/why?environment=production', 'why production --json'],
  ['/api/v1/why?environment=production&version=v1.4.1', 'why production v1.4.1 --json'],
  ['/api/v1/when?version=v1.4.2', 'when v1.4.2 --json'],
  ['/api/v1/when?version=v1.4.2&environment=production', 'when v1.4.2 production --json'],
  ['/api/v1/history', 'history --json'],
  ['/api/v1/history?environment=production&limit=1', 'history production --limit 1 --json'],
  ['/api/v1/runs/production-1', 'show production-1 --json'],
  ['/api/v1/plan?environment=production', 'plan production --json'],
];
const EMPTY: FakeRepository = { stories: [new Story()], now: SATURDAY };

describe('the API', () => {
  test.each(SAME)('%s answers what `%s` prints', async (url, line) => {
    const { out } = await tidegate(line, { commands: fakeCommands(repository()) });
    const answer = await asked(url);
    expect(answer.statusCode).toBe(200);
    expect(answer.json()).toEqual(JSON.parse(out));
    expect(answer.headers['tidegate-now']).toBe('2026-11-21T20:00:00Z');
  });

  test('says so of a repository in which nothing ever ran, too', async () => {
    const { out } = await tidegate('status --json', { commands: fakeCommands(EMPTY) });
    expect((await asked('/api/v1/status', {}, EMPTY)).json()).toEqual(JSON.parse(out));
  });

  test('sends an answer again only where it reads differently', async () => {
    const first = await asked('/api/v1/status');
    const again = await asked('/api/v1/status', { 'if-none-match': String(first.headers['etag']) });
    expect([again.statusCode, again.body]).toEqual([304, '']);
  });

  test.each([
    ['/api/v1/why?environment=nowhere', 404, 'there is no environment nowhere'],
    ['/api/v1/why', 400, 'which environment?'],
    ['/api/v1/why?environment=production&version=v9.9.9', 404, 'there is no tag, branch or commit v9.9.9'],
    ['/api/v1/status?environmnet=production', 400, 'there is no parameter'],
    ['/api/v1/status?environment=a&environment=b', 400, 'environment cannot be read'],
    ['/api/v1/history?limit=-1', 400, 'limit is not a number'],
    ['/api/v1/runs/production-99', 404, 'there is no run production-99'],
    ['/api/v1/runs/--upload-pack=x', 404, 'is not the name of a run'],
    ['/api/v1/nothing', 404, 'there is no such page'],
    ['/static/../server.ts', 404, 'there is no such page'],
    ['/static/%2e%2e%2fpackage.json', 404, 'there is no such page'],
    ['/api/v1/runs/%ff', 400, 'cannot be read'],
  ])('%s is refused with %d', async (url, status, sentence) => {
    const answer = await asked(url);
    expect(answer.statusCode).toBe(status);
    expect(answer.headers['content-type']).toContain('application/problem+json');
    expect(answer.json().title).toContain(sentence);
  });

  test('says what the world refused, and never what a defect was', async () => {
    const failing = async (error: Error) => {
      const openCommands = async () => await Promise.reject(error);
      const server = await openServer({ openCommands, at: null, hosts: ['localhost'] });
      return await server.inject({ url: '/api/v1/status', headers: { host: 'localhost' } });
    };
    const fault = await failing(
      new Fault('remote-unreachable', 'the remote is away', { retry: 'later', hint: 'wait' }),
    );
    expect([fault.statusCode, fault.json().title, fault.headers['retry-after']]).toEqual([
      503,
      'the remote is away',
      '5',
    ]);
    const defect = await failing(new Error('password=hunter2'));
    expect([defect.statusCode, defect.body.includes('hunter2')]).toEqual([500, false]);
  });
});

describe('hostile requests', () => {
  test('a page elsewhere whose name leads here is not answered', async () => {
    for (const host of ['evil.example', 'localhost.evil.example', '127.0.0.1.nip.io:7180']) {
      expect((await asked('/api/v1/status', { host })).statusCode).toBe(421);
    }
  });

  test('nothing can be changed: no method but looking is known', async () => {
    const server = await serverOf();
    for (const method of ['POST', 'PUT', 'PATCH', 'DELETE'] as const) {
      for (const url of ['/', '/api/v1/status', '/runs/production-1']) {
        const headers = { host: 'localhost', 'content-type': 'text/plain' };
        expect((await server.inject({ method, url, headers, payload: 'x' })).statusCode).toBe(404);
      }
    }
  });

  test('no answer may be framed, sniffed, or run a script', async () => {
    for (const url of ['/', '/api/v1/status', '/nothing', '/static/tidegate.css', '/runs/%ff']) {
      const { headers } = await asked(url);
      expect(headers['content-security-policy']).toContain("default-src 'none'");
      expect(headers['content-security-policy']).toContain("frame-ancestors 'none'");
      expect(headers['x-content-type-options']).toBe('nosniff');
      expect(headers['access-control-allow-origin']).toBeUndefined();
    }
  });

  test('a crowd is told to come again', async () => {
    const opened = Promise.withResolvers<void>();
    const openCommands = async () => {
      await opened.promise;
      return fakeCommands(repository());
    };
    const server = await openServer({ openCommands, at: null, hosts: ['localhost'] });
    const all = Array.from({ length: 40 }, () =>
      server.inject({ url: '/api/v1/status', headers: { host: 'localhost' } }),
    );
    expect((await Promise.race(all)).statusCode).toBe(503);
    opened.resolve();
    const codes = (await Promise.all(all)).map(({ statusCode }) => statusCode);
    expect(codes.filter((code) => code === 200)).toHaveLength(34);
    expect(codes.filter((code) => code === 503)).toHaveLength(6);
  });
});

describe('pages', () => {
  test('show the sentences that the command line prints with --json', async () => {
    const { out } = await tidegate('why production --json', { commands: fakeCommands(repository()) });
    const why: { sentence: string; rules: { sentence: string }[] } = JSON.parse(out);
    const page = (await asked('/environments/production')).body;
    for (const { sentence } of [why, ...why.rules]) expect(page).toContain(sentence);
    const { out: status } = await tidegate('status --json', { commands: fakeCommands(repository()) });
    expect((await asked('/')).body).toContain(JSON.parse(status).environments[0].sentence);
    expect((await asked('/runs/production-1')).body).toContain('production-1');
  });

  test('say no as a page to a person', async () => {
    const page = await asked('/environments/nowhere', { accept: 'text/html' });
    expect([page.statusCode, page.headers['content-type']]).toEqual([404, 'text/html; charset=utf-8']);
    expect(page.body).toContain('there is no environment nowhere');
  });

  test('let no name become markup', async () => {
    const bad = '<script>alert(1)</script>"onload=\'x';
    const page = await asked(`/environments/${encodeURIComponent(bad)}`, { accept: 'text/html' });
    expect(page.body).not.toContain('<script');
    expect(page.body).toContain('&lt;script&gt;alert(1)&lt;/script&gt;&quot;onload=&#39;x');
  });
});
