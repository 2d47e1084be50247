// The commands that set up a config repository and run the controller.

import { type Declaration, WITH_TIME } from './declaration.ts';

export const SETTING_UP: readonly Declaration[] = [
  {
    syntax: 'init [dir]',
    summary: 'write a config repository to start from',
    description: 'Writes a config repository to start from, and explains it. Never overwrites a file.',
    group: 'Set up and run',
    takes: ['json'],
    examples: [
      ['tidegate init shop-config', 'into a new folder'],
      ['tidegate init', 'here; files that exist are never overwritten'],
    ],
    run: async (context, given) => (await import('./commands/init.ts')).init(context, given),
  },
  {
    syntax: 'check [dir]',
    summary: 'find every problem in a config repository',
    description:
      'Finds every problem in a config repository as it lies on disk. Exits 0 with warnings only, 2 with errors.',
    group: 'Set up and run',
    takes: ['json'],
    options: [['--inputs', "list each environment's inputs: what makes a new version there"]],
    examples: [
      ['tidegate check', 'before a commit'],
      ['tidegate check --inputs', 'and say what each environment is made of'],
    ],
    run: async (context, given) => (await import('./commands/check.ts')).check(context, given),
  },
  {
    syntax: 'run',
    summary: 'the controller: look, decide, act',
    description:
      'The controller: looks at the repository, decides, acts, until it is stopped. SIGHUP looks at once; SIGINT and ' +
      'SIGTERM end it with every step it started. With --once it looks, finishes what that starts, and exits.',
    group: 'Set up and run',
    takes: WITH_TIME,
    options: [
      ['--once', 'look once, wait for the work that starts, exit'],
      ['--name <name>', 'how records and the lease call this controller (default: the host name)'],
      ['--environments <names>', 'only these, separated by commas'],
      ['--accept-gates <env=digest...>', 'accept this change of gates yourself, where nobody who may is left'],
      ['--ledger <place>', 'move the ledger there, once it was copied: refs/tidegate, or refs/tidegate@<url>'],
      ['--grants <env=secrets...>', 'whose secrets are: production=PROD_TOKEN,DB_*'],
    ],
    examples: [
      ['tidegate run --repo https://git.example.org/shop.git', 'serve a repository'],
      ['tidegate run --once', 'from cron, or in a pipeline'],
      [
        'tidegate run --once --at 2026-11-21T20:00:00Z --repo ./shop.git',
        'what a Saturday would bring, on a local copy',
      ],
    ],
    run: async (context, given) => (await import('./commands/run.ts')).run(context, given),
  },
  {
    syntax: 'serve',
    summary: 'pages and JSON over HTTP; it only looks',
    description:
      'Shows environments, gates and runs as pages, and answers as JSON below /api/v1, until it is stopped. It needs ' +
      'nothing but the repository, keeps nothing, and changes nothing.',
    group: 'Set up and run',
    takes: WITH_TIME,
    options: [
      ['--listen <address>', 'of this machine alone (default: 127.0.0.1:7180; port 0: any that is free)'],
      ['--host <name...>', 'another name that it is asked by, behind a proxy'],
    ],
    examples: [
      ['tidegate serve', 'then open http://127.0.0.1:7180'],
      ['tidegate serve --at 2026-11-21T20:00:00Z', 'what the pages say on Saturday evening'],
    ],
    run: async (context, given) => (await import('./commands/serve.ts')).serve(context, given),
  },
  {
    syntax: 'start',
    summary: 'a playground with three services',
    description:
      'A playground: a local repository, three small services, and the controller that serves them. Ctrl-C ends all of it.',
    group: 'Try it',
    takes: ['state'],
    examples: [['tidegate start', 'then change something in the repository that it prints']],
    run: async (context) => (await import('./commands/play.ts')).start(context),
  },
  {
    syntax: 'demo',
    summary: 'a good and a bad release, played in a minute',
    description: 'The story of a good and a bad release, played without a person in under a minute.',
    group: 'Try it',
    takes: ['state'],
    examples: [['tidegate demo', 'watch']],
    run: async (context) => (await import('./commands/play.ts')).demo(context),
  },
];
