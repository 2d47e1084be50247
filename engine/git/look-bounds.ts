// How much a remote may say in answer to one look, and the Faults for when it says more or nothing.

import { Fault } from '../ports/fault.ts';
import type { AnswerPatience } from './answer-patience.ts';

export type LookBounds = {
  readonly patience: AnswerPatience;
  readonly bytesMax: number;
  readonly refsMax: number;
  /** The remote's URL as it may be shown. */
  readonly shown: string;
  readonly secrets: readonly string[];
};

export function tooManyRefs(bounds: Pick<LookBounds, 'refsMax' | 'shown'>): Fault {
  return new Fault('remote-too-large', `${bounds.shown} lists more than ${bounds.refsMax} refs`, {
    retry: 'later',
    hint: 'delete old refs there, or follow a narrower tag pattern',
  });
}

export function tooManyBytes(bounds: LookBounds): Fault {
  return new Fault('remote-too-large', `${bounds.shown} answers a look with more than ${bounds.bytesMax} bytes`, {
    retry: 'later',
    hint: 'check that this is the right repository',
  });
}

export function lookTimedOut(bounds: LookBounds): Fault {
  return new Fault(
    'remote-timeout',
    `${bounds.shown} gave no answer within ${Math.round(bounds.patience.ms / 1_000)} s`,
    {
      retry: 'later',
      hint: 'check the network and the load of the Git host',
    },
  );
}
