// What a step put out for later ones: the file that TIDEGATE_OUTPUT names, in the format of GITHUB_OUTPUT. Whatever
// stands there was written by the step, so it is bounded, must be a plain file, and has its secrets masked.

import fs from 'node:fs';
import path from 'node:path';
import type { JobEnding } from '../model/job.ts';
import type { Masker } from './masking.ts';

/** They are kept in the ledger: names of artifacts and numbers, not files. */
const OUTPUT_FILE_BYTES_MAX = 64 * 1024;
const OUTPUT_BYTES_MAX = 16 * 1024;
const OUTPUTS_MAX = 50;

type Read =
  | { readonly type: 'outputs'; readonly outputs: Readonly<Record<string, string>> }
  | { readonly type: 'bad'; readonly sentence: string };

/** Beside the job's temporary files, which go with its run's export. */
export function outputFileOf(place: { readonly temporary: string; readonly log: string }): string {
  return path.join(place.temporary, `${path.basename(place.log, '.log')}.output`);
}

/** Empty, so that a step can add to it. */
export function makeOutputFile(file: string): void {
  fs.mkdirSync(path.dirname(file), { recursive: true, mode: 0o700 });
  fs.rmSync(file, { force: true, recursive: true });
  fs.writeFileSync(file, '', { flag: 'wx', mode: 0o600 });
}

/** The ending with what was put out; a step that succeeded and put out what nobody can read has failed. */
export function withOutputs(ending: JobEnding, file: string, masker: Masker): JobEnding {
  const read = readOutputs(file, masker);
  if (read.type === 'outputs')
    return Object.keys(read.outputs).length === 0 ? ending : { ...ending, outputs: read.outputs };
  const sentence = `${ending.sentence}; what it put out cannot be used: ${read.sentence}`;
  return { ...ending, outcome: ending.outcome === 'succeeded' ? 'failed' : ending.outcome, sentence };
}

function readOutputs(file: string, masker: Masker): Read {
  const text = plainText(file);
  if (typeof text !== 'string') return text;
  const parsed = parseOutputs(text);
  if (parsed.type === 'bad') return parsed;
  return {
    type: 'outputs',
    outputs: Object.fromEntries(Object.entries(parsed.outputs).map(([name, value]) => [name, masker.text(value)])),
  };
}

function plainText(file: string): string | Read {
  let descriptor: number | null = null;
  try {
    // No link is followed, and a pipe is not waited for.
    const { O_RDONLY, O_NOFOLLOW, O_NONBLOCK } = fs.constants;
    descriptor = fs.openSync(file, O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
    if (!fs.fstatSync(descriptor).isFile()) return bad('TIDEGATE_OUTPUT is no plain file any more');
    const bytes = Buffer.alloc(OUTPUT_FILE_BYTES_MAX + 1);
    let length = 0;
    for (let more = -1; more !== 0 && length < bytes.length; length += more)
      more = fs.readSync(descriptor, bytes, length, bytes.length - length, length);
    if (length > OUTPUT_FILE_BYTES_MAX) return bad('it is more than 64 KiB');
    return bytes.toString('utf8', 0, length);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : null;
    return code === 'ENOENT' ? '' : bad('TIDEGATE_OUTPUT is no plain file any more');
  } finally {
    if (descriptor !== null) fs.closeSync(descriptor);
  }
}

/** `name=value` a line, or `name<<WORD`, lines, `WORD`. The last of a name counts. */
export function parseOutputs(text: string): Read {
  const lines = text.split(/\r?\n/);
  const outputs = new Map<string, string>();
  for (let at = 0; at < lines.length; at++) {
    const line = lines[at] ?? '';
    const number = at + 1;
    if (line === '') continue;
    const [, name = '', sign = '', rest = ''] = /^([^=<]*)(=|<<)(.*)$/s.exec(line) ?? [];
    if (sign === '') return bad(`line ${number} is neither \`name=value\` nor \`name<<WORD\``);
    if (!/^[A-Za-z][A-Za-z0-9_]{0,63}$/.test(name))
      return bad(`line ${number}: a name has a letter first, then letters, digits and underscores, at most 64`);
    let value = rest;
    if (sign === '<<') {
      const end = rest === '' ? -1 : lines.indexOf(rest, at + 1);
      if (end < 0)
        return bad(`line ${number}: the text of \`${name}\` has no end: its word stands on no line of its own`);
      value = lines.slice(at + 1, end).join('\n');
      at = end;
    }
    if (value.includes('\0')) return bad(`line ${number}: the value of \`${name}\` has a zero byte`);
    outputs.set(name, value);
  }
  if (outputs.size > OUTPUTS_MAX) return bad(`it has more than ${OUTPUTS_MAX} names`);
  const bytes = [...outputs].reduce((sum, [name, value]) => sum + name.length + Buffer.byteLength(value), 0);
  if (bytes > OUTPUT_BYTES_MAX) return bad('it is more than 16 KiB; put a file somewhere and its name here');
  return { type: 'outputs', outputs: Object.fromEntries(outputs) };
}

function bad(sentence: string): Extract<Read, { type: 'bad' }> {
  return { type: 'bad', sentence };
}
