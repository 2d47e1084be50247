// The commands that explain: when something can be, what the calendar holds, what policies would have done, what they
// do in a made-up case, and what came of it all. They write nothing, anywhere.

import { type Declaration, WITH_TIME } from './declaration.ts';

export const EXPLAINING: readonly Declaration[] = [
  {
    syntax: 'when <version> [env]',
    summary: 'the earliest moment a version can be live',
    description:
      'The earliest moment at which a version can be live in each environment, the rules in the way, and who may override ' +
      'them. Where people have to act first, the earliest moment as far as time goes. Exits 0 when there is one for every ' +
      'environment asked about, 1 otherwise.',
    group: 'Look',
    takes: WITH_TIME,
    examples: [
      ['tidegate when v1.4.2', 'everywhere'],
      ['tidegate when v1.4.2 production --at 2026-11-21T20:00:00Z', 'seen from Saturday evening'],
    ],
    run: async (context, given) => (await import('./commands/when.ts')).when(context, given),
  },
  {
    syntax: 'calendar [env]',
    summary: 'what the coming days hold',
    description:
      'The coming days as a table: when something may start, freezes, holidays, maintenance, departures, and work that ' +
      'waits. With --ics a calendar to subscribe to.',
    group: 'Look',
    takes: WITH_TIME,
    options: [
      ['--days <n>', 'how many days (default: 7; with --ics: 90)'],
      ['--week', 'the whole week, from Monday'],
      ['--from <day>', 'the first day (default: today)'],
      ['--ics', 'iCalendar (RFC 5545); events keep their ids'],
    ],
    examples: [
      ['tidegate calendar', 'the next seven days, everywhere'],
      ['tidegate calendar production --ics', 'to a file that a web server serves, to be subscribed to'],
    ],
    run: async (context, given) => (await import('./commands/calendar.ts')).calendar(context, given),
  },
  {
    syntax: 'simulate [env]',
    summary: 'replay history against policies',
    description:
      "Replays the repository's history against the policies of the head, or of a branch: what would have waited, how " +
      'long, and what would have been refused. Approvals and results that Git does not have are taken as given.',
    group: 'Look',
    takes: WITH_TIME,
    options: [
      ['--from <day>', 'a day (of UTC) or an instant; default: a year before --to'],
      ['--to <day>', 'the last day, or an instant; default: now'],
      ['--policies <branch>', 'policies and environments of this branch (default: the head)'],
    ],
    examples: [
      ['tidegate simulate --from 2026-01-01 --to 2026-12-31', 'what the present policies would have made of the year'],
      ['tidegate simulate production --policies stricter-gates', 'what a proposed change of policies would do'],
    ],
    run: async (context, given) => (await import('./commands/simulate.ts')).simulate(context, given),
  },
  {
    syntax: 'stats [env]',
    summary: 'what became of the runs: outcomes, waits, exceptions',
    description:
      'Runs counted from the ledger: outcomes, rollbacks, emergencies, what was overridden, how long versions waited and ' +
      'how long they took from commit to live.',
    group: 'Look',
    takes: WITH_TIME,
    options: [
      ['--from <day>', 'a day or an instant; default: 90 days before --to'],
      ['--to <day>', 'the last day, or an instant; default: now'],
    ],
    examples: [
      ['tidegate stats', 'the last quarter, everywhere'],
      ['tidegate stats production --from 2026-01-01 --json', 'a year so far, for a script'],
    ],
    run: async (context, given) => (await import('./commands/stats.ts')).stats(context, given),
  },
  {
    syntax: 'test [dir]',
    summary: 'run the policy tests of a config repository',
    description:
      'Runs the cases of policies/tests/*.yaml: given facts and a moment, the policies must answer as expected. ' +
      'Exits 0 when all do, 1 when one does not, 2 when there are problems in the files.',
    group: 'Set up and run',
    takes: ['json'],
    examples: [['tidegate test', 'before a policy is changed, and after']],
    run: async (context, given) => (await import('./commands/test.ts')).test(context, given),
  },
];
