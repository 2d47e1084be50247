// The commands with which people answer: yes, no, an exception, and an account of one afterwards. Each appends one
// record in the person's name; what could never count is refused before anything is written.

import { REASON, SIGN } from './acting.ts';
import { type Declaration, WITHOUT_TIME } from './declaration.ts';

const GATES = ['--gates', 'a change of gates instead of a version'] as const;
const DIGEST = [
  '--digest <digest>',
  'with --gates: only if it is still this change, as `why --gates` shows it',
] as const;

export const ANSWERING: readonly Declaration[] = [
  {
    syntax: 'approve <env> [version]',
    summary: 'say yes to a version, or to a change of gates',
    description:
      'Says yes to a version, for the `approval` rules of policies. It holds for this commit and for what it would do ' +
      'there, nothing else. Refused where it could never count: to strangers, to the author, where nobody asks. With ' +
      '--gates it accepts what the head says about gates, in every environment that waits for the same change.',
    group: 'Act',
    takes: WITHOUT_TIME,
    options: [GATES, DIGEST, REASON, SIGN],
    examples: [
      ['tidegate approve production v1.4.2', 'your yes'],
      ['tidegate approve production --gates', 'your yes to a change of rules'],
      ['tidegate approve production v1.4.2 --sign --reason "tried it in staging"', 'that nobody else can have given'],
    ],
    run: async (context, given) => (await import('./commands/approve.ts')).approve(context, given),
  },
  {
    syntax: 'reject <env> [version]',
    summary: 'say no to a version, or to a change of gates',
    description:
      'Says no to a version. That stands until you approve it, or until a newer version takes its place. With --gates it ' +
      'sets aside what the head says about gates, until that changes, if you have a say in both.',
    group: 'Act',
    takes: WITHOUT_TIME,
    options: [GATES, DIGEST, REASON, SIGN],
    examples: [
      ['tidegate reject production v1.4.2 --reason "drops a column that reports read"', 'your no'],
      ['tidegate reject production --gates --reason "nobody agreed to this freeze"', 'your no to a change of rules'],
    ],
    run: async (context, given) => (await import('./commands/approve.ts')).reject(context, given),
  },
  {
    syntax: 'override <env> [version]',
    summary: 'make an exception for a version',
    description:
      'Overrides, for one version, the rules of policies whose `override:` names you; where it asks for two people, both do ' +
      'so. It asks for no deployment: the version starts if it is offered there, or was asked for. With --gates it accepts ' +
      'a change of gates, if you may override every rule that answers for it.',
    group: 'Act',
    takes: WITHOUT_TIME,
    options: [
      GATES,
      DIGEST,
      ['--rule <policy/rule...>', 'only this one; all that you may override when left out'],
      ['--for <duration>', 'until then only; never longer than the policy says'],
      REASON,
      SIGN,
    ],
    examples: [
      ['tidegate override production v1.4.3 --reason "checkout is down"', 'everything that you may override'],
      ['tidegate override production v1.4.3 --rule freeze/window --for 1h --reason "agreed with Ana"', 'one rule'],
    ],
    run: async (context, given) => (await import('./commands/override.ts')).override(context, given),
  },
  {
    syntax: 'postmortem list [env]',
    summary: 'exceptions that a post-mortem is due for',
    description: 'Exceptions under policies with `postmortem: required`, until somebody closes them.',
    group: 'Look',
    takes: WITHOUT_TIME,
    examples: [['tidegate postmortem list', 'everywhere']],
    run: async (context, given) => (await import('./commands/postmortem.ts')).listPostmortems(context, given),
  },
  {
    syntax: 'postmortem close <env> <id>',
    summary: 'record that a post-mortem is written, and where',
    group: 'Act',
    takes: WITHOUT_TIME,
    options: [REASON, SIGN],
    examples: [['tidegate postmortem close production production-12 --reason "docs/post-mortems/12.md"', 'written']],
    run: async (context, given) => (await import('./commands/postmortem.ts')).closePostmortem(context, given),
  },
];
