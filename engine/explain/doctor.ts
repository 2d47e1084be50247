// From what was found out about the world to the checks of `tidegate doctor`. Pure: it asks nothing and knows no
// clock. What cannot be known is `unknown` and says how to make sure; nothing is called right because nobody looked.

import type { LedgerHost, MachineFindings, Reached } from '../model/findings.ts';
import { GIT_FOR_MERGES, GIT_NEEDED, isGitAtLeast, sayGit } from '../model/git-versions.ts';
import { CLOCK_SKEW_MS_MAX } from '../reconcile/clock.ts';

export type Checked = {
  readonly name: string;
  readonly status: 'ok' | 'warning' | 'failed' | 'unknown';
  readonly sentence: string;
  /** What to do; empty only where it is `ok`. */
  readonly hint: string;
};

export function ok(name: string, sentence: string): Checked {
  return { name, status: 'ok', sentence, hint: '' };
}

export function notOk(name: string, status: Exclude<Checked['status'], 'ok'>, sentence: string, hint: string): Checked {
  return { name, status, sentence, hint };
}

const NODE_MAJOR = 26;

export function judgeGit(version: readonly [number, number] | null): Checked {
  if (version === null)
    return notOk('git', 'failed', 'git cannot be started', `install ${sayGit(GIT_FOR_MERGES)} or later`);
  const said = sayGit(version);
  if (!isGitAtLeast(version, GIT_NEEDED))
    return notOk(
      'git',
      'failed',
      `${said} is too old: ${GIT_NEEDED.join('.')} is needed`,
      `install ${sayGit(GIT_FOR_MERGES)} or later`,
    );
  if (!isGitAtLeast(version, GIT_FOR_MERGES))
    return notOk(
      'git',
      'warning',
      `${said} cannot merge without a work tree: a rollback beside newer commits always takes a branch`,
      `install ${sayGit(GIT_FOR_MERGES)} or later`,
    );
  return ok('git', said);
}

const MEBIBYTE = 1024 * 1024;
const GIBIBYTE = 1024 * MEBIBYTE;
/** Below the first nothing starts for long; below the second one large version may fill the disk. */
const BYTES_MIN = 100 * MEBIBYTE;
const BYTES_WANTED = GIBIBYTE;
const INODES_MIN = 1_000;
const INODES_WANTED = 50_000;

export function judgeMachine({ node, zones, state }: MachineFindings): readonly Checked[] {
  const major = Number(node.split('.')[0]);
  return [
    major >= NODE_MAJOR
      ? ok('node', `Node ${node}${zones === undefined ? '' : `, which knows the time zones of release ${zones}`}`)
      : notOk(
          'node',
          'failed',
          `Node ${node} is too old`,
          `install Node ${NODE_MAJOR} or later, or let npm ci bring it`,
        ),
    state.refusal === null
      ? ok('state-writable', `the state folder ${state.path} can be written`)
      : notOk(
          'state-writable',
          'failed',
          `the state folder ${state.path} cannot be written (${state.refusal})`,
          'check its owner, its mode and its disk, or name another with --state',
        ),
    judgeSpace(state),
    state.heldBy === null
      ? ok('state-lock', 'no controller works in the state folder')
      : notOk(
          'state-lock',
          'warning',
          `a controller (process ${state.heldBy}) works in the state folder`,
          'right where that is your service; another controller needs a folder of its own: --state',
        ),
  ];
}

function judgeSpace({ bytesFree, inodesFree }: MachineFindings['state']): Checked {
  const name = 'state-space';
  if (bytesFree === null)
    return notOk(name, 'unknown', 'the file system of the state folder does not tell its space', 'look with `df -h`');
  const space = `${size(bytesFree)} free for the state folder`;
  const inodes = inodesFree === null ? 'its file system counts no inodes' : `${inodesFree} inodes`;
  const hint = 'remove old logs in the state folder, or move it to a larger disk; nothing recorded is lost';
  const isOut = bytesFree < BYTES_MIN || (inodesFree ?? INODES_MIN) < INODES_MIN;
  const isLow = bytesFree < BYTES_WANTED || (inodesFree ?? INODES_WANTED) < INODES_WANTED;
  if (isOut || isLow) return notOk(name, isOut ? 'failed' : 'warning', `only ${space} (${inodes})`, hint);
  return ok(name, `${space} (${inodes})`);
}

function size(bytes: number): string {
  return bytes < GIBIBYTE ? `${Math.floor(bytes / MEBIBYTE)} MiB` : `${Math.floor(bytes / GIBIBYTE)} GiB`;
}

const SLOW_MS = 5_000;

export function judgeReach(reached: Reached): readonly Checked[] {
  if (reached.type === 'failed')
    return [
      notOk('remote', 'failed', reached.sentence, reached.hint),
      notOk('clock', 'unknown', 'the remote told no time', 'fix what the check of the remote says first'),
    ];
  const { tookMs, shown, clockSkewMs } = reached;
  const answered = `${shown} answered in ${tookMs} ms`;
  return [
    tookMs <= SLOW_MS
      ? ok('remote', answered)
      : notOk(
          'remote',
          'warning',
          answered,
          'check the network and the load of the Git host; every look takes as long',
        ),
    judgeClock(clockSkewMs),
  ];
}

function judgeClock(skewMs: number | null): Checked {
  const keep = 'keep it right by NTP: `timedatectl` says whether it is';
  if (skewMs === null)
    return notOk('clock', 'unknown', 'this transport tells no time of the remote to compare with', keep);
  // A date in a header has whole seconds.
  const seconds = Math.round(Math.abs(skewMs) / 1_000);
  const said = `this clock is ${seconds} s ${skewMs < 0 ? 'ahead of' : 'behind'} the remote's`;
  if (Math.abs(skewMs) > CLOCK_SKEW_MS_MAX)
    return notOk('clock', 'failed', `${said}: beyond five minutes nothing new starts`, keep);
  return seconds > 30 ? notOk('clock', 'warning', said, keep) : ok('clock', said);
}

export function judgeLedgerHost(host: LedgerHost, namespace: string): readonly Checked[] {
  return [judgePush(host, namespace), judgeRoom(host, namespace), judgeProtection(host, namespace), judgeFsync(host)];
}

function judgePush({ push }: LedgerHost, namespace: string): Checked {
  const name = 'ledger-writable';
  if (push.type === 'refused') return notOk(name, 'failed', push.sentence, push.hint);
  return ok(
    name,
    `the remote lets this user begin a push to ${short(namespace)}/* (rules of the server speak only when one arrives)`,
  );
}

function judgeRoom({ blockedBy }: LedgerHost, namespace: string): Checked {
  const name = 'ledger-room';
  if (blockedBy === null) return ok(name, `no branch stands in the way of ${short(namespace)}/*`);
  return notOk(
    name,
    'failed',
    `a branch named ${short(blockedBy)} stands where the ledger ${short(namespace)}/<environment> has to be`,
    'rename or delete that branch, or name another place in tidegate.yaml: `ledger: { namespace: refs/heads/… }`',
  );
}

function judgeProtection({ settings }: LedgerHost, namespace: string): Checked {
  const name = 'ledger-protected';
  const refs = `${short(namespace)}/*`;
  if (settings === null)
    return notOk(
      name,
      'unknown',
      `a server does not tell git whether ${refs} may be rewritten or deleted`,
      `protect ${refs} there against force-pushes and deletion; on a plain Git server set receive.denyNonFastForwards and receive.denyDeletes`,
    );
  const missing = [
    ...(settings.denyNonFastForwards ? [] : ['receive.denyNonFastForwards']),
    ...(settings.denyDeletes ? [] : ['receive.denyDeletes']),
  ];
  if (missing.length === 0) return ok(name, `${settings.folder} refuses rewritten and deleted refs`);
  const commands = missing.map((key) => `git -C ${settings.folder} config ${key} true`).join('; ');
  return notOk(name, 'warning', `${refs} may be rewritten or deleted: ${missing.join(' and ')} not set`, commands);
}

function judgeFsync({ settings }: LedgerHost): Checked {
  const name = 'server-fsync';
  const why = 'else a power cut can take what was acknowledged';
  if (settings === null)
    return notOk(
      name,
      'unknown',
      'a server does not tell whether it syncs what it acknowledges',
      `on a server of your own: git config core.fsync committed; ${why}`,
    );
  const words = (settings.fsync ?? '').split(',').map((word) => word.trim());
  const isSynced = words.some((word) => ['committed', 'added', 'all'].includes(word));
  const isLoosened = words.some((word) => word.startsWith('-'));
  if (isSynced && !isLoosened) return ok(name, `core.fsync is ${settings.fsync}`);
  const said = settings.fsync === null ? 'core.fsync is not set' : `core.fsync is ${settings.fsync}`;
  return notOk(name, 'warning', said, `git -C ${settings.folder} config core.fsync committed; ${why}`);
}

function short(ref: string): string {
  return ref.replace(/^refs\/heads\//, '');
}
