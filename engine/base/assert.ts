// Invariants are about us: a failed one is a defect of Tidegate and is never caught (exit 70).

export class Invariant extends Error {
  override readonly name = 'Invariant';
}

export function assert(condition: unknown, sentence: string): asserts condition {
  if (!condition) throw new Invariant(sentence);
}

/** Closes an exhaustive switch: the compiler proves that no case is left. */
export function unreachable(value: never): never {
  throw new Invariant(`unreachable: ${JSON.stringify(value)}`);
}
