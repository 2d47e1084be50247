// `tidegate serve`: pages and JSON over HTTP, until it is stopped. It only looks.

import { serveJson } from '../../contract/serve.ts';
import { type Context, shown } from '../context.ts';
import type { Given } from '../declaration.ts';
import { usage } from '../failure.ts';
import { hanging } from '../text/line.ts';

const LISTEN = '127.0.0.1:7180';
const LOOPBACK = ['127.0.0.1', 'localhost', '::1'];

export async function serve(context: Context, given: Given): Promise<number> {
  const { host, port } = addressOf(given.text('listen') ?? LISTEN);
  const names = given.texts('host').map(nameOf);
  const repo = await context.repo();
  const { state, at, wiring } = context;
  return await wiring.serve({ repo, state, at, host, port, hosts: [...LOOPBACK, ...names] }, (url) =>
    context.print([hanging(2, url, '  ', shown(repo))], serveJson(url, shown(repo))),
  );
}

/** Only this machine: the pages ask nobody who they are. */
function addressOf(text: string): { readonly host: string; readonly port: number } {
  const [, host, digits] = /^(127\.0\.0\.1|localhost|\[::1\]):([0-9]{1,5})$/.exec(text) ?? [];
  const port = Number(digits);
  if (host === undefined || port > 65_535) {
    throw usage(
      `--listen ${JSON.stringify(text)} is not an address of this machine alone`,
      'such as 127.0.0.1:7180; the pages know no sign-in: for others put a proxy in front that has one, and name it with --host',
    );
  }
  return { host: host.replace(/[[\]]/g, ''), port };
}

function nameOf(text: string): string {
  if (/^[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?$/i.test(text)) return text.toLowerCase();
  throw usage(`--host ${JSON.stringify(text)} is not the name of a host`, 'without port, such as tidegate.example.org');
}
