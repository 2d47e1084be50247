// The way to the remote, that can be taken down and put up again at the same address: a listener that passes bytes
// on. While it is down nothing listens there, and whatever was under way is cut, as when a server is switched off.

import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';

export type Gate = {
  readonly origin: string;
  isUp(): boolean;
  down(): Promise<void>;
  up(): Promise<void>;
};

export async function openGate(target: string): Promise<Gate> {
  const sockets = new Set<Socket>();
  const behind = Number(new URL(target).port);
  let server: Server | null = null;
  let port = 0;
  const hold = (socket: Socket) => {
    sockets.add(socket);
    socket.on('error', () => socket.destroy());
    socket.on('close', () => sockets.delete(socket));
  };
  const up = async () => {
    if (server !== null) return;
    const opened = createServer((near) => {
      const far = connect(behind, '127.0.0.1');
      hold(near);
      hold(far);
      near.on('close', () => far.destroy());
      far.on('close', () => near.destroy());
      near.pipe(far);
      far.pipe(near);
    });
    await new Promise<void>((resolve, reject) => {
      opened.once('error', reject);
      opened.listen(port, '127.0.0.1', resolve);
    });
    port = (opened.address() as AddressInfo).port;
    server = opened;
  };
  await up();
  return {
    origin: `http://127.0.0.1:${port}`,
    isUp: () => server !== null,
    up,
    down: async () => {
      const closing = server;
      if (closing === null) return;
      server = null;
      const closed = new Promise<void>((resolve) => closing.close(() => resolve()));
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}
