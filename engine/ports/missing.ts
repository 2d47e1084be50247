// A commit that is not here: of history that is gone, of a cache that was emptied. Where a question has an answer
// without it, this is how that is said; everything else that can go wrong stays a Fault.

import { Fault } from './fault.ts';

export function isMissing(cause: unknown): cause is Fault {
  return cause instanceof Fault && cause.code === 'object-missing';
}

/** For `.catch` of a question to Git. */
export function ifMissing<Otherwise>(otherwise: Otherwise): (cause: unknown) => Otherwise {
  return (cause) => {
    if (isMissing(cause)) return otherwise;
    throw cause;
  };
}
