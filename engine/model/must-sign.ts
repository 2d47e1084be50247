// Whether a person's word needs a signature to count for what is on its way to an environment. Required by the head or by
// what was in force before the change: a change cannot stop requiring what it is itself held by.

import type { ObservedEnvironment } from './observed.ts';

export function mustSign({ gates, former }: Pick<ObservedEnvironment, 'gates' | 'former'>): boolean {
  return [gates, ...former].some((each) => each?.signatures === 'required');
}
