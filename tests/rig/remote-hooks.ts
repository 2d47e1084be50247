// Hooks of the remote. One writes down every value that a ledger ref ever took there: the witness of what was
// acknowledged. The others kill the `git receive-pack` that runs them, as often as they are armed to: before it has
// moved any ref, between two refs, or after all of them and before its answer. None of them holds the lock of a ref
// in that moment. Refs that match a pattern can be refused, as a server does that protects a branch.

import { chmodSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';

export const MOMENTS = ['pre-receive', 'update', 'post-receive'] as const;
export type Moment = (typeof MOMENTS)[number];

export type RemoteHooks = {
  /** The next push that comes to that moment is killed there. `refs`: how many refs an `update` lets pass before. */
  arm(moment: Moment, refs?: number): void;
  disarm(): void;
  /** Pushes to refs that this shell pattern matches are refused; none when null. */
  refuse(pattern: string | null): void;
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
  const refused = path.join(folder, 'refused');
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
  const refusal = [
    `pattern=$(cat '${refused}' 2>/dev/null) && case "$1" in $pattern) echo "$1 is protected" >&2; exit 1;; esac`,
  ];
  for (const moment of MOMENTS) {
    const file = armed(moment);
    hook(moment, [
      ...(moment === 'update' ? refusal : []),
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
    refuse: (pattern) => {
      if (pattern === null) rmSync(refused, { force: true });
      else writeFileSync(refused, pattern);
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
