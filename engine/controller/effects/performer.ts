// What performs one kind of outside effect, and the four answers that there are. A performer looks at the world
// before it changes it, finds by the id what was done before, and never does it twice: tests/contract/performers.ts
// asks it all that.

import type { OutsideEffect, OutsideEffects, OutsideKind } from '../../model/outside-effect.ts';
import { Fault } from '../../ports/fault.ts';
import type { ForgeHand } from '../../ports/forge.ts';
import type { GitRepository } from '../../ports/git.ts';

/** `refusedBefore`: how often the world has refused it; a performer may take that for an answer and end. */
export type Order<Kind extends OutsideKind> = OutsideEffect<Kind> & { readonly refusedBefore: number };

/** Answers what is to be recorded; throws a Fault where it is to be tried again. */
export type Perform<Kind extends OutsideKind> = (
  git: GitRepository,
  order: Order<Kind>,
  forge: ForgeHand,
) => Promise<OutsideEffects[Kind]['result']>;

export type Attempt<Result> =
  | { readonly type: 'ended'; readonly result: Result }
  /** The world said no, and nothing was done: that is counted. */
  | { readonly type: 'refused'; readonly fault: Fault }
  /** It could not be asked, or somebody was faster: nothing was done. */
  | { readonly type: 'transient'; readonly fault: Fault }
  /** It may have been done: the next try finds out. */
  | { readonly type: 'in-doubt'; readonly fault: Fault };

/** What is no Fault is a mistake of ours, and goes through. */
export async function attempt<Result>(act: () => Promise<Result>): Promise<Attempt<Result>> {
  try {
    return { type: 'ended', result: await act() };
  } catch (cause) {
    if (!(cause instanceof Fault)) throw cause;
    if (cause.isInDoubt) return { type: 'in-doubt', fault: cause };
    return { type: cause.code === 'remote-refused' ? 'refused' : 'transient', fault: cause };
  }
}
