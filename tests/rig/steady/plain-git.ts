// Plain git beside the engine, without standing still for it: the remote's server lives in the same process as those
// who ask.

import { type ChildProcess, spawn } from 'node:child_process';

export type GitSaid = { readonly code: number | null; readonly out: string; readonly err: string };

export async function runGit(directory: string, args: readonly string[], input = ''): Promise<GitSaid> {
  const child = spawn('git', args, { cwd: directory, env: atTheRemote(), stdio: ['pipe', 'pipe', 'pipe'] });
  const [out, err]: Buffer[][] = [[], []];
  child.stdout.on('data', (part: Buffer) => out?.push(part));
  child.stderr.on('data', (part: Buffer) => err?.push(part));
  child.stdin.on('error', () => undefined);
  child.stdin.end(input);
  const code = await new Promise<number | null>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', resolve);
  });
  return { code, out: text(out), err: text(err) };
}

/** What it printed; throws what it complained of. */
export async function askGit(directory: string, args: readonly string[], input = ''): Promise<string> {
  const { code, out, err } = await runGit(directory, args, input);
  if (code !== 0) throw new Error(`git ${args.join(' ')} ended with ${code}: ${err}`);
  return out.trim();
}

/**
 * One `git cat-file --batch` that stays: `<commit>:<path>` to text, null where there is none. Asked in order,
 * answered in order.
 */
export class Blobs {
  readonly #child: ChildProcess;
  readonly #waiting: ((text: string | null) => void)[] = [];
  readonly #ended: Promise<void>;
  #unread = Buffer.alloc(0);

  constructor(repository: string) {
    this.#child = spawn('git', ['cat-file', '--batch'], {
      cwd: repository,
      env: atTheRemote(),
      stdio: ['pipe', 'pipe', 'ignore'],
    });
    this.#child.stdin?.on('error', () => undefined);
    this.#ended = new Promise((resolve) => {
      this.#child.on('close', () => {
        for (const answer of this.#waiting.splice(0)) answer(null);
        resolve();
      });
    });
    this.#child.stdout?.on('data', (part: Buffer) => {
      this.#unread = Buffer.concat([this.#unread, part]);
      while (this.#answer());
    });
  }

  read(name: string): Promise<string | null> {
    return new Promise((resolve) => {
      this.#waiting.push(resolve);
      this.#child.stdin?.write(`${name}\n`);
    });
  }

  async close(): Promise<void> {
    this.#child.stdin?.end();
    await this.#ended;
  }

  #answer(): boolean {
    const end = this.#unread.indexOf('\n');
    if (end < 0) return false;
    const head = this.#unread.subarray(0, end).toString('utf8');
    const size = /^[0-9a-f]+ \w+ (\d+)$/.exec(head)?.[1];
    if (size === undefined) return this.#give(null, end + 1);
    const from = end + 1;
    const to = from + Number(size);
    if (this.#unread.length < to + 1) return false;
    return this.#give(this.#unread.subarray(from, to).toString('utf8'), to + 1);
  }

  #give(answer: string | null, used: number): boolean {
    this.#unread = this.#unread.subarray(used);
    this.#waiting.shift()?.(answer);
    return this.#unread.length > 0;
  }
}

/** Marked as the remote's hooks are: nobody who looks for orphans takes it for one. */
function atTheRemote(): NodeJS.ProcessEnv {
  return { ...process.env, GIT_DIR: '.' };
}

function text(parts: readonly Buffer[] | undefined): string {
  return Buffer.concat(parts ?? []).toString('utf8');
}
