// The `tcp` step: can a connection be opened? Nothing is sent.

import net from 'node:net';
import { formatDuration } from '../../base/duration.ts';
import type { Performer } from '../../ports/runner.ts';
import { pollUntil } from '../poll-until.ts';
import type { Door } from './kind.ts';

export const perform: Performer<Door> = async (work, _place, context) => {
  const where = `${net.isIPv6(work.host) ? `[${work.host}]` : work.host}:${work.port}`;
  const last = await pollUntil(work, context, async (signal) => {
    await connect(work.host, work.port, signal);
    return { good: true, sentence: 'accepted a connection' };
  });
  if (last.good)
    return { outcome: 'succeeded', sentence: `${where} accepted a connection after ${formatDuration(last.tookMs)}` };
  const tries = last.tries === 1 ? 'in one try' : `in ${last.tries} tries over ${formatDuration(last.tookMs)}`;
  return { outcome: 'failed', sentence: `${where} accepted no connection ${tries}: ${last.sentence}` };
};

function connect(host: string, port: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = net.connect({ host, port, signal } as net.NetConnectOpts);
    socket.once('connect', () => {
      socket.destroy();
      resolve();
    });
    socket.once('error', reject);
  });
}
