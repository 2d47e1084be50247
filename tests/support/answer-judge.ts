// Whether what a command printed with --json is the answer that contract/ describes, and nothing beside it. Shapes
// are open, so that fields can be added; here they are closed, so that none is added without its shape.

import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { ANSWERS, FAILURE } from '../../engine/contract/answers.ts';
import type { Schema } from '../../engine/contract/shape.ts';

const ajv = new Ajv2020({ strict: false, allErrors: true });
addFormats.default(ajv);
const compiled = new Map<Schema, ValidateFunction>();

/** What is wrong with an answer of this shape, a line each; empty where nothing is. */
export function misshapen(schema: Schema, answer: unknown): readonly string[] {
  const validate = compiled.get(schema) ?? ajv.compile(closed(schema) as object);
  compiled.set(schema, validate);
  // An answer is judged as a script reads it.
  if (validate(JSON.parse(JSON.stringify(answer)))) return [];
  return (validate.errors ?? []).map(
    ({ instancePath, message, params }) => `${instancePath}: ${message} ${JSON.stringify(params)}`,
  );
}

/** The words of the command that answered; null where it ended early and said why. Throws at any other shape. */
export function judgedAnswer(argv: readonly string[], out: string): string | null {
  const words = commandIn(argv);
  if (words === 'run') {
    const lines = out.split('\n').filter((line) => line !== '');
    return judged(
      words,
      lines.map((line): unknown => JSON.parse(line)),
    );
  }
  return judged(words, [JSON.parse(out)]);
}

function judged(words: string, answers: readonly unknown[]): string | null {
  let isAnswer = true;
  for (const answer of answers) {
    const isFailure = typeof answer === 'object' && answer !== null && 'error' in answer;
    if (isFailure) isAnswer = false;
    const shape = isFailure ? FAILURE : ANSWERS[words];
    const wrong = shape === undefined ? ['it has no shape in contract/answers.ts'] : misshapen(shape, answer);
    if (wrong.length > 0) throw new Error(`tidegate ${words} --json: ${wrong.join('\n')}`);
  }
  return isAnswer ? words : null;
}

function commandIn(argv: readonly string[]): string {
  const typed = argv.filter((word) => !word.startsWith('-'));
  const pairs = typed.map((word, index) => `${word} ${typed[index + 1] ?? ''}`);
  const found =
    pairs.find((pair) => Object.hasOwn(ANSWERS, pair)) ?? typed.find((word) => Object.hasOwn(ANSWERS, word));
  return found ?? argv.join(' ');
}

/** The same shape without room for a field that it does not name, at any depth. */
function closed(shape: unknown): unknown {
  if (Array.isArray(shape)) return shape.map((each: unknown) => closed(each));
  if (typeof shape !== 'object' || shape === null) return shape;
  const inner = Object.fromEntries(Object.entries(shape).map(([key, value]) => [key, closed(value)]));
  return 'properties' in shape ? { ...inner, additionalProperties: false } : inner;
}
