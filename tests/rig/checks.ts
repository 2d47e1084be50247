// What is asked after each life and each round, besides what the witness knows: nobody is left at work, the remote is
// sound, what the program said is no stack trace, and it was back in time. tests/rig/planted.ts shows that each of
// them can say no.

import { waitFor } from './patience.ts';
import { processesOf } from './processes.ts';
import type { Breach } from './witness.ts';
import type { World } from './world.ts';

/** Nobody who is at work for the world is left after a while, but for the remote. */
export async function orphans(world: { readonly folder: string }, patienceMs: number): Promise<readonly Breach[]> {
  const left = () => processesOf(world.folder).filter(({ isRemote }) => !isRemote);
  await waitFor(() => left().length === 0, patienceMs);
  return left().map(({ pid, line }) => ({ kind: 'orphan', sentence: `still there: ${pid} ${line}` }));
}

export async function soundness(world: Pick<World, 'git' | 'verify'>): Promise<readonly Breach[]> {
  const breaches: Breach[] = [];
  try {
    const said = world.git('fsck', '--strict', '--no-dangling');
    if (said !== '') breaches.push({ kind: 'fsck', sentence: `git fsck: ${said}` });
  } catch (cause) {
    breaches.push({ kind: 'fsck', sentence: `git fsck: ${cause}` });
  }
  const { code, out, err } = await world.verify();
  if (code !== 0) breaches.push({ kind: 'verify', sentence: `tidegate verify (${code}): ${out}${err}` });
  return breaches;
}

/** A world that says no is a Fault, said in a sentence; a stack or an invariant is our own defect. */
export function unhandled(said: string): readonly Breach[] {
  return /\n\s+at .*:\d+:\d+|invariant/i.test(said) ? [{ kind: 'broke', sentence: `it broke: ${said}` }] : [];
}

export function tooSlow(recoveryMs: number, atMostMs: number, about: string): readonly Breach[] {
  if (recoveryMs <= atMostMs) return [];
  return [{ kind: 'slow', sentence: `it took ${Math.round(recoveryMs)} ms until work went on ${about}` }];
}
