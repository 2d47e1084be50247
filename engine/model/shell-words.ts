// The words of a shell script, command by command: enough of sh's grammar to see which files a script names, and no
// more. What the shell only knows when it runs (a variable, a glob, what a command prints) is `HOLE` in a word. Never
// fails: a script that sh would refuse gives words too.

/**
 * Stands in a word for what nobody knows before the script runs. No script can hold it: a file with a NUL is refused.
 */
export const HOLE = '\u0000';

export type ShellCommand = {
  readonly words: readonly string[];
  /** How many `( … )` it stands in: a `cd` in one ends with it. */
  readonly depth: number;
};

/**
 * Bounded where it looks for an end, so that no script takes more than its length. Quotes first, then what ends a
 * word or a command, then what is not known, then anything else.
 */
const PIECE =
  /'([^']*)'?|"((?:\\[\s\S]|[^"\\])*)"?|\\([\s\S])|(\$\(\(|\$\(|[`;&|()\n<>])|(\$\{[^}]{0,200}\}|\$[A-Za-z_]\w*|\$[0-9@*#?$!-]|[*?]|\[[^\]\s]{0,200}\])|(\s+)|(#)|([^'"\\$`;&|()\n<>*?[\s]+)|([\s\S])/y;

export function shellCommands(script: string): readonly ShellCommand[] {
  const commands: ShellCommand[] = [];
  let words: string[] = [];
  let word: string | null = null;
  let depth = 0;
  const endWord = (): void => {
    if (word !== null && word !== '') words.push(word);
    word = null;
  };
  const endCommand = (): void => {
    endWord();
    if (words.length > 0) commands.push({ words, depth });
    words = [];
  };
  for (let at = 0; at < script.length; ) {
    PIECE.lastIndex = at;
    const piece = PIECE.exec(script);
    if (piece === null) break;
    at = PIECE.lastIndex;
    const [whole, single, double, escaped, operator, unknown, space, comment] = piece;
    if (single !== undefined) word = (word ?? '') + single;
    else if (double !== undefined) word = (word ?? '') + withHoles(double);
    else if (escaped !== undefined) word = (word ?? '') + (escaped === '\n' ? '' : escaped);
    else if (unknown !== undefined) word = (word ?? '') + HOLE;
    else if (space !== undefined) endWord();
    else if (comment !== undefined && word === null) at = endOfLine(script, at);
    else if (operator === undefined) word = (word ?? '') + whole;
    // `x < file` and `x > file` name a file of the same command.
    else if (operator === '<' || operator === '>') endWord();
    else {
      if (operator.startsWith('$')) word = (word ?? '') + HOLE;
      endCommand();
      if (operator.endsWith('(')) depth += operator === '$((' ? 2 : 1;
      if (operator === ')') depth = Math.max(0, depth - 1);
    }
  }
  endCommand();
  return commands;
}

function endOfLine(script: string, at: number): number {
  const end = script.indexOf('\n', at);
  return end < 0 ? script.length : end;
}

/**
 * What a command in the quotes prints is a hole; its own words stand behind it, for anyone who takes the word apart.
 */
function withHoles(text: string): string {
  return text
    .replace(/\\([$`"\\])/g, '$1')
    .replace(/\$\{[^}]{0,200}\}|\$\(|\$[A-Za-z_]\w*|\$[0-9@*#?$!-]/g, (found) => (found === '$(' ? `${HOLE}(` : HOLE));
}
