// "Did you mean …?": the nearest of the names that exist, where one is near enough that a slip of the hand explains
// it.

/** Null where nothing is near: a wild guess would send the reader the wrong way. */
export function nearest(word: string, names: readonly string[]): string | null {
  if (word.length > 100) return null;
  const limit = word.length <= 4 ? 1 : word.length <= 8 ? 2 : 3;
  let best: string | null = null;
  let bestDistance = limit + 1;
  for (const name of names) {
    const distance = editDistance(word.toLowerCase(), name.toLowerCase(), bestDistance);
    if (distance < bestDistance) {
      best = name;
      bestDistance = distance;
    }
  }
  return best;
}

/** ``did you mean `main`?`` or the list of what exists. */
export function suggestion(word: string, names: readonly string[], noun: string): string {
  const near = nearest(word, names);
  if (near !== null) return `did you mean \`${near}\`?`;
  return names.length === 0 ? `there are no ${noun}` : `${noun}: ${list(names)}`;
}

/** At most twelve names, for a line that stays readable. */
export function list(names: readonly string[]): string {
  const shown = names.slice(0, 12).join(', ');
  return names.length > 12 ? `${shown} and ${names.length - 12} more` : shown;
}

/** How many slips of the hand lie between two words; 3 for three and more. */
export function slips(a: string, b: string): number {
  return a.length > 100 ? 3 : editDistance(a, b, 3);
}

/** Optimal string alignment (two swapped letters are one slip); stops caring at `bound`. */
function editDistance(a: string, b: string, bound: number): number {
  if (Math.abs(a.length - b.length) >= bound) return bound;
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let row = 1; row <= a.length; row += 1) {
    const next = [row];
    for (let column = 1; column <= b.length; column += 1) {
      const cost = a[row - 1] === b[column - 1] ? 0 : 1;
      let best = Math.min((last[column] ?? 0) + 1, (next[column - 1] ?? 0) + 1, (last[column - 1] ?? 0) + cost);
      const swapped = row > 1 && column > 1 && a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1];
      if (swapped) best = Math.min(best, (beforeLast[column - 2] ?? 0) + 1);
      next.push(best);
    }
    beforeLast = last;
    last = next;
  }
  return last[b.length] ?? bound;
}
