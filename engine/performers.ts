// Who does the work of a kind of step or target that the controller does itself: the `perform.ts` in the kind's own
// folder. Loaded when it is first needed, because most controllers never open a socket for a step. Beside main.ts
// this is the only file that knows adapters; the tables decide what a kind is, so that no name from elsewhere ever
// becomes a path.

import { assert } from './base/assert.ts';
import type { Performer } from './ports/runner.ts';
import { STEP_KINDS } from './steps/table.ts';
import { TARGET_KINDS } from './targets/table.ts';

export async function performerOf(kind: string): Promise<Performer> {
  const isStep = STEP_KINDS.some(({ key }) => key === kind);
  assert(isStep || TARGET_KINDS.some(({ key }) => key === kind), `no kind of step or target is called ${kind}`);
  const folder = kind.replaceAll('_', '-');
  const { perform }: { readonly perform: Performer } = isStep
    ? await import(`./steps/${folder}/perform.ts`)
    : await import(`./targets/${folder}/perform.ts`);
  return perform;
}
