// What lies between two texts, by whole lines and wherever they stand: what one has more often, what the other has,
// and whether what they share stands in another order. Pure. It says whose lines they are; it is no diff for people.

/** Lines with how many more there are of them. `isMoved`: lines that both have stand in another order. */
export type LineChange = {
  readonly gained: ReadonlyMap<string, number>;
  readonly lost: ReadonlyMap<string, number>;
  readonly isMoved: boolean;
};

/** Beyond this many lines that differ nobody looks for the order: it is taken to be another one. */
const EDITS_MAX = 500;

export function lineChange(before: readonly string[], after: readonly string[]): LineChange {
  const gained = moreOf(after, before);
  const lost = moreOf(before, after);
  return { gained, lost, isMoved: !takesOnly(before, after, total(gained) + total(lost)) };
}

function moreOf(these: readonly string[], others: readonly string[]): Map<string, number> {
  const more = new Map<string, number>();
  for (const line of these) more.set(line, (more.get(line) ?? 0) + 1);
  for (const line of others) {
    const left = (more.get(line) ?? 0) - 1;
    if (left > 0) more.set(line, left);
    else if (left === 0) more.delete(line);
  }
  return more;
}

function total(lines: ReadonlyMap<string, number>): number {
  return [...lines.values()].reduce((sum, count) => sum + count, 0);
}

/**
 * Whether so many lines put in and taken out make the one text of the other: E. W. Myers, "An O(ND) Difference
 * Algorithm and Its Variations" (1986), the greedy one, which only asks how far it gets.
 */
function takesOnly(before: readonly string[], after: readonly string[], edits: number): boolean {
  if (Math.abs(after.length - before.length) === edits) {
    return before.length < after.length ? isWithin(before, after) : isWithin(after, before);
  }
  if (edits > EDITS_MAX) return false;
  const furthest = new Map<number, number>([[1, 0]]);
  for (let made = 0; made <= edits; made += 1) {
    for (let diagonal = -made; diagonal <= made; diagonal += 2) {
      const down = furthest.get(diagonal + 1) ?? -1;
      const right = (furthest.get(diagonal - 1) ?? -1) + 1;
      let x = diagonal === -made || (diagonal !== made && right <= down) ? down : right;
      while (x < before.length && x - diagonal < after.length && before[x] === after[x - diagonal]) x += 1;
      furthest.set(diagonal, x);
      if (x >= before.length && x - diagonal >= after.length) return true;
    }
  }
  return false;
}

/** Where lines were only put in, or only taken out, however many. */
function isWithin(some: readonly string[], all: readonly string[]): boolean {
  let met = 0;
  for (const line of all) if (line === some[met]) met += 1;
  return met === some.length;
}
