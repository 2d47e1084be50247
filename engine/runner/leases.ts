// Until when each environment's jobs may run: the lease that the controller renews, kept where the jobs are.
// An environment that was never renewed has no deadline; one whose deadline has passed is told once, until renewed
// again. The clock never goes back and is the same in every process of this machine.

import os from 'node:os';

type Leases = {
  renew(environment: string, until: number): void;
  /** Was it renewed once, and is that over? */
  expired(environment: string): boolean;
  close(): void;
};

/** Longest that an expiry may go unnoticed where the machine slept and timers slept with it. */
const LOOK_MS = 1_000;

/**
 * Milliseconds. On Linux the time since boot *including sleep*: a laptop that wakes up, or a virtual machine that is
 * resumed, must find its lease expired, while performance.now() would grant it the time that it slept. Its grain is
 * 10 ms.
 */
export function leaseNow(): number {
  return process.platform === 'linux' ? os.uptime() * 1_000 : Number(process.hrtime.bigint() / 1_000_000n);
}

export function watchLeases(onExpired: (environment: string) => void): Leases {
  const deadlines = new Map<string, number>();
  const told = new Set<string>();
  let timer: NodeJS.Timeout | undefined;

  function look(): void {
    timer = undefined;
    const now = leaseNow();
    let next = Number.POSITIVE_INFINITY;
    for (const [environment, until] of deadlines) {
      if (told.has(environment)) continue;
      if (until > now) {
        next = Math.min(next, until - now);
        continue;
      }
      told.add(environment);
      onExpired(environment);
    }
    if (next < Number.POSITIVE_INFINITY) timer = setTimeout(look, Math.min(next, LOOK_MS)).unref();
  }

  return {
    renew(environment, until) {
      deadlines.set(environment, until);
      told.delete(environment);
      clearTimeout(timer);
      look();
    },
    expired: (environment) => (deadlines.get(environment) ?? Number.POSITIVE_INFINITY) <= leaseNow(),
    close() {
      clearTimeout(timer);
      deadlines.clear();
    },
  };
}
