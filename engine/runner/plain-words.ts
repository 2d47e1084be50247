// Recognises a step that is one plain command, which needs no shell: `npm test`, `scripts/deploy.sh --fast`.
// Must never answer for a line that a shell would read differently; in doubt the shell gets it.

/** A value of `${{ … }}`, as the core writes it into a script: one word or part of one, whatever is in it. */
const VALUE = /"\$\{(TIDEGATE_VALUE_[0-9]+)\}"/g;

/**
 * The program and its arguments, or null where a shell is needed. GNU make does the same, with about these words.
 * `env` gives the values that stand in double quotes: what the shell would put there is put there.
 */
export function plainWords(script: string, env: Readonly<Record<string, string>>): readonly string[] | null {
  const line = script.replace(/\n$/, '');
  if (!/^[A-Za-z0-9_./=@:,+ -]+$/.test(line.replace(VALUE, 'v'))) return null;
  const words = line.split(' ').filter((word) => word !== '');
  const program = words[0];
  if (program === undefined || program.includes('=') || program.startsWith('-') || SHELL_WORDS.has(program))
    return null;
  // A program whose name is computed is the shell's business: it might be any of its own words.
  if (program.includes('$')) return null;
  return words.map((word) => word.replace(VALUE, (_reference, name: string) => env[name] ?? ''));
}

// Keywords and builtins of sh, dash and bash. Builtins that exist as programs too are here because the two differ in
// detail (`echo -e`, `test`, `kill %1`, `time`).
const SHELL_WORDS: ReadonlySet<string> = new Set(
  (
    '. : [ alias bg bind break builtin caller case cd chdir command compgen complete compopt continue coproc declare dirs ' +
    'disown do done echo elif else enable esac eval exec exit export false fc fg fi for function getopts hash help history ' +
    'if in jobs kill let local logout mapfile newgrp popd printf pushd pwd read readarray readonly return select set shift ' +
    'shopt source suspend test then time times trap true type typeset ulimit umask unalias unset until wait while'
  ).split(' '),
);
