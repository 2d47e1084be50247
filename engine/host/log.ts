// Log lines for people on a terminal and for machines elsewhere: one line each, JSON where it was asked for.

import { styleText } from 'node:util';
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
    stream.write(`${text.replace(HARMFUL, escaped)}\n`);
  });
}

function levels(write: (level: Level, sentence: string, fields: LogFields) => void): Log {
  return {
    info: (sentence, fields = {}) => write('info', sentence, fields),
    warn: (sentence, fields = {}) => write('warn', sentence, fields),
    error: (sentence, fields = {}) => write('error', sentence, fields),
  };
}

/** What comes from a repository must not move the cursor, forge a line or turn the direction of writing round. */
function oneLine(text: string): string {
  return text.replace(HARMFUL, ' ');
}

function escaped(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: these are the characters that must not pass
const HARMFUL = /[\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/g;
