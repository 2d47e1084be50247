// What stands in a program's output and is not seen: colours, titles, cursor movements, other control characters.
// Anyone who shows a log takes them out, and a secret that one of them parts is whole again. Bounded: a sequence is
// as long as those that programs print, and no longer.

/** ECMA-48 sequences, and control characters but tab, line feed and carriage return. */
const UNSEEN =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for
  /\u001b(?:\[[0-?]{0,64}[ -/]{0,8}[@-~]|[\]PX^_][^\u0007\u001b\r\n]{0,512}(?:\u0007|\u001b\\)?|[ -/]{0,8}[0-~])|[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]/g;
// biome-ignore lint/suspicious/noControlCharactersInRegex: the same, to be told apart at a glance
const ANY_UNSEEN = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]/;
/** The beginning of a sequence whose end has not come yet. */
const OPEN =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for
  /\u001b(?:\[[0-?]{0,64}[ -/]{0,8}|[\]PX^_][^\u0007\u001b\r\n]{0,512}\u001b?|[ -/]{0,8})$/;

export type Seen = {
  /** What is seen. */
  readonly plain: Buffer;
  /** Where the byte of `plain` at an index stands in what was given; at its length, where what is seen ends. */
  at(index: number): number;
  /** Where a sequence begins whose end may still come; the length of what was given where none does. */
  readonly open: number;
};

/** `final`: nothing comes behind it. */
export function seenOf(data: Buffer, final: boolean): Seen {
  const text = data.toString('latin1');
  if (!ANY_UNSEEN.test(text)) return { plain: data, at: (index) => index, open: data.length };
  const open = final ? data.length : (OPEN.exec(text)?.index ?? data.length);
  const whole = text.slice(0, open);
  const parts: string[] = [];
  const starts: number[] = [];
  const offsets: number[] = [];
  let seen = 0;
  let from = 0;
  const take = (to: number): void => {
    if (to === from) return;
    parts.push(whole.slice(from, to));
    starts.push(seen);
    offsets.push(from);
    seen += to - from;
  };
  for (const unseen of whole.matchAll(UNSEEN)) {
    take(unseen.index);
    from = unseen.index + unseen[0].length;
  }
  take(whole.length);
  const end = whole.length;
  return {
    plain: Buffer.from(parts.join(''), 'latin1'),
    at: (index) => offsetOf(index, seen, starts, offsets, end),
    open,
  };
}

function offsetOf(
  index: number,
  seen: number,
  starts: readonly number[],
  offsets: readonly number[],
  end: number,
): number {
  if (index >= seen) return end;
  let [low, high] = [0, starts.length - 1];
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if ((starts[middle] ?? 0) <= index) low = middle;
    else high = middle - 1;
  }
  return (offsets[low] ?? 0) + index - (starts[low] ?? 0);
}
