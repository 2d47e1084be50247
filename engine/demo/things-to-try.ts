// Four things to try, as lines for a shell that stands in the folder where `npm start` was typed. They work as
// printed, on this machine, as often as one likes: tests/e2e/start.long.test.ts runs them.

import { existsSync } from 'node:fs';
import path from 'node:path';

export type Thing = { readonly title: string; readonly lines: readonly string[]; readonly outcome: readonly string[] };

export type ThingsOptions = {
  readonly repository: string;
  /** Where a clone is made, or was. */
  readonly clone: string;
  /** Where the person stands. */
  readonly directory: string;
  /** How Tidegate is called: a name on PATH, or a file. */
  readonly typed: string;
  readonly urls: ReadonlyMap<string, string>;
  readonly nextTag: string;
  /** Whether the person's git knows who they are; else the clone is told. */
  readonly knowsIdentity: boolean;
  readonly platform: NodeJS.Platform;
};

export function thingsToTry(options: ThingsOptions): readonly Thing[] {
  const { clone, nextTag } = options;
  const enter = `cd ${shown(clone, options.directory)}`;
  const isBelow = shown(clone, options.directory) !== quote(clone);
  const back = `cd ${quote(isBelow ? path.relative(clone, options.directory) : options.directory)}`;
  // Another one each time: what has failed once is in quarantine, and would not be tried again.
  const closedPort = nextTag.split('.')[1] ?? '1';
  const isCloned = existsSync(clone);
  const web = (environment: string): string => `environments/${environment}/services/web.yaml`;
  const url = (environment: string): string => options.urls.get(environment) ?? '';
  return [
    {
      title: 'Change what development says',
      lines: [
        ...(isCloned ? [enter, 'git pull --quiet'] : [cloneLine(options), enter]),
        edit(options, 'greeting', 'Hello at $(date +%T)', web('development')),
        `git commit --quiet -am "Greet development" && git push --quiet`,
        back,
      ],
      outcome: [`Within 15 seconds ${url('development')} says so.`],
    },
    {
      title: 'Release to production, and ask when it goes live',
      lines: [
        enter,
        'git pull --quiet',
        edit(options, 'greeting', `Release ${nextTag}`, web('production')),
        `git commit --quiet -am "Release ${nextTag}" && git tag ${nextTag} && git push --quiet origin HEAD ${nextTag}`,
        back,
        `${typedFrom(options)} why production --repo ${shown(options.repository, options.directory)}`,
      ],
      outcome: [`Outside business hours it waits, and goes out by itself when the window opens: ${url('production')}`],
    },
    {
      title: 'Break staging, and watch it being put right',
      lines: [
        enter,
        'git pull --quiet',
        edit(options, 'database', `tcp://127.0.0.1:${closedPort}`, web('staging')),
        `git commit --quiet -am "Use a database that is not there" && git push --quiet`,
        back,
      ],
      outcome: [
        `${url('staging')} fails its health check; half a minute later the version before is back, and so says Git:`,
        `  git -C ${shown(clone, options.directory)} pull --quiet && git -C ${shown(clone, options.directory)} log -2`,
      ],
    },
    {
      title: 'Promote what staging runs to production',
      lines: [enter, `${typedIn(options, clone)} promote staging production --reason "It looks well in staging"`, back],
      outcome: [
        'Within 15 seconds it is proposed, as a branch with one commit. This merges it, and a tag brings it out as above:',
        `  (${enter} && ${typedIn(options, clone)} merge production)`,
      ],
    },
  ];
}

function cloneLine({ repository, clone, directory, knowsIdentity }: ThingsOptions): string {
  const identity = knowsIdentity ? '' : '-c user.name=You -c user.email=you@example.org ';
  return `git clone --quiet ${identity}${shown(repository, directory)} ${shown(clone, directory)}`;
}

function typedFrom({ typed, directory }: ThingsOptions): string {
  if (!path.isAbsolute(typed)) return typed;
  const short = shown(typed, directory);
  return path.isAbsolute(short) || short.startsWith("'") ? short : `./${short}`;
}

/** As typed in `folder`. */
function typedIn({ typed }: ThingsOptions, folder: string): string {
  if (!path.isAbsolute(typed)) return typed;
  const short = path.relative(folder, typed);
  return quote(short.length < typed.length ? short : typed);
}

/** BSD's sed, which macOS has, wants to be told that it shall keep no copy. */
function edit({ platform }: ThingsOptions, key: string, value: string, file: string): string {
  const inPlace = platform === 'darwin' || platform === 'freebsd' ? `-i ''` : '-i';
  return `sed ${inPlace} "s|^${key}:.*|${key}: ${value}|" ${file}`;
}

/** A path as one would type it from `directory`: short where it lies below, whole where not. */
export function shown(file: string, directory: string): string {
  const relative = path.relative(directory, file);
  return quote(relative.startsWith('..') || path.isAbsolute(relative) ? file : relative || '.');
}

export function quote(word: string): string {
  return /^[\w./:@%+=,-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
