// From how a git run ended to a Fault that a person can act on. Git's words are read only to choose the code and the
// hint: whether a push arrived, or a ref moved, is never judged by them. Secrets are masked here.

import { Fault, type FaultCode } from '../ports/fault.ts';
import type { GitEnding } from './exec.ts';
import { maskText } from './remote-url.ts';

type Kind = {
  readonly code: FaultCode;
  readonly retry: 'now' | 'later' | 'never';
  readonly words: RegExp;
  readonly hint: string;
};

// The first that matches counts: what our own disk says comes before what the network says.
const KINDS: readonly Kind[] = [
  {
    code: 'disk-full',
    retry: 'later',
    // Git keeps the system's word to itself where it writes a ref, and says it in its own where it writes a pack.
    words: /No space left on device|Out of diskspace|couldn't write '[^'\n]+\.lock'|Disk quota exceeded/,
    hint: 'make room on the disk of the state folder',
  },
  {
    code: 'repository-damaged',
    retry: 'now',
    words:
      /object file \S* ?is empty|(loose )?object \S+ .*is corrupt|bad object refs\/|bad tree object|packfile \S+ (cannot be accessed|does not match|is (far )?too)|pack has bad object|inflate: data stream error|unable to (read|parse|unpack) [0-9a-f]{7,}|unable to read (tree|object)|index file \S+ (is too small|is corrupt)|invalid object|not a git repository|commit-graph .*(corrupt|too small)|missing (blob|tree|commit) (object )?'?[0-9a-f]{7,}/,
    hint: 'the cache is rebuilt from the remote when the repository is opened again',
  },
  {
    code: 'object-missing',
    retry: 'later',
    words: /Not a valid (commit|object) name|bad revision/,
    hint: 'fetch it from the remote first',
  },
  {
    code: 'state-unwritable',
    retry: 'later',
    words:
      /Read-only file system|([Uu]nable|cannot|failed) to (create|write|open)[^\n]*Permission denied|insufficient permission for adding/,
    hint: 'let the user that runs Tidegate write to the state folder',
  },
  {
    code: 'remote-auth',
    retry: 'later',
    words:
      /Authentication failed|could not read (Username|Password)|Permission denied \(|Host key verification failed|terminal prompts disabled|HTTP Basic: Access denied|returned error: 40[13]|Invalid username or/,
    hint: 'give TIDEGATE_GIT_TOKEN, a git credential helper, or an ssh key that the remote accepts',
  },
  {
    code: 'remote-timeout',
    retry: 'later',
    words: /timed out|Operation too slow/,
    hint: 'check the network and the load of the Git host',
  },
  {
    code: 'ref-moved',
    retry: 'now',
    words: /couldn't find remote ref|not our ref|unadvertised object/,
    hint: 'the remote changed between the look and the fetch; look again',
  },
  {
    code: 'remote-unreachable',
    retry: 'later',
    words:
      /Could not resolve|Connection (refused|reset|closed)|unable to access|does not appear to be a git repository|[Rr]epository .*not found|not found|Could not read from remote|hung up|early EOF|unexpected disconnect|No route to host|RPC failed|does not exist|bad line length|protocol error|expected flush/,
    hint: 'check the URL, the network and that the repository exists',
  },
];

type FailureContext = {
  /** `fetch from https://host/path`: completes "could not …". */
  readonly what: string;
  readonly secrets: readonly string[];
  readonly timeoutMs?: number;
};

export function gitFault(ending: GitEnding, context: FailureContext): Fault {
  if (ending.stopped === 'closed') {
    return new Fault('git-failed', `could not ${context.what}: ended on request`, {
      retry: 'never',
      hint: 'run it again',
    });
  }
  if (ending.stopped === 'timed-out') {
    const after = context.timeoutMs === undefined ? '' : ` within ${Math.round(context.timeoutMs / 1_000)} s`;
    return new Fault('remote-timeout', `could not ${context.what}${after}`, {
      retry: 'later',
      hint: 'check the network and the load of the Git host; a large first clone may need a longer limit',
    });
  }
  if (ending.stopped === 'too-large') {
    return new Fault('remote-too-large', `could not ${context.what}: it answers with more than the limit`, {
      retry: 'later',
      hint: 'check that this is the right repository, or raise the limit',
    });
  }
  const words = gitWords(ending.stderr, context.secrets);
  const kind = KINDS.find((candidate) => candidate.words.test(ownWords(ending.stderr, candidate)));
  return new Fault(kind?.code ?? 'git-failed', `could not ${context.what}: ${words || sayEnding(ending)}`, {
    retry: kind?.retry ?? 'later',
    hint: kind?.hint ?? 'the words above are git’s own',
  });
}

/** A child of ours that somebody else has ended has no words of its own. */
function sayEnding({ code, signal }: GitEnding): string {
  return signal === null ? `git ended with exit code ${code}` : `git was ended from outside (${signal})`;
}

export function isDamage(stderr: string): boolean {
  return KINDS.some((kind) => kind.code === 'repository-damaged' && kind.words.test(ownWords(stderr, kind)));
}

/** Another process of ours holds the lock, or a name stands in the way of a name (`a` and `a/b`). */
export function isLockTrouble(stderr: string): boolean {
  return /cannot lock ref|unable to update local ref|\.lock': File exists|could not lock/i.test(stderr);
}

/** Advice, addresses, progress, and what became of refs that were fetched. */
const NO_WORDS =
  /^(hint|warning|To |From |remote: ?$|\* \[new |[+t-]? ?[0-9a-f]{7,}\.\.|(remote: )?((Enumerating|Counting|Compressing|Receiving|Unpacking|Writing) objects|Resolving deltas|Total \d+ ))/;

/** What git said, in one bounded line without secrets. */
export function gitWords(stderr: string, secrets: readonly string[]): string {
  const lines = stderr
    .split(/[\r\n]+/)
    .map((line) => line.trim())
    .filter((line) => line !== '' && !NO_WORDS.test(line));
  const plain = [...new Set(lines)].join('; ').replaceAll(/\p{Cc}/gu, ' ');
  const masked = maskText(plain, secrets);
  return masked.length <= 500 ? masked : `${masked.slice(0, 497)}...`;
}

/** The far side's words tell nothing about our own disk: a remote can be full or damaged too. */
function ownWords(stderr: string, kind: Kind): string {
  const local = kind.code === 'disk-full' || kind.code === 'repository-damaged' || kind.code === 'state-unwritable';
  return local ? stderr.replaceAll(/^remote:.*$/gm, '') : stderr;
}
