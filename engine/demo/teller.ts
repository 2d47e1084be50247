// How the story of `npm run demo` is shown: headings, sentences, commands as a person would type them, and what those
// commands print, as they print it. The commands that are shown are the ones that are run.

import { spawn } from 'node:child_process';
import { styleText } from 'node:util';
import type { PlayHooks } from './play.ts';
import { quote } from './things-to-try.ts';

type Format = Parameters<typeof styleText>[0];

export type Teller = {
  act(title: string): void;
  say(text: string): void;
  /**
   * Runs `program` with `args` in `directory` and shows it as `shown`; resolves to what it printed and its exit code.
   */
  run(command: ShownCommand): Promise<Ran>;
};

type ShownCommand = {
  /** The words that a person would type. */
  readonly words: readonly string[];
  /** What is executed, where that is not the words themselves. */
  readonly program?: readonly string[];
  readonly directory: string;
  readonly env: Readonly<Record<string, string>>;
  /** Run, but not shown: neither the command nor its output. */
  readonly isSilent?: boolean;
};

export type Ran = { readonly code: number | null; readonly output: string };

const INDENT = '    ';
const FRAMES = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏'];
const FRAME_MS = 120;

export function openTeller({ print, isColored }: PlayHooks, stop: AbortSignal): Teller {
  const styled = (format: Format, text: string): string =>
    isColored ? styleText(format, text, { validateStream: false }) : text;
  const spinner = isColored ? spin(print) : { begin: () => {}, end: () => {} };

  /** The last thing shown was a command that printed nothing: the next one stands right below it. */
  let isFollowing = false;
  const show = (text: string): void => {
    isFollowing = false;
    print(text);
  };

  return {
    act: (title) => show(`\n${styled('bold', title)}\n`),
    say: (text) => show(`${text}\n`),
    async run({ words, program = words, directory, env, isSilent = false }) {
      if (!isSilent) {
        print(`${isFollowing ? '' : '\n'}  ${styled('cyan', `$ ${words.map(typed).join(' ')}`)}\n`);
        isFollowing = true;
      }
      const [file = '', ...args] = program;
      const child = spawn(file, args, { cwd: directory, env, stdio: ['pipe', 'pipe', 'pipe'] });
      const end = (): void => void child.kill('SIGTERM');
      if (stop.aborted) end();
      stop.addEventListener('abort', end);
      let output = '';
      let rest = '';
      const lines = (text: string): void => {
        output += text;
        rest += text;
        const whole = rest.lastIndexOf('\n') + 1;
        if (isSilent || whole === 0) return;
        isFollowing = false;
        spinner.end();
        print(rest.slice(0, whole).replace(/^(?=.)/gm, INDENT));
        rest = rest.slice(whole);
        spinner.begin();
      };
      if (!isSilent) spinner.begin();
      child.stdout.setEncoding('utf8').on('data', lines);
      child.stderr.setEncoding('utf8').on('data', lines);
      // Nothing is written: the pipe only tells the child's watchdog that we are here.
      child.stdin.on('error', () => {});
      const code = await new Promise<number | null>((resolve) => {
        child.once('error', (error) => {
          output += error.message;
          resolve(null);
        });
        child.once('close', resolve);
      });
      stop.removeEventListener('abort', end);
      spinner.end();
      if (!isSilent && rest !== '') print(`${INDENT}${rest}\n`);
      return { code, output };
    },
  };
}

/** `--format='%h %s'`, as a person would quote it, and not the whole word. */
function typed(word: string): string {
  const [, option = '', value = word] = /^(--[a-z-]+=)(.*)$/s.exec(word) ?? [];
  return option + quote(value);
}

/** Shows on a terminal that something is still going on. */
function spin(print: (text: string) => void): { begin(): void; end(): void } {
  let timer: NodeJS.Timeout | undefined;
  let frame = 0;
  return {
    begin() {
      timer = setInterval(() => {
        frame += 1;
        print(`\r${INDENT}${FRAMES[frame % FRAMES.length]} `);
      }, FRAME_MS);
    },
    end() {
      if (timer !== undefined) print('\r\x1b[K');
      clearInterval(timer);
      timer = undefined;
    },
  };
}
