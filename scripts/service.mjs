#!/usr/bin/env node
// The small web service that the starter deploys: `node scripts/service.mjs LIVE PORT`.
//
// LIVE is the folder that a `files` target fills. The service reads LIVE/current/services/web.yaml again for every request,
// so it shows a release the moment the symlink is switched, and needs no restart.
//
//   /         a page: environment, release, greeting, health
//   /health   200 {"status":"ok"} or 503 {"status":"failing"}, with the release and the reason
//   /config   the configuration that is live

import { readFile, readlink } from 'node:fs/promises';
import { createServer } from 'node:http';
import { connect } from 'node:net';
import path from 'node:path';
import process from 'node:process';

const [live, port] = process.argv.slice(2);
if (live === undefined || !/^\d+$/.test(port ?? '')) {
  console.error('usage: node scripts/service.mjs LIVE PORT');
  process.exit(64);
}
const environment = path.basename(path.resolve(live));

const server = createServer((request, response) => {
  answer(request).then(
    ({ status, type, body }) => {
      response.writeHead(status, { 'content-type': `${type}; charset=utf-8`, 'cache-control': 'no-store' });
      response.end(request.method === 'HEAD' ? undefined : body);
    },
    (error) => {
      response.writeHead(500, { 'content-type': 'text/plain; charset=utf-8' });
      response.end(`${error.message}\n`);
    },
  );
});

async function answer(request) {
  const { pathname } = new URL(request.url ?? '/', 'http://localhost');
  const release = await readRelease();
  if (pathname === '/config') return json(200, release.config);
  const { status, reason } = await health(release);
  if (pathname === '/health') {
    return json(status === 'ok' ? 200 : 503, { status, environment, release: release.name, reason });
  }
  if (pathname === '/') {
    return { status: 200, type: 'text/html', body: page(release, status, reason) };
  }
  return { status: 404, type: 'text/plain', body: 'there are /, /health and /config\n' };
}

function json(status, value) {
  return { status, type: 'application/json', body: `${JSON.stringify(value)}\n` };
}

/** The release that `current` points at. Its folder is read by name, so that one answer never mixes two releases. */
async function readRelease() {
  try {
    const folder = await readlink(path.join(live, 'current'));
    const file = path.resolve(live, folder, 'services', 'web.yaml');
    return { name: path.basename(folder), config: flatYaml(await readFile(file, 'utf8')), reason: null };
  } catch (error) {
    const reason =
      error.code === 'ENOENT' ? 'nothing is deployed here yet' : `cannot read the release: ${error.message}`;
    return { name: null, config: {}, reason };
  }
}

/** `key: value` lines; comments, empty lines and quotes as in YAML. Lists and maps are not for this service. */
function flatYaml(text) {
  const config = Object.create(null);
  for (const line of text.split('\n')) {
    const match = /^([A-Za-z_][\w-]*):[ \t]*(.*)$/.exec(line);
    if (match === null) continue;
    const [, key, rest] = match;
    const quoted = /^"((?:[^"\\]|\\.)*)"|^'((?:[^']|'')*)'/.exec(rest);
    if (quoted === null) config[key] = rest.replace(/(^|\s)#.*$/, '').trim();
    else config[key] = quoted[1] === undefined ? quoted[2].replaceAll("''", "'") : quoted[1].replace(/\\(.)/g, '$1');
  }
  return config;
}

async function health({ config, reason }) {
  if (reason !== null) return { status: 'failing', reason };
  const database = config.database ?? '';
  if (database === 'memory://') return { status: 'ok', reason: null };
  const address = /^tcp:\/\/([^/:]+):(\d+)$/.exec(database);
  if (address === null) return { status: 'failing', reason: `no driver for the database ${database || '(none)'}` };
  const refusal = await knock(address[1], Number(address[2]));
  return refusal === null
    ? { status: 'ok', reason: null }
    : { status: 'failing', reason: `the database ${database} does not answer: ${refusal}` };
}

/** Null when something accepts the connection, else why not. */
function knock(host, number) {
  return new Promise((resolve) => {
    const socket = connect({ host, port: number });
    const done = (why) => {
      socket.destroy();
      resolve(why);
    };
    socket.setTimeout(1_000, () => done('no answer within a second'));
    socket.once('connect', () => done(null));
    socket.once('error', (error) => done(error.code ?? error.message));
  });
}

function page(release, status, reason) {
  const colour = /^([a-z]+|#[0-9a-f]{6})$/.test(release.config.colour ?? '') ? release.config.colour : 'slategray';
  const greeting = release.config.greeting ?? 'Waiting for the first release';
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta http-equiv="refresh" content="2">
<title>${escapeHtml(environment)}: ${escapeHtml(greeting)}</title>
<style>
  body { margin: 0; min-height: 100vh; display: grid; place-items: center; background: ${colour}; color: #222; font: 1rem/1.5 system-ui, sans-serif; }
  main { background: #fff; border-radius: .75rem; padding: 2rem 2.5rem; max-width: 36rem; box-shadow: 0 1rem 3rem #0004; }
  h1 { margin: 0 0 1rem; font-size: 2rem; line-height: 1.2; }
  dl { display: grid; grid-template-columns: max-content 1fr; gap: .25rem 1.25rem; margin: 0; }
  dt { color: #666; } dd { margin: 0; overflow-wrap: anywhere; }
  .ok { color: #1b7f3b; } .failing { color: #b3261e; }
</style>
<main>
  <h1>${escapeHtml(greeting)}</h1>
  <dl>
    <dt>environment</dt><dd>${escapeHtml(environment)}</dd>
    <dt>release</dt><dd>${escapeHtml(release.name ?? 'none yet')}</dd>
    <dt>health</dt><dd class="${status}">${status}${reason === null ? '' : ` – ${escapeHtml(reason)}`}</dd>
  </dl>
</main>
</html>
`;
}

function escapeHtml(text) {
  return String(text).replace(/[&<>"']/g, (char) => `&#${char.charCodeAt(0)};`);
}

server.on('error', (error) => {
  const hint =
    error.code === 'EADDRINUSE'
      ? `port ${port} is taken: change PORT in environments/${environment}/environment.yaml`
      : error.message;
  console.error(`${environment}: ${hint}`);
  process.exit(1);
});
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => process.exit(0));
server.listen(Number(port), '127.0.0.1', () => console.log(`${environment}: http://127.0.0.1:${port}`));
