// Names that the person who runs the controller gave it and that no environment has: a typo would otherwise do
// nothing, in silence.

import type { Grant } from '../../model/owners.ts';

type Given = {
  readonly only: readonly string[];
  readonly acceptGates?: ReadonlyMap<string, string>;
  readonly grants?: readonly Grant[];
};

/** One sentence, or null where `known` has all of them. */
export function unknownNames(
  { only, acceptGates = new Map(), grants = [] }: Given,
  known: ReadonlyMap<string, unknown>,
): string | null {
  const named = {
    '--environments': only,
    '--accept-gates': [...acceptGates.keys()],
    '--grants': grants.map(({ environment }) => environment),
  };
  const said = Object.entries(named).flatMap(([option, names]) => {
    const unknown = [...new Set(names)].filter((name) => !known.has(name));
    return unknown.length === 0 ? [] : [`${option} names ${unknown.join(', ')}`];
  });
  return said.length === 0 ? null : `${said.join('; ')}: there is no such environment`;
}
