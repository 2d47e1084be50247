// The command that looks after what Tidegate stands on: the machine, git, the remote, the keys.

import { type Declaration, WITHOUT_TIME } from './declaration.ts';

export const TENDING: readonly Declaration[] = [
  {
    syntax: 'doctor',
    summary: 'what is wrong with the machine, the remote or the keys',
    description:
      'Looks at everything that Tidegate rests on: git, the state folder and its disk, the remote and its settings, the ' +
      'clock, the ledgers, keys, programs. Changes nothing. Exits 1 where something failed; what cannot be known from here ' +
      'is said to be unknown.',
    group: 'Set up and run',
    takes: WITHOUT_TIME,
    examples: [
      ['tidegate doctor', 'before the first run, and when something is odd'],
      ['tidegate doctor --state /var/lib/tidegate', 'as the user and on the machine of the controller'],
    ],
    run: async (context) => (await import('./commands/doctor.ts')).doctor(context),
  },
];
