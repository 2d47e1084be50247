// One long-lived `git cat-file` for all reading: 0.1 ms an object where a process each costs 2 ms. It is started when
// first asked, started again when it died, and holds the event loop only while an answer is awaited.
// Git before 2.36 has no --batch-command: there, one process tells kind and size and another the bytes.

import { setImmediate as nextTurn } from 'node:timers/promises';
import { Fault } from '../ports/fault.ts';
import { type BatchAnswer, batchOutput } from './batch-output.ts';
import { cannotStart, type Git, holdLoop, killGroup } from './exec.ts';
import { isDamage } from './failure.ts';

export type CatFile = {
  /** By full id, or `<ref>^{type}` without spaces or control characters. In the order asked. */
  info(names: readonly string[]): Promise<readonly BatchAnswer[]>;
  contents(names: readonly string[], bytesMax: number): Promise<readonly BatchAnswer[]>;
  /** Ends the helper; the next question starts another. */
  restart(): void;
  /**
   * As `restart`, but what was asked is still answered. A helper holds packs that were rolled up, and their disk, for
   * as long as it lives.
   */
  renew(): void;
};

type CatFileOptions = {
  readonly batchCommand: boolean;
  readonly timeoutMs: number;
  /** Told when the object database itself is at fault. */
  readonly onDamage: () => void;
};

/**
 * What it holds of packs and of what it has unfolded, for as long as it lives: git's own bounds are the whole of all
 * packs, and 96 MiB. Without these it took 200 MB after 3,000 commits of fifty environments, and more with each; with
 * them, 5 us more an object.
 */
const SMALL = [
  ['-c', 'core.packedGitWindowSize=512k'],
  ['-c', 'core.packedGitLimit=4m'],
  ['-c', 'core.deltaBaseCacheLimit=8m'],
].flat();

type Line = (name: string) => string;

export function createCatFile(git: Git, options: CatFileOptions): CatFile {
  if (options.batchCommand) {
    const both = createHelper(git, ['cat-file', '--batch-command', '--buffer'], true, options);
    return {
      info: (names) => both.ask(names, null, (name) => `info ${name}\n`),
      contents: (names, bytesMax) => both.ask(names, bytesMax, (name) => `contents ${name}\n`),
      restart: both.end,
      renew: both.leave,
    };
  }
  const check = createHelper(git, ['cat-file', '--batch-check'], false, options);
  const batch = createHelper(git, ['cat-file', '--batch'], false, options);
  return {
    info: (names) => check.ask(names, null, (name) => `${name}\n`),
    contents: (names, bytesMax) => batch.ask(names, bytesMax, (name) => `${name}\n`),
    restart() {
      check.end();
      batch.end();
    },
    renew() {
      check.leave();
      batch.leave();
    },
  };
}

type Helper = {
  ask(names: readonly string[], bytesMax: number | null, line: Line): Promise<readonly BatchAnswer[]>;
  end(): void;
  leave(): void;
};

function createHelper(git: Git, args: readonly string[], flush: boolean, options: CatFileOptions): Helper {
  let running: Running | null = null;

  async function once(
    names: readonly string[],
    bytesMax: number | null,
    line: Line,
  ): Promise<readonly BatchAnswer[] | null> {
    if (running === null || running.dead) running = startHelper(git, [...SMALL, ...args], options);
    // Anyone who answers is the one to complain: another may be running by then.
    const helper = running;
    const answers = await helper.ask(names, bytesMax, names.map(line).join('') + (flush ? 'flush\n' : ''));
    if (answers?.some(({ type }) => type === 'missing')) await helper.complain();
    return answers;
  }

  return {
    async ask(names, bytesMax, line) {
      if (names.length === 0) return [];
      // A helper that died without a word (killed from outside) is not the objects' fault: once more.
      const answers = (await once(names, bytesMax, line)) ?? (await once(names, bytesMax, line));
      if (answers !== null) return answers;
      throw new Fault('git-failed', 'git cat-file ended twice without an answer', {
        retry: 'later',
        hint: 'check memory and process limits',
      });
    },
    end() {
      running?.end();
      running = null;
    },
    leave() {
      running?.leave();
      running = null;
    },
  };
}

type Running = {
  readonly dead: boolean;
  /** Null when the process died with nothing to say. */
  ask(names: readonly string[], bytesMax: number | null, input: string): Promise<readonly BatchAnswer[] | null>;
  /** Throws when git has said that objects are there and cannot be read: it calls those missing too. */
  complain(): Promise<void>;
  end(): void;
  /** It ends by itself when it has answered all. */
  leave(): void;
};

function startHelper(git: Git, args: readonly string[], options: CatFileOptions): Running {
  const child = git.spawn(args);
  const output = batchOutput();
  const waiting = new Set<(why: Fault | null) => void>();
  let stderr = '';
  let dead = false;
  holdLoop(child, false);

  const die = (why: Fault | null) => {
    if (dead) return;
    dead = true;
    for (const fail of waiting) fail(why);
    waiting.clear();
  };
  child.stdout.on('data', (chunk: Buffer) => output.take(chunk));
  child.stderr.on('data', (chunk: Buffer) => {
    stderr = (stderr + chunk.toString('utf8')).slice(-8_192);
  });
  child.once('error', (cause) => die(cannotStart(cause)));
  child.once('close', () => die(isDamage(stderr) ? damaged(stderr, options) : null));

  return {
    get dead() {
      return dead;
    },
    ask(names, bytesMax, input) {
      return new Promise((resolve, reject) => {
        const answers: BatchAnswer[] = [];
        const fail = (why: Fault | null) => {
          clearTimeout(timer);
          if (why === null) resolve(null);
          else reject(why);
        };
        const timer = setTimeout(() => {
          die(slow(options.timeoutMs));
          killGroup(child);
        }, options.timeoutMs);
        waiting.add(fail);
        const answer = (found: BatchAnswer) => {
          answers.push(found);
          if (answers.length < names.length) return;
          clearTimeout(timer);
          waiting.delete(fail);
          if (waiting.size === 0) holdLoop(child, false);
          resolve(answers);
        };
        for (const _ of names) output.expect({ bytesMax, answer });
        holdLoop(child, true);
        child.stdin.write(input);
      });
    },
    async complain() {
      // Git complains before it answers: what it said is read in the same turn of the event loop, or has been.
      await nextTurn();
      if (isDamage(stderr)) throw damaged(stderr, options);
    },
    end() {
      die(null);
      child.stdin.end();
    },
    leave() {
      child.stdin.end();
    },
  };
}

function damaged(stderr: string, options: CatFileOptions): Fault {
  options.onDamage();
  return new Fault('repository-damaged', `the git cache cannot be read: ${stderr.trim().slice(0, 300)}`, {
    retry: 'now',
    hint: 'the cache is rebuilt from the remote when the repository is opened again',
  });
}

function slow(timeoutMs: number): Fault {
  return new Fault('git-failed', `git cat-file gave no answer within ${Math.round(timeoutMs / 1_000)} s`, {
    retry: 'later',
    hint: 'check the disk of the state folder',
  });
}
