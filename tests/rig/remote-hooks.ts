// Hooks of the remote. One writes down every value that a ledger ref ever took there: the witness of what was acknowledged.
// The others kill the `git receive-pack` that runs them, as often as they are armed to: before it has moved any ref, between
// two refs, or after all of them and before its answer. None of them holds the lock of a ref in that moment.

import { chmodSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';

export const MOMENTS = ['pre-receive', 'update', 'post-receive'] as const;
export type Moment = (typeof MOMENTS)[number];

export type RemoteHooks = {
  /** The next push that comes to that moment is killed there. `refs`: how many refs an `update` lets pass before. */
  arm(moment: Moment, refs?: number): void;
  disarm(): void;
  /** How many armed kills were spent since the last `disarm`. */
  spent(): number;
  /** Every value that a ledger ref took, in order: the commit and the ref. */
  moves(): readonly { readonly oid: string; readonly ref: string }[];
};

export function installHooks(repository: string, folder: string): RemoteHooks {
  mkdirSync(folder);
  const log = path.join(folder, 'moves');
  const armed = (moment: Moment) => path.join(folder, `armed-${moment}`);
  const spent = path.join(folder, 'spent');
  writeFileSync(log, '');
  const hook = (name: string, lines: readonly string[]) => {
    const file = path.join(repository, 'hooks', name);
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, `#!/bin/sh\n${lines.join('\n')}\nexit 0\n`);
    chmodSync(file, 0o755);
  };
  hook('reference-transaction', [
    '[ "$1" = committed ] || exit 0',
    'while read -r old new ref; do',
    `  case "$new $ref" in 0000*) ;; *" refs/heads/tidegate/"*) echo "$new $ref" >> '${log}';; esac`,
    'done',
  ]);
  for (const moment of MOMENTS) {
    const file = armed(moment);
    hook(moment, [
      `left=$(cat '${file}' 2>/dev/null) || exit 0`,
      `if [ "$left" -gt 0 ]; then echo $((left - 1)) > '${file}'; exit 0; fi`,
      `rm '${file}' && echo ${moment} >> '${spent}' && kill -9 $PPID`,
    ]);
  }
  return {
    arm: (moment, refs = 0) => writeFileSync(armed(moment), `${moment === 'update' ? refs : 0}\n`),
    disarm: () => {
      for (const file of [...MOMENTS.map(armed), spent]) rmSync(file, { force: true });
    },
    spent: () => (existsSync(spent) ? readFileSync(spent, 'utf8').split('\n').length - 1 : 0),
    moves: () =>
      readFileSync(log, 'utf8')
        .split('\n')
        .flatMap((line) => {
          const [oid, ref] = line.split(' ');
          return oid === undefined || ref === undefined ? [] : [{ oid, ref }];
        }),
  };
}
