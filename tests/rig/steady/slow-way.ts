// A way to the remote that can be made long: every piece of every stream arrives so much later. Order is kept,
// nothing is lost.

import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { Transform } from 'node:stream';

export type SlowWay = {
  readonly origin: string;
  /** 0: at once. */
  delay(ms: number): void;
  close(): Promise<void>;
};

export async function openSlowWay(target: string): Promise<SlowWay> {
  const sockets = new Set<Socket>();
  const behind = Number(new URL(target).port);
  let delayMs = 0;
  const hold = (socket: Socket): void => {
    sockets.add(socket);
    socket.on('error', () => socket.destroy());
    socket.on('close', () => sockets.delete(socket));
  };
  const late = (): Transform =>
    new Transform({
      transform: (piece: Buffer, _encoding, done) => {
        if (delayMs === 0) done(null, piece);
        else setTimeout(() => done(null, piece), delayMs);
      },
    });
  const server = createServer((near) => {
    const far = connect(behind, '127.0.0.1');
    hold(near);
    hold(far);
    near.on('close', () => far.destroy());
    far.on('close', () => near.end());
    near.pipe(late()).pipe(far);
    far.pipe(late()).pipe(near);
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    delay(ms) {
      delayMs = ms;
    },
    async close() {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}
