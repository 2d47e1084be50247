// A person with the right to force takes the ledger of one environment away, or sets it back. A life that looks at it
// then says so and holds that environment still; it never begins the ledger again. Repaired by putting back what a
// clone has.

import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expectWords, type Kind, type Round } from './kind.ts';
import { ENVIRONMENTS, type EnvironmentName, ledgerRef, type World } from './world.ts';

/** Where the ledger of which environment stood, and where somebody put it. */
type Tampering = { readonly environment: EnvironmentName; readonly tip: string; readonly put: string | null };
const BACKUP = 'refs/backup/ledger';
const TAMPERED = new WeakMap<World, Tampering>();

export const LEDGER_DELETED = kindOf('deleted', () => null);
export const LEDGER_REWRITTEN = kindOf('rewritten', (world, known) => world.git('rev-parse', `${known}~1`));

function kindOf(how: 'deleted' | 'rewritten', put: (world: World, known: string) => string | null): Kind {
  return {
    name: `ledger ref ${how}`,
    cannot: () => null,
    outlasts: true,
    between: async ({ world, random }) => {
      const environment = random.pick(ENVIRONMENTS);
      const known = lastKnown(world, environment);
      if (known === null) return;
      const ref = ledgerRef(environment);
      const tampering = { environment, tip: world.git('rev-parse', ref), put: put(world, known) };
      TAMPERED.set(world, tampering);
      // Anyone who tampers has a clone of it, or a backup: without one there is nothing to put back.
      world.moveRef(BACKUP, tampering.tip);
      world.moveRef(ref, tampering.put);
    },
    judge: async ({ world }: Round, said: string) => {
      const done = TAMPERED.get(world);
      if (done === undefined) return [];
      const ref = ledgerRef(done.environment);
      const now = world.git('for-each-ref', '--format=%(objectname)', ref);
      return [
        ...expectWords(said, new RegExp(`the ledger ${ref} was ${how}`)),
        ...(now === (done.put ?? '') ? [] : [`${ref} was ${how}, and begun again: ${now}`]),
      ];
    },
    repair: async ({ world }: Round) => {
      const done = TAMPERED.get(world);
      TAMPERED.delete(world);
      if (done === undefined) return;
      world.moveRef(ledgerRef(done.environment), done.tip);
      world.moveRef(BACKUP, null);
    },
  };
}

/**
 * What the next life can know of a ledger: its own note of it, else what the tips of the others say. Nobody notices
 * that a commit is gone which nobody has seen.
 */
function lastKnown(world: World, environment: EnvironmentName): string | null {
  try {
    const notes = JSON.parse(readFileSync(path.join(world.disk.state, 'ledger-tips.json'), 'utf8'));
    return notes[ledgerRef(environment)] ?? null;
  } catch {
    const tips = ENVIRONMENTS.filter((name) => name !== environment);
    const said = tips.map((name) => world.git('log', '-1', '--format=%B', ledgerRef(name))).join('\n');
    return new RegExp(`^Tidegate-Seen: ${environment} ([0-9a-f]+)$`, 'm').exec(said)?.[1] ?? null;
  }
}
