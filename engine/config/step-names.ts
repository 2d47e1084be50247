// How steps of a pipeline name each other: an `id` stands once, and what a step names ran before it.

import { bareCondition, checkStepCondition, type StepCondition } from '../model/step-condition.ts';
import { STEP_ID, STEP_ID_SAYS, stepReference } from '../model/step-reference.ts';
import { templateParts } from '../model/template.ts';
import type { Cursor } from './cursor.ts';
import { list, nearest } from './suggest.ts';

type StepFile = { readonly id?: string };
type StageFile = { readonly name: string; readonly steps: readonly object[] };

/** Null where something is wrong with it, which has been said. */
export function conditionOf(cursor: Cursor, written: string | boolean): StepCondition | null {
  const expression = typeof written === 'string' ? bareCondition(written) : String(written);
  const checked = checkStepCondition(expression);
  if ('condition' in checked) {
    for (const name of checked.names)
      if (name.startsWith('variables.')) cursor.refer('variable', name.slice('variables.'.length));
    return checked.condition;
  }
  const { message, hint, start, end } = checked.misstep;
  const word = expression.slice(start, Math.max(end, start + 1)).trim();
  const nth = word === '' ? 0 : expression.slice(0, start).split(word).length - 1;
  cursor.error(message, hint, word === '' ? cursor.place() : cursor.text(word, nth));
  return null;
}

export function checkStepNames(stages: readonly StageFile[], cursor: Cursor): void {
  const earlier: string[] = [];
  const all = stages.flatMap(({ steps }) => steps.flatMap((step) => idOf(step) ?? []));
  for (const [nth, { steps }] of stages.entries()) {
    for (const [index, step] of steps.entries()) {
      const at = cursor.at('stages', nth, 'steps', index);
      checkNamed(step, at, earlier, all);
      const id = idOf(step);
      if (id === null) continue;
      if (!STEP_ID.test(id)) at.at('id').error(`\`${id}\` cannot be the id of a step`, `use ${STEP_ID_SAYS}`);
      else if (earlier.includes(id))
        at.at('id').error(`a step with the id \`${id}\` stands above already`, 'give one of them another id');
      earlier.push(id);
    }
  }
}

function idOf(step: StepFile): string | null {
  return typeof step.id === 'string' ? step.id : null;
}

function checkNamed(value: unknown, cursor: Cursor, earlier: readonly string[], all: readonly string[]): void {
  if (typeof value === 'string') {
    for (const name of namesIn(value)) checkName(name, cursor, earlier, all);
  } else if (typeof value === 'object' && value !== null) {
    for (const [key, inner] of Object.entries(value)) {
      const at = cursor.at(Array.isArray(value) ? Number(key) : key);
      if (key === 'if' && typeof inner === 'string') {
        const checked = checkStepCondition(bareCondition(inner));
        if ('names' in checked) for (const name of checked.names) checkName(name, at, earlier, all);
      } else checkNamed(inner, at, earlier, all);
    }
  }
}

function namesIn(text: string): readonly string[] {
  return templateParts(text).flatMap((part) => (part.type === 'expression' ? [part.name] : []));
}

function checkName(name: string, cursor: Cursor, earlier: readonly string[], all: readonly string[]): void {
  const id = stepReference(name)?.id;
  if (id === undefined || earlier.includes(id)) return;
  const place = cursor.text(name, 0);
  if (all.includes(id)) {
    cursor.error(`\`steps.${id}\` has not run when this step does`, 'name a step that stands above', place);
    return;
  }
  const near = nearest(id, earlier);
  const known = earlier.length === 0 ? 'no step above has an `id:`' : `steps above: ${list(earlier)}`;
  cursor.error(`no step has the id \`${id}\``, near === null ? known : `did you mean \`${near}\`?`, place);
}
