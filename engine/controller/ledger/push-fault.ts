// What a push that was not simply accepted or overtaken comes to: a Fault with the remote's own words. A push that
// nobody answered is one as well: who takes it for a ref that moved tries for ever and says nothing.

import { Fault } from '../../ports/fault.ts';
import type { PushResult } from '../../ports/git.ts';

/** The remote's answer about one ref; where there is none, that is a doubt as well. */
export function answerOf(pushed: ReadonlyMap<string, PushResult>, ref: string): PushResult {
  const silent = () => new Fault('remote-unreachable', 'the remote did not answer', { retry: 'later', hint: LATER });
  return pushed.get(ref) ?? { type: 'in-doubt', fault: silent() };
}

/**
 * Of the answers about several ledgers the worst one: a refusal, else a doubt. Null where neither is among them.
 * `hint`: what becomes of it.
 */
export function pushFault(
  results: ReadonlyMap<string, PushResult>,
  refOf: (environment: string) => string,
  hint: string,
): Fault | null {
  const entries = [...results];
  const [refused] = entries.flatMap(([name, result]) => (result.type === 'refused' ? [{ name, ...result }] : []));
  if (refused !== undefined) {
    const message = `the remote refuses the ledger ${refOf(refused.name)}: ${refused.message}`;
    return new Fault('remote-refused', message, { retry: 'later', hint });
  }
  const [doubt] = entries.flatMap(([name, result]) => (result.type === 'in-doubt' ? [{ name, ...result }] : []));
  return doubt === undefined ? null : doubtFault(refOf(doubt.name), doubt.fault);
}

export function doubtFault(ref: string, cause: Fault): Fault {
  const message = `the remote did not say that it took ${ref}: ${cause.message}`;
  return new Fault(cause.code, message, { retry: 'later', hint: cause.hint, cause });
}

/** The same Fault for who only tries again: what was pushed may be there. */
export function inDoubt(cause: Fault): Fault {
  const { code, message, retry, hint, afterMs } = cause;
  return new Fault(code, message, { retry, hint, cause, inDoubt: true, ...(afterMs === null ? {} : { afterMs }) });
}

const LATER = 'it is tried again';
