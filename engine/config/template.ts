// Checks `${{ … }}` where it is written: known names, closed braces, and, in scripts, quotes in which a value can
// travel. The names and the resolution live in model/template.ts; here they only meet a file.

import { shellContexts } from '../model/shell.ts';
import { stepReference } from '../model/step-reference.ts';
import { TEMPLATE_NAMES, templateParts } from '../model/template.ts';
import type { Cursor } from './cursor.ts';
import { list, nearest } from './suggest.ts';

/**
 * What may be named at a place. `variables: null`: those of whichever environment uses the file, checked when the
 * files meet.
 */
type Scope = {
  readonly names: readonly string[];
  readonly variables: readonly string[] | null;
  /** What earlier steps did and put out; which there are is checked where the steps meet. */
  readonly steps?: true;
};

/** Steps of a pipeline. */
export const RUN_SCOPE: Scope = { names: Object.keys(TEMPLATE_NAMES), variables: null, steps: true };

/** What an environment can say of itself before there is a run: for `url` and folders. */
export function environmentScope(variables: readonly string[]): Scope {
  return { names: ['environment.name'], variables };
}

export function checkTemplate(cursor: Cursor, text: string, scope: Scope): void {
  if (!text.includes('${{')) return;
  let nth = 0;
  for (const part of templateParts(text)) {
    if (part.type === 'text') continue;
    const place = cursor.text('${{', nth);
    nth += 1;
    if (part.type === 'unclosed') cursor.error('`${{` is not closed', 'close it with `}}`', place);
    else checkName(cursor, part.name, scope, place);
  }
}

/** A template that a shell will see. */
export function checkScript(cursor: Cursor, script: string, scope: Scope): void {
  checkTemplate(cursor, script, scope);
  if (!script.includes('${{')) return;
  for (const [nth, context] of shellContexts(script).entries()) {
    if (context === 'literal') {
      cursor.error(
        'an expression inside single quotes cannot expand: its value arrives as a shell variable',
        'use double quotes',
        cursor.text('${{', nth),
      );
    } else if (context === 'arithmetic') {
      cursor.error(
        'an expression inside `$(( … ))` would be evaluated by the shell',
        'give it to the step through `env:` and check that it is a number first',
        cursor.text('${{', nth),
      );
    }
  }
}

function checkName(cursor: Cursor, name: string, scope: Scope, place: ReturnType<Cursor['place']>): void {
  if (scope.names.includes(name)) {
    if (name === 'environment.url') cursor.refer('url', name, place);
    return;
  }
  if (scope.steps === true && stepReference(name) !== null) return;
  const variable = name.startsWith('variables.') ? name.slice('variables.'.length) : null;
  if (variable !== null && /^[A-Za-z_][A-Za-z0-9_]*$/.test(variable)) {
    if (scope.variables === null) cursor.refer('variable', variable, place);
    else if (!scope.variables.includes(variable)) {
      cursor.error(`\`variables.${variable}\` is not set here`, variableHint(variable, scope.variables), place);
    }
    return;
  }
  const near = nearest(name, scope.names);
  const steps = scope.steps === true ? ['steps.ID.outputs.NAME'] : [];
  const names = [...scope.names, 'variables.NAME', ...steps];
  const shown = name.length > 60 ? `${name.slice(0, 60)}…` : name;
  cursor.error(
    `\`\${{ ${shown} }}\` is not known`,
    near === null ? `there are: ${list(names)}` : `did you mean \`${near}\`?`,
    place,
  );
}

function variableHint(variable: string, names: readonly string[]): string {
  const near = nearest(variable, names);
  if (near !== null) return `did you mean \`variables.${near}\`?`;
  return `set it under \`variables:\`${names.length > 0 ? `; there are: ${list(names)}` : ''}`;
}
