// Log lines for people on a terminal and for machines elsewhere: one line each, JSON where it was asked for.

import { styleText } from 'node:util';
import { visible, visibleJson } from '../base/visible.ts';
import type { Log, LogFields } from '../ports/log.ts';

type Level = 'info' | 'warn' | 'error';
const COLOURS = { info: 'dim', warn: 'yellow', error: 'red' } as const;

export function textLog(stream: NodeJS.WriteStream): Log {
  return levels((level, sentence, fields) => {
    const time = new Date().toISOString().slice(11, 19);
    const rest = Object.entries(fields).map(([key, value]) => `${key}=${oneLine(String(value))}`);
    const text = [time, level === 'info' ? '' : `${level}:`, oneLine(sentence), ...rest]
      .filter((part) => part !== '')
      .join(' ');
    stream.write(`${stream.isTTY ? styleText(COLOURS[level], text, { stream }) : text}\n`);
  });
}

export function jsonLog(stream: NodeJS.WritableStream): Log {
  return levels((level, message, fields) => {
    const text = JSON.stringify({ at: new Date().toISOString(), level, message, ...fields });
    stream.write(`${visibleJson(text)}\n`);
  });
}

function levels(write: (level: Level, sentence: string, fields: LogFields) => void): Log {
  return {
    info: (sentence, fields = {}) => write('info', sentence, fields),
    warn: (sentence, fields = {}) => write('warn', sentence, fields),
    error: (sentence, fields = {}) => write('error', sentence, fields),
  };
}

/** What comes from a repository must not move the cursor, forge a line, turn the direction of writing round or be unseen. */
function oneLine(text: string): string {
  return visible(text.replace(/[\t\n\v\f\r\x85\u2028\u2029]/g, ' '));
}
