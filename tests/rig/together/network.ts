// A machine of its own for one controller, as far as the network goes: a namespace with one cable to this one, that
// can be pulled out. Needs root and iproute2; says why not where they are missing. `end` leaves no namespace and no
// link behind.

import { execFileSync, spawnSync } from 'node:child_process';

export type Machine = {
  /** What a command line begins with, so that it runs over there. */
  readonly enter: readonly string[];
  /** The address on this side of the cable. */
  readonly host: string;
  unplug(): void;
  plug(): void;
  end(): void;
};

/** Why there can be none here; null where there can. */
export function whyNoMachines(): string | null {
  if (process.platform !== 'linux') return 'network namespaces are a thing of Linux';
  const probe = `tgp${process.pid}`;
  const made = spawnSync('ip', ['netns', 'add', probe], { encoding: 'utf8' });
  if (made.error !== undefined) return 'iproute2 is not installed';
  if (made.status !== 0) return `no network namespace can be made: ${made.stderr.trim()}`;
  spawnSync('ip', ['netns', 'del', probe]);
  return null;
}

export function makeMachine(number: number): Machine {
  const name = `tg${process.pid}n${number}`;
  const [here, there] = [`tg${process.pid % 100_000}h${number}`, `tg${process.pid % 100_000}t${number}`];
  // Link-local, in a net that is this process's own as far as one can tell: nothing else is routed there.
  const net = `169.254.${process.pid % 250}.${(number % 60) * 4}`;
  const host = addressIn(net, 1);
  const ip = (...args: readonly string[]): void => void execFileSync('ip', args, { stdio: 'pipe' });
  ip('netns', 'add', name);
  try {
    ip('link', 'add', here, 'type', 'veth', 'peer', 'name', there);
    ip('link', 'set', there, 'netns', name);
    ip('addr', 'add', `${host}/30`, 'dev', here);
    ip('link', 'set', here, 'up');
    ip('-n', name, 'addr', 'add', `${addressIn(net, 2)}/30`, 'dev', there);
    ip('-n', name, 'link', 'set', there, 'up');
    ip('-n', name, 'link', 'set', 'lo', 'up');
  } catch (cause) {
    spawnSync('ip', ['netns', 'del', name]);
    throw cause;
  }
  return {
    enter: ['ip', 'netns', 'exec', name],
    host,
    unplug: () => ip('link', 'set', here, 'down'),
    plug: () => ip('link', 'set', here, 'up'),
    end: () => {
      spawnSync('ip', ['link', 'del', here]);
      spawnSync('ip', ['netns', 'del', name]);
    },
  };
}

function addressIn(net: string, add: number): string {
  const parts = net.split('.').map(Number);
  return [...parts.slice(0, 3), (parts[3] ?? 0) + add].join('.');
}
