// Log lines for people on a terminal and for machines elsewhere: one line each, JSON where it was asked for.

import { styleText } from 'node:util';
import type { Log, LogFields } from '../ports/log.ts';

type Level = 'info' | 'warn' | 'error';
const COLOURS = { info: 'dim', warn: 'yellow', error: 'red' } as const;

export function textLog(stream: NodeJS.WriteStream): Log {
  return levels((level, sentence, fields) => {
    const time = new Date().toISOString().slice(11, 19);
    const rest = Object.entries(fields).map(([key, value]) => `${key}=${value}`);
    const text = [time, level === 'info' ? '' : `${level}:`, oneLine(sentence), ...rest]
      .filter((part) => part !== '')
      .join(' ');
    stream.write(`${stream.isTTY ? styleText(COLOURS[level], text, { stream }) : text}\n`);
  });
}

export function jsonLog(stream: NodeJS.WritableStream): Log {
  return levels((level, message, fields) => {
    stream.write(`${JSON.stringify({ at: new Date().toISOString(), level, message, ...fields })}\n`);
  });
}

function levels(write: (level: Level, sentence: string, fields: LogFields) => void): Log {
  return {
    info: (sentence, fields = {}) => write('info', sentence, fields),
    warn: (sentence, fields = {}) => write('warn', sentence, fields),
    error: (sentence, fields = {}) => write('error', sentence, fields),
  };
}

/** What comes from a repository must not move the cursor or forge a line. */
function oneLine(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is taken out
  return text.replace(/[\u0000-\u001f\u007f-\u009f]+/g, ' ');
}
