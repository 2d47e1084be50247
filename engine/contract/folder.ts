// What is said of a folder on this machine: `tidegate check --json` and `tidegate init --json`.

import type { Problem } from '../base/problem.ts';
import { problemShape, problemsJson } from './problem.ts';
import { listOf, object, type Shape, says, TEXT } from './shape.ts';

export const checkAnswer = object({
  problems: listOf(problemShape),
  inputs: says(
    'What makes a new version of each environment; empty where the configuration cannot be read.',
    listOf(object({ environment: TEXT, paths: listOf(TEXT) })),
  ),
});

export type CheckJson = Shape<typeof checkAnswer>;

export function checkJson(problems: readonly Problem[], inputs: CheckJson['inputs']): CheckJson {
  return { problems: problemsJson(problems), inputs };
}

export const initAnswer = object({ directory: TEXT, files: listOf(TEXT) });

export type InitJson = Shape<typeof initAnswer>;
