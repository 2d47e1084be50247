// Which release of the time zone data an environment is decided by. Where controllers have different ones, windows
// open at other hours on some days; anyone who decides writes down its own, and says so where it is another than
// before.

import type { Draft } from './draft.ts';

/** For the record of anyone who begins a run or takes one over. */
export function zonesKnown({ observed }: Draft): { readonly zones?: string } {
  const { zones } = observed.controller;
  return zones === undefined ? {} : { zones };
}

export function sayOtherZones(draft: Draft): void {
  const { zones } = draft.observed.controller;
  const before = draft.state.zones;
  if (zones === undefined || before === undefined || zones === before) return;
  draft.say(
    `this controller knows the time zones of release ${zones}, and the one who decided here before those of ${before}: ` +
      'where clocks were changed in between, windows open at another hour; keep Node equally new on all machines',
  );
}
