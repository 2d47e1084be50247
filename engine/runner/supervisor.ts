// The small process that jobs live under: a program of its own, one per controller, started by supervisor-link.ts.
// Its law: when the controller is gone (the pipe of orders closes, also after kill -9), when an environment's lease
// runs out, when asked, or when time is over, the whole tree of the jobs concerned is ended. It decides nothing else,
// imports nothing heavy (it must start in well under 100 ms) and never waits for the controller to read.

import { flushCompileCache } from 'node:module';
import net from 'node:net';
import path from 'node:path';
import { stoppedBefore, stoppedEnding, unstarted } from './endings.ts';
import { JOB_MARK, openJobJournal, outliveJobsOf, SUPERVISOR_MARK } from './job-journal.ts';
import { watchLeases } from './leases.ts';
import { openOutputChannels } from './output-channel.ts';
import { decodeOrder, encodeLine, lineReader, type Order, type Report, type StartOrder } from './protocol.ts';
import { type SupervisedJob, superviseJob } from './supervised-job.ts';

/** The descriptor of the pipe that reports go up; 0 is where orders come down. */
const REPORTS = 3;
/** When the compiled program is written to the cache: later than the first jobs, sooner than most kills. */
const CACHE_MS = 500;

async function supervise(stateDirectory: string, nonce: string): Promise<void> {
  // A service manager that stops all of a unit's processes asks the controller too, whose end is the one that counts
  // here: until then its jobs need someone to watch them.
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, () => {});
  const reports = new net.Socket({ fd: REPORTS, readable: false, writable: true });
  // A controller that is gone cannot be told; that it is gone is learnt from the orders' end.
  reports.on('error', () => {});
  const report = (message: Report): void => void reports.write(encodeLine(message));

  const journalFile = path.join(stateDirectory, 'runner', 'jobs');
  const orders: Order[] = [];
  let take = (order: Order): void => void orders.push(order);
  const controllerGone = new Promise<void>((resolve) => {
    const input = new net.Socket({ fd: 0, readable: true, writable: false }).setEncoding('utf8');
    input.on(
      'data',
      lineReader((line) => take(decodeOrder(line))),
    );
    for (const event of ['end', 'error', 'close'] as const) input.once(event, () => resolve());
  });

  await outliveJobsOf(journalFile);
  const journal = openJobJournal(journalFile, nonce);
  const channels = openOutputChannels(path.join(stateDirectory, 'runner', 'output'));
  const jobs = new Map<string, SupervisedJob>();
  const leases = watchLeases((environment) => {
    for (const job of jobs.values()) if (job.environment === environment) job.stop('lease-expired');
  });

  const queue: StartOrder[] = [];
  let slots = 1;
  const admit = (): void => {
    while (jobs.size < slots) {
      const next = queue.shift();
      if (next === undefined) return;
      start(next);
    }
  };
  const start = (order: StartOrder): void => {
    if (leases.expired(order.environment)) {
      report({ type: 'ended', id: order.id, ending: unstarted(stoppedEnding('lease-expired', 0, 0)) });
      return;
    }
    const job = superviseJob(order, { [JOB_MARK]: order.id, [SUPERVISOR_MARK]: nonce }, channels);
    jobs.set(order.id, job);
    if (job.pid !== null) {
      journal.started(order.id, job.pid, order.graceMs);
      report({ type: 'started', id: order.id, pid: job.pid });
    }
    void job.ended.then((ending) => {
      jobs.delete(order.id);
      journal.ended(order.id);
      // First the next job, then the news: nobody waits for the news as long as the next job would.
      admit();
      report({ type: 'ended', id: order.id, ending });
    });
  };
  const stop = (id: string, why: 'cancelled' | 'lease-lost'): void => {
    jobs.get(id)?.stop(why);
    const index = queue.findIndex((order) => order.id === id);
    if (index === -1) return;
    queue.splice(index, 1);
    report({ type: 'ended', id, ending: stoppedBefore(why) });
  };
  take = (order) => {
    switch (order.type) {
      case 'start':
        queue.push(order);
        break;
      case 'slots':
        slots = order.jobs;
        break;
      case 'stop':
        return stop(order.id, order.why);
      case 'renew':
        return leases.renew(order.environment, order.until);
    }
    admit();
  };
  orders.forEach(take);
  // Not now: the first jobs are waiting.
  setTimeout(flushCompileCache, CACHE_MS).unref();

  await controllerGone;
  take = () => {};
  queue.length = 0;
  const ending = [...jobs.values()];
  for (const job of ending) job.stop('controller-gone');
  await Promise.all(ending.map((job) => job.ended));
  leases.close();
  channels.close();
  journal.close();
  reports.end(() => process.exit(0));
  // The last reports are worth little more than a moment where nobody reads them.
  setTimeout(() => process.exit(0), 100);
}

const [, , stateDirectory, nonce] = process.argv;
if (stateDirectory === undefined || nonce === undefined) {
  console.error(
    'This program belongs to the controller of Tidegate, which starts it itself: supervisor STATE-FOLDER NONCE',
  );
  process.exit(64);
}
await supervise(stateDirectory, nonce);
