// The log of `npm start`: everything that the controller says and records goes to a file, what a person must know
// also to the terminal. Writing it must never stop the controller: a full disk loses lines of it, and nothing else.

import { closeSync, mkdirSync, openSync, writeSync } from 'node:fs';
import path from 'node:path';
import type { Instant } from '../base/instant.ts';
import { formatInstant } from '../base/instant.ts';
import { visible } from '../base/visible.ts';
import type { Log, LogFields } from '../ports/log.ts';

type PlayLog = Log & { close(): void };

export function openPlayLog(
  file: string,
  now: () => Instant,
  warn: (environment: string, sentence: string) => void,
): PlayLog {
  mkdirSync(path.dirname(file), { recursive: true });
  const descriptor = openSync(file, 'a', 0o600);
  const write = (level: string, sentence: string, fields: LogFields): void => {
    const rest = Object.entries(fields).map(([key, value]) => ` ${key}=${oneLine(String(value))}`);
    try {
      writeSync(descriptor, `${formatInstant(now())} ${level} ${oneLine(sentence)}${rest.join('')}\n`);
    } catch {
      // There is no better place to tell it.
    }
  };
  const tell =
    (level: string) =>
    (sentence: string, fields: LogFields = {}) => {
      write(level, sentence, fields);
      if (level !== 'info') warn(String(fields['environment'] ?? ''), sentence);
    };
  return { info: tell('info'), warn: tell('warning'), error: tell('error'), close: () => closeSync(descriptor) };
}

/** What comes from a repository must not forge a line. */
function oneLine(text: string): string {
  return visible(text.replace(/\s+/g, ' '));
}
