// One controller's way to the remote: a listener that passes bytes on, until it is cut. A cut way is a silent one:
// what was connected stays connected, what connects again is taken, and nothing is heard from the other side, as
// behind a dead switch.

import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

export type Way = {
  readonly origin: string;
  /** Bytes that went to the remote so far: whether somebody still asks it. */
  asked(): number;
  cut(): void;
  repair(): void;
  close(): Promise<void>;
};

export async function openWay(target: string, host: string): Promise<Way> {
  const sockets = new Set<Socket>();
  const behind = Number(new URL(target).port);
  let isCut = false;
  let askedBytes = 0;
  const hold = (socket: Socket): void => {
    sockets.add(socket);
    socket.on('error', () => socket.destroy());
    socket.on('close', () => sockets.delete(socket));
  };
  const pass = (from: Socket, to: Socket): void => {
    from.on('data', (bytes) => {
      if (!isCut) to.write(bytes);
    });
    from.on('close', () => {
      if (!isCut) to.end();
    });
  };
  const server = createServer((near) => {
    hold(near);
    if (isCut) return;
    const far = connect(behind, '127.0.0.1');
    hold(far);
    near.on('data', (bytes) => {
      if (!isCut) askedBytes += bytes.length;
    });
    pass(near, far);
    pass(far, near);
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, host, resolve);
  });
  const dropAll = (): void => {
    for (const socket of sockets) socket.destroy();
  };
  return {
    origin: `http://${host}:${(server.address() as AddressInfo).port}`,
    asked: () => askedBytes,
    cut() {
      isCut = true;
    },
    repair() {
      // What was swallowed is lost for good: no stream may go on as if nothing were missing.
      dropAll();
      isCut = false;
    },
    async close() {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      dropAll();
      await closed;
    },
  };
}
