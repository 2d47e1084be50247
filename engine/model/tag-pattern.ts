// Patterns of tag names, as `git tag --list` and `git describe --match` read them (wildmatch.c, without WM_PATHNAME):
// `*` is any text, slashes included, `?` one byte, `[…]` a class with ranges, `!` or `^`, and names such as
// `[:digit:]`; a backslash takes the next character as it is. Braces mean themselves, and nobody means them. Matching
// is by bytes and takes at most the product of both lengths: the pattern may come from anybody who may push.

type Token =
  | { readonly type: 'byte'; readonly byte: number }
  | { readonly type: 'one' }
  | { readonly type: 'any' }
  | { readonly type: 'class'; readonly has: (byte: number) => boolean };

type TagPattern = {
  matches(name: string): boolean;
  /** What every name that matches begins with. */
  readonly prefix: string;
  /** The pattern with one character for each wildcard: judged as a name, it tells whether any name could match. */
  readonly sample: string;
  readonly hasWildcard: boolean;
};

/** Null where a class is not closed, or a backslash is the last character: git matches nothing by it. */
export function tagPattern(pattern: string): TagPattern | null {
  const tokens = tokensOf(new TextEncoder().encode(pattern));
  if (tokens === null) return null;
  const firstWild = tokens.findIndex(({ type }) => type !== 'byte');
  return {
    matches: (name) => matches(tokens, new TextEncoder().encode(name)),
    prefix: textOf(firstWild < 0 ? tokens : tokens.slice(0, firstWild)),
    sample: textOf(tokens.map((token) => (token.type === 'byte' ? token : { type: 'byte', byte: X }))),
    hasWildcard: firstWild >= 0,
  };
}

const X = 0x78;
const [STAR, QUESTION, OPEN, CLOSE, BACKSLASH, DASH, COLON] = [...'*?[]\\-:'].map((char) => char.charCodeAt(0));

function textOf(tokens: readonly Token[]): string {
  const bytes = tokens.flatMap((token) => (token.type === 'byte' ? [token.byte] : []));
  return new TextDecoder().decode(Uint8Array.from(bytes));
}

function tokensOf(pattern: Uint8Array): readonly Token[] | null {
  const tokens: Token[] = [];
  for (let at = 0; at < pattern.length; at += 1) {
    const byte = pattern[at] ?? 0;
    if (byte === STAR) {
      if (tokens.at(-1)?.type !== 'any') tokens.push({ type: 'any' });
    } else if (byte === QUESTION) {
      tokens.push({ type: 'one' });
    } else if (byte === OPEN) {
      const read = readClass(pattern, at + 1);
      if (read === null) return null;
      tokens.push({ type: 'class', has: read.has });
      at = read.end;
    } else if (byte === BACKSLASH) {
      at += 1;
      if (at === pattern.length) return null;
      tokens.push({ type: 'byte', byte: pattern[at] ?? 0 });
    } else tokens.push({ type: 'byte', byte });
  }
  return tokens;
}

type ReadClass = { readonly has: (byte: number) => boolean; readonly end: number };

/** From behind the `[`; `end` is where its `]` stands. */
function readClass(pattern: Uint8Array, start: number): ReadClass | null {
  const isNegated = pattern[start] === '!'.charCodeAt(0) || pattern[start] === '^'.charCodeAt(0);
  const first = isNegated ? start + 1 : start;
  const members: ((byte: number) => boolean)[] = [];
  // What a range would begin with; a name and the end of a range are none.
  let before: number | null = null;
  for (let at = first; at < pattern.length; at += 1) {
    const byte = pattern[at] ?? 0;
    if (byte === CLOSE && at > first) {
      return { has: (one) => members.some((member) => member(one)) !== isNegated, end: at };
    }
    if (byte === OPEN && pattern[at + 1] === COLON) {
      const name = classNameAt(pattern, at + 2);
      if (name === null) return null;
      members.push(name.has);
      at = name.end;
      before = null;
    } else if (byte === DASH && before !== null && at + 1 < pattern.length && pattern[at + 1] !== CLOSE) {
      const escaped: boolean = pattern[at + 1] === BACKSLASH;
      at += escaped ? 2 : 1;
      if (at >= pattern.length) return null;
      const [from, to]: [number, number] = [before, pattern[at] ?? 0];
      members.push((one) => one >= from && one <= to);
      before = null;
    } else {
      if (byte === BACKSLASH) at += 1;
      if (at >= pattern.length) return null;
      const only = pattern[at] ?? 0;
      members.push((one) => one === only);
      before = only;
    }
  }
  return null;
}

const NAMES: Readonly<Record<string, RegExp>> = {
  alnum: /[0-9A-Za-z]/,
  alpha: /[A-Za-z]/,
  blank: /[ \t]/,
  digit: /[0-9]/,
  graph: /[!-~]/,
  lower: /[a-z]/,
  print: /[ -~]/,
  punct: /[!-/:-@[-`{-~]/,
  space: /[\t-\r ]/,
  upper: /[A-Z]/,
  xdigit: /[0-9A-Fa-f]/,
};

function classNameAt(pattern: Uint8Array, start: number): ReadClass | null {
  const end = pattern.indexOf(CLOSE ?? 0, start);
  if (end < 0 || pattern[end - 1] !== COLON) return null;
  const name = new TextDecoder().decode(pattern.slice(start, end - 1));
  const known = Object.hasOwn(NAMES, name) ? NAMES[name] : undefined;
  return known === undefined ? null : { has: (byte) => known.test(String.fromCharCode(byte)), end };
}

/** Greedy, going back to the last `*` only: what lies before it never has to be matched again. */
function matches(tokens: readonly Token[], name: Uint8Array): boolean {
  let [token, at] = [0, 0];
  let [starToken, starAt] = [-1, 0];
  while (at < name.length) {
    const here = tokens[token];
    if (here?.type === 'any') {
      [starToken, starAt] = [token, at];
      token += 1;
    } else if (here !== undefined && takes(here, name[at] ?? 0)) {
      token += 1;
      at += 1;
    } else if (starToken >= 0) {
      starAt += 1;
      [token, at] = [starToken + 1, starAt];
    } else return false;
  }
  return tokens.slice(token).every(({ type }) => type === 'any');
}

function takes(token: Exclude<Token, { type: 'any' }>, byte: number): boolean {
  switch (token.type) {
    case 'byte':
      return token.byte === byte;
    case 'one':
      return true;
    case 'class':
      return token.has(byte);
  }
}
