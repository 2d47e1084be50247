// Loopback ports for the starter's services: the wanted one where it is free, else the next that is.

import net from 'node:net';

/** A port that nobody listens on now, not one of `except`; throws when the next hundred are all taken. */
export async function freePort(wanted: number, except: ReadonlySet<number> = new Set()): Promise<number> {
  const last = Math.min(wanted + 100, 65_535);
  for (let port = wanted; port <= last; port += 1) {
    if (!except.has(port) && (await isFree(port))) return port;
  }
  throw new Error(`no port from ${wanted} to ${last} is free on 127.0.0.1`);
}

/** Asked by listening, as the service will: a connection that is refused would also be what a firewall says. */
export function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = net.createServer();
    server.once('error', () => resolve(false));
    server.listen({ host: '127.0.0.1', port, exclusive: true }, () => server.close(() => resolve(true)));
  });
}
