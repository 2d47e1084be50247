// The commands that only look: they write nothing, anywhere, and need nothing but the repository's address.

import { type Declaration, WITH_TIME, WITHOUT_TIME } from './declaration.ts';

export const LOOKING: readonly Declaration[] = [
  {
    syntax: 'status [env]',
    summary: 'what runs where, and what waits for what',
    description: 'Environments, their versions and conditions, what each waits for and until when.',
    group: 'Look',
    takes: WITH_TIME,
    examples: [
      ['tidegate status', 'all environments'],
      ['tidegate status production', 'one in detail'],
      ['tidegate status --json --repo https://git.example.org/shop.git', 'for a script, from anywhere'],
    ],
    run: async (context, given) => (await import('./commands/status.ts')).status(context, given),
  },
  {
    syntax: 'why <env> [version]',
    summary: 'may a version run there now? rule by rule',
    description:
      'Whether a version may run there now, rule by rule: what it waits for, until when, and who can override it. ' +
      'Without a version: the candidate, else what runs. Exits 0 when allowed, 1 otherwise. With --gates: what is in force, ' +
      'what the head says instead, and who must agree; 0 when both say the same.',
    group: 'Look',
    takes: WITH_TIME,
    options: [
      ['--gates', 'the gates themselves: what is in force, what would change, who must agree'],
      ['--verbose', 'also what people said of other versions'],
    ],
    examples: [
      ['tidegate why production --gates', 'which rules are in force, and which wait to be accepted'],
      ['tidegate why production', 'what is in the way of the next version'],
      ['tidegate why production v1.4.2 --at 2026-11-23T09:00:00+02:00', 'and would it be on Monday morning?'],
    ],
    run: async (context, given) => (await import('./commands/why.ts')).why(context, given),
  },
  {
    syntax: 'plan [env]',
    summary: 'what the next look would do; nothing is done',
    description:
      'What the next look would record and do, and why. With --branch: what merging that branch would do, in which ' +
      'environments, when, and through which gates; exits 0 when it can be merged and its configuration is sound, 1 ' +
      'otherwise. Nothing is done.',
    group: 'Look',
    takes: WITH_TIME,
    options: [
      ['--branch <name>', 'as if this branch of the repository were merged'],
      ['--onto <name>', 'with --branch: merged into this one (default: the default branch)'],
      ['--markdown', 'with --branch: as the comment on a pull request'],
    ],
    examples: [
      ['tidegate plan', 'what a controller would do now'],
      ['tidegate plan --branch new-prices', 'what merging new-prices would do'],
      ['tidegate plan production --at 2026-11-23T09:00:00+02:00', 'and on Monday morning'],
    ],
    run: async (context, given) => (await import('./commands/plan.ts')).plan(context, given),
  },
  {
    syntax: 'history [env]',
    summary: 'runs, newest first',
    group: 'Look',
    takes: WITH_TIME,
    options: [['--limit <n>', 'how many runs (default: 20)']],
    examples: [
      ['tidegate history production', 'what happened in production'],
      ['tidegate history --limit 100 --json', 'the last hundred runs anywhere, for a script'],
    ],
    run: async (context, given) => (await import('./commands/history.ts')).history(context, given),
  },
  {
    syntax: 'show <run>',
    summary: 'everything about one run',
    description: 'Everything about one run: why it was granted, its stages and steps, the last output of what failed.',
    group: 'Look',
    takes: WITHOUT_TIME,
    examples: [['tidegate show production-12', 'why it was granted, what it did, how it ended']],
    run: async (context, given) => (await import('./commands/show.ts')).show(context, given),
  },
  {
    syntax: 'logs <run>',
    summary: "the output of a run's steps",
    description:
      'The output of the steps of a run. The full logs lie below the state folder of the machine that ran it; elsewhere ' +
      'the last lines are shown, which the ledger keeps.',
    group: 'Look',
    takes: WITHOUT_TIME,
    options: [
      ['--follow', 'go on until the run ends'],
      ['--stage <name>', 'only this stage'],
    ],
    examples: [
      ['tidegate logs production-12', 'all of it'],
      ['tidegate logs production-12 --stage deploy --follow', 'one stage, while it runs'],
    ],
    run: async (context, given) => (await import('./commands/logs.ts')).logs(context, given),
  },
  {
    syntax: 'diff <env> <a> <b>',
    summary: 'how an environment differs between two versions',
    description: "How an environment's inputs differ between two versions, as a unified diff.",
    group: 'Look',
    takes: WITHOUT_TIME,
    examples: [['tidegate diff production v1.4.1 v1.4.2', 'what v1.4.2 would change']],
    run: async (context, given) => (await import('./commands/diff.ts')).diff(context, given),
  },
  {
    syntax: 'verify',
    summary: 'check the whole ledger',
    description:
      'Checks the whole ledger again, from its first commit: order, transitions, index against records. Exits 0 when it is sound, 2 when it is not.',
    group: 'Look',
    takes: WITHOUT_TIME,
    examples: [['tidegate verify', 'after a restore, or when in doubt']],
    run: async (context) => (await import('./commands/verify.ts')).verify(context),
  },
];
