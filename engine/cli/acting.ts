// The commands that ask for something: each appends one record in the person's name, pushes it, and says which Git
// object that was. Whether a controller is running does not matter; the next one that looks finds the record.

import { type Declaration, WITHOUT_TIME } from './declaration.ts';

export const REASON = ['--reason <text>', 'why; kept in the ledger for good'] as const;
export const SIGN = ['--sign', 'sign it, with the SSH key of git (user.signingkey)'] as const;
const ALL = ['--all', 'every environment of the repository'] as const;
const YES = ['--yes', 'do not ask to type the words (for scripts)'] as const;

export const ACTING: readonly Declaration[] = [
  {
    syntax: 'deploy <env> <version>',
    summary: 'ask for a version by name',
    description:
      'Asks for a version by name: a tag, a branch or a commit. The gates are asked as always. It also releases a quarantine ' +
      'and ends a stall. An emergency needs no --reason only where each `override:` that names you says `reason: optional`.',
    group: 'Act',
    takes: WITHOUT_TIME,
    options: [
      REASON,
      ['--emergency', 'override the rules whose `override:` names you'],
      ['--skip-tests', 'skip the stages marked `skippable`'],
      SIGN,
      YES,
    ],
    examples: [
      ['tidegate deploy production v1.4.2 --reason "release of the week"', 'as soon as the gates allow'],
      ['tidegate deploy production v1.4.3 --emergency --reason "checkout is down"', 'now, if you may'],
    ],
    run: async (context, given) => (await import('./commands/deploy.ts')).deploy(context, given),
  },
  {
    syntax: 'rollback <env>',
    summary: 'put an earlier version back, and write that to Git',
    description:
      'Puts an earlier version that ran well here back in place, past windows and approvals, and writes that back to Git ' +
      'as a commit. What it replaces goes into quarantine.',
    group: 'Act',
    takes: WITHOUT_TIME,
    options: [['--to <version>', 'which one (default: the newest that ran well before)'], REASON, SIGN, YES],
    examples: [
      ['tidegate rollback production --reason "orders fail"', 'to the version before'],
      ['tidegate rollback production --to v1.4.1 --reason "orders fail since v1.4.2"', 'to one by name'],
    ],
    run: async (context, given) => (await import('./commands/rollback.ts')).rollback(context, given),
  },
  {
    syntax: 'suspend [env]',
    summary: 'start nothing new there until it is resumed',
    description:
      'Starts nothing new there until it is resumed. A run that has begun to change the target goes on. With --all the ' +
      'line stops everywhere; the one who stopped it may still deploy by name.',
    group: 'Act',
    takes: WITHOUT_TIME,
    options: [ALL, REASON, ['--for <duration>', 'until then only, such as 2h or 1d12h'], SIGN],
    examples: [
      ['tidegate suspend production --for 2h --reason "database maintenance"', 'and go on by itself afterwards'],
      ['tidegate suspend --all --for 1d --reason "orders are lost, we are looking"', 'stop the line'],
    ],
    run: async (context, given) => (await import('./commands/suspend.ts')).suspend(context, given),
  },
  {
    syntax: 'resume [env]',
    summary: 'end a suspension or a stall',
    description:
      'Ends a suspension, or a stall that a person has looked into; with --all the suspension of all of them. Where the ' +
      'newest record is from the future, it says that this clock is right and that one was not.',
    group: 'Act',
    takes: WITHOUT_TIME,
    options: [ALL, REASON, SIGN],
    examples: [
      ['tidegate resume production --reason "disk replaced"', 'decide for it again'],
      ['tidegate resume --all --reason "found and fixed"', 'the line goes on'],
    ],
    run: async (context, given) => (await import('./commands/suspend.ts')).resume(context, given),
  },
  {
    syntax: 'cancel <env>',
    summary: 'take back what was asked for and still waits',
    description:
      'Takes back a deployment or a rollback that was asked for and still waits. A run that was opened goes on.',
    group: 'Act',
    takes: WITHOUT_TIME,
    options: [REASON],
    examples: [['tidegate cancel production --reason "not before Monday"', 'as if nobody had asked']],
    run: async (context, given) => (await import('./commands/cancel.ts')).cancel(context, given),
  },
];
