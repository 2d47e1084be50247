// Keeps what a fuzzer found: `node tests/fuzz/keep.ts <corpus> <name> '<text as fast-check prints it>'`. What comes
// behind the name is read as JSON, or taken as it is where it is none; `-` reads it from standard input, unchanged.
// Writes over nothing.

import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { CORPORA, corpusFile, encodeKept } from './runs.ts';

const [what = '', name = '', given] = process.argv.slice(2);
const isUsable = CORPORA.includes(what) && /^[a-z0-9]+(-[a-z0-9]+)*$/.test(name) && given !== undefined;
if (!isUsable) {
  console.error(
    `node tests/fuzz/keep.ts <${CORPORA.join('|')}> <name-of-what-was-wrong> '"text"' (or - for standard input)`,
  );
  process.exit(64);
}
const text = given === '-' ? readFileSync(0, 'utf8') : textOf(given);
const { ending, content } = encodeKept(text);
const file = corpusFile(what, `${name}${ending}`);
if (existsSync(file)) {
  console.error(`${path.relative(process.cwd(), file)} is there already; choose another name`);
  process.exit(1);
}
writeFileSync(file, content);
console.log(`kept ${path.relative(process.cwd(), file)}; \`npx vitest run tests/fuzz/${what}\` runs it first`);

function textOf(printed: string): string {
  try {
    const value: unknown = JSON.parse(printed);
    return typeof value === 'string' ? value : printed;
  } catch {
    return printed;
  }
}
