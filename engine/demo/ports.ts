// Loopback ports for the starter's services, asked by trying.

import net from 'node:net';
import { Fault } from '../ports/fault.ts';

/**
 * The first port from `first` that nobody listens on now, not one of `except`; a Fault when a hundred are all taken.
 */
export async function freePort(first: number, except: ReadonlySet<number>): Promise<number> {
  const last = Math.min(first + 100, 65_535);
  for (let port = first; port <= last; port += 1) {
    if (!except.has(port) && (await isFree(port))) return port;
  }
  throw new Fault('spawn-failed', `no port from ${first} to ${last} of 127.0.0.1 is free`, {
    retry: 'later',
    hint: 'stop some of the programs that listen there',
  });
}

/** Asked by listening, as the service will: a connection that is refused would also be what a firewall says. */
export function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = net.createServer();
    server.once('error', () => resolve(false));
    server.listen({ host: '127.0.0.1', port, exclusive: true }, () => server.close(() => resolve(true)));
  });
}
