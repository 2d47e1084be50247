// Where in a shell script each `${{ … }}` stands: bare, in quotes, in a here-document. Enough of sh's grammar to know
// whether a variable expands there and whether its value stays one word; not a parser of the language.

export type ShellContext =
  /** Outside quotes. */
  | 'plain'
  /** Inside double quotes, or an unquoted here-document: expands, and stays one text. */
  | 'double'
  /** Inside single quotes, or a quoted here-document: does not expand. */
  | 'literal'
  /** Inside `$(( … ))`, where a shell would evaluate the value. */
  | 'arithmetic'
  /** After `#`. */
  | 'comment';

type Mode = 'script' | 'command' | 'backtick' | 'double' | 'single' | 'arithmetic' | 'paren';
type HereDocument = { readonly end: string; readonly literal: boolean; readonly indented: boolean };

/** One context for each expression, in order. */
export function shellContexts(script: string): readonly ShellContext[] {
  const contexts: ShellContext[] = [];
  const modes: Mode[] = ['script'];
  const pending: HereDocument[] = [];
  let at = 0;
  while (at < script.length) {
    const mode = modes.at(-1) ?? 'script';
    if (script.startsWith('${{', at)) {
      contexts.push(contextOf(mode));
      at = afterExpression(script, at);
    } else if (mode === 'single') {
      if (script[at] === "'") modes.pop();
      at += 1;
    } else if (script[at] === '\\') {
      at += 2;
    } else if (mode !== 'double' && mode !== 'arithmetic' && startsComment(script, at)) {
      at = skipLine(script, at, (count) => pushMany(contexts, 'comment', count));
    } else if (script[at] === '\n' && pending.length > 0) {
      at = skipHereDocuments(script, at + 1, pending.splice(0), contexts);
    } else {
      at += step(script, at, modes, pending);
    }
  }
  return contexts;
}

function contextOf(mode: Mode): ShellContext {
  if (mode === 'single') return 'literal';
  if (mode === 'arithmetic' || mode === 'paren') return 'arithmetic';
  // Quotes inside backticks depend on what is around them, so a reference stays bare there.
  return mode === 'double' || mode === 'backtick' ? 'double' : 'plain';
}

/** Opens or closes a mode at this character; the number of characters consumed. */
function step(script: string, at: number, modes: Mode[], pending: HereDocument[]): number {
  const mode = modes.at(-1) ?? 'script';
  const char = script[at];
  if (script.startsWith('$((', at)) return push(modes, 'arithmetic', 3);
  if (script.startsWith('$(', at)) return push(modes, 'command', 2);
  if (mode === 'arithmetic' || mode === 'paren') {
    if (char === '(') return push(modes, 'paren', 1);
    if (char === ')') return pop(modes, mode === 'arithmetic' ? 2 : 1);
    return 1;
  }
  if (char === '"') return mode === 'double' ? pop(modes, 1) : push(modes, 'double', 1);
  if (char === '`') return mode === 'backtick' ? pop(modes, 1) : push(modes, 'backtick', 1);
  if (mode === 'double') return 1;
  if (char === "'") return push(modes, 'single', 1);
  if (char === '(' && mode === 'command') return push(modes, 'command', 1);
  if (char === ')' && mode === 'command') return pop(modes, 1);
  if (script.startsWith('<<<', at)) return 3;
  if (script.startsWith('<<', at)) return openHereDocument(script, at, pending);
  return 1;
}

function push(modes: Mode[], mode: Mode, length: number): number {
  modes.push(mode);
  return length;
}

function pop(modes: Mode[], length: number): number {
  modes.pop();
  return length;
}

function startsComment(script: string, at: number): boolean {
  return script[at] === '#' && (at === 0 || /[\s;&|()]/.test(script[at - 1] ?? ''));
}

function afterExpression(script: string, at: number): number {
  const close = script.indexOf('}}', at);
  return close < 0 ? script.length : close + 2;
}

function openHereDocument(script: string, at: number, pending: HereDocument[]): number {
  const match = /^<<(-?)[ \t]*(\\?)(['"]?)([A-Za-z0-9_.-]+)\3/.exec(script.slice(at, at + 200));
  if (match === null) return 2;
  const [whole, dash, backslash, quote, end] = match;
  pending.push({ end: end ?? '', literal: backslash !== '' || quote !== '', indented: dash === '-' });
  return whole.length;
}

function skipHereDocuments(
  script: string,
  from: number,
  documents: readonly HereDocument[],
  contexts: ShellContext[],
): number {
  let at = from;
  for (const document of documents) {
    while (at < script.length) {
      const line = lineAt(script, at);
      if ((document.indented ? line.replace(/^\t+/, '') : line) === document.end) {
        at += line.length + 1;
        break;
      }
      at = skipLine(script, at, (count) => pushMany(contexts, document.literal ? 'literal' : 'double', count)) + 1;
    }
  }
  return at;
}

/** To the end of the line (not past it), telling how many expressions stood in the rest of it. */
function skipLine(script: string, from: number, found: (count: number) => void): number {
  let at = from;
  let count = 0;
  while (at < script.length && script[at] !== '\n') {
    if (script.startsWith('${{', at)) {
      count += 1;
      at = afterExpression(script, at);
    } else at += 1;
  }
  found(count);
  return at;
}

function lineAt(script: string, at: number): string {
  const end = script.indexOf('\n', at);
  return script.slice(at, end < 0 ? script.length : end);
}

function pushMany(contexts: ShellContext[], context: ShellContext, count: number): void {
  for (let index = 0; index < count; index += 1) contexts.push(context);
}
