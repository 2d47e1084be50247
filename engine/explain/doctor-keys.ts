// An allowed_signers file as git and ssh-keygen read it (ssh-keygen(1), ALLOWED SIGNERS), as far as one has to know
// to say which line is none and for whom there is a key. Whether a signature holds is never decided here.

type Keys = {
  /** One for each pattern of each line: whether it speaks of that name. */
  readonly principals: readonly ((name: string) => boolean)[];
  /** Numbers of lines that are neither a key nor a comment. */
  readonly unreadable: readonly number[];
};

const KEY =
  /^(?<principals>"[^"]+"|\S+)\s+(?:(?<options>(?:[a-zA-Z-]+(?:="[^"]*")?)(?:,[a-zA-Z-]+(?:="[^"]*")?)*)\s+)?(?<type>(?:sk-)?(?:ssh|ecdsa)-[a-z0-9@.-]+)\s+(?<key>AAAA[A-Za-z0-9+/]+={0,2})(?:\s.*)?$/;

export function keysOf(text: string): Keys {
  const principals: ((name: string) => boolean)[] = [];
  const unreadable: number[] = [];
  for (const [index, raw] of text.split('\n').entries()) {
    const line = raw.trim();
    if (line === '' || line.startsWith('#')) continue;
    const found = KEY.exec(line)?.groups?.['principals'];
    if (found === undefined) unreadable.push(index + 1);
    else for (const pattern of found.replaceAll('"', '').split(',')) principals.push(matcher(pattern));
  }
  return { principals, unreadable };
}

/** `*` and `?` as in ssh_config(5). A pattern that takes names away gives nobody a key. */
function matcher(pattern: string): (name: string) => boolean {
  const wanted = pattern.toLowerCase();
  return (name) => !pattern.startsWith('!') && matches(name.toLowerCase(), wanted);
}

/** Not by a regular expression: a pattern of many stars, which anybody may commit, would take for ever. */
function matches(name: string, pattern: string): boolean {
  let [at, next, star, resume] = [0, 0, -1, 0];
  while (at < name.length) {
    if (pattern[next] === '*') {
      star = next;
      resume = at;
      next += 1;
    } else if (pattern[next] === '?' || pattern[next] === name[at]) {
      at += 1;
      next += 1;
    } else if (star >= 0) {
      resume += 1;
      at = resume;
      next = star + 1;
    } else return false;
  }
  return /^\**$/.test(pattern.slice(next));
}
