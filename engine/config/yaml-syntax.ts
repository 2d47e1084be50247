// What the YAML parser says, in words that say how to fix it. Also the one slip that the parser answers with ten
// errors: `${{ … }}` without quotes inside `{ }` or `[ ]`, where YAML takes its braces for a map.

import type { YAMLError } from 'yaml';
import type { Problem } from '../base/problem.ts';
import type { Place } from '../model/place.ts';

/** Of one file: what follows a first syntax error is mostly its echo. */
const ERRORS_MAX = 10;

export function syntaxProblems(
  errors: readonly YAMLError[],
  text: string,
  placeAt: (offset: number) => Place,
): readonly Problem[] {
  return errors.slice(0, ERRORS_MAX).map((error) => syntaxProblem(error, text, placeAt));
}

/** What people meet most often, in words that say how to fix it; the parser's own words otherwise. */
function syntaxProblem(error: YAMLError, text: string, placeAt: (offset: number) => Place): Problem {
  const place = placeAt(error.pos[0]);
  const found = (message: string, hint: string): Problem => ({ ...place, severity: 'error', message, hint });
  switch (error.code) {
    case 'TAB_AS_INDENT':
      return found('a tab is used for indentation', 'indent with spaces');
    case 'MULTIPLE_DOCS':
      return found(
        'a second document begins here',
        'one document a file: the file name is its name, so move it to its own file',
      );
    case 'MISSING_CHAR':
      return found(lower(error.message), 'close the quote or bracket');
    case 'BLOCK_AS_IMPLICIT_KEY':
      return found('a second `: ` on one line', 'put the value in quotes, or the inner map on its own lines');
    case 'MULTILINE_IMPLICIT_KEY':
      return found('this line is no `key: value`', 'write a space after the colon, or quote the text');
    case 'BAD_SCALAR_START': {
      const mark = text.charAt(error.pos[0]);
      return found(`a plain value cannot start with \`${mark}\``, 'put the value in quotes');
    }
    case 'RESOURCE_EXHAUSTION':
      return found('values nest too deep', 'flatten the file');
    default:
      return found(`this is not valid YAML: ${lower(error.message)}`, 'check indentation, quotes and brackets here');
  }
}

function lower(sentence: string): string {
  return sentence.charAt(0).toLowerCase() + sentence.slice(1);
}

const EXPRESSION = /\$\{\{[^\n]*?\}\}/g;

function standIn(expression: string): string {
  return '$'.padEnd(expression.length, 'x');
}

/**
 * The text with every `${{ … }}` made of plain characters, at the same offsets: if it is read where the text is not,
 * an expression without quotes was the reason. Null where there is none.
 */
export function withoutExpressions(text: string): string | null {
  const plain = text.replace(EXPRESSION, standIn);
  return plain === text ? null : plain;
}

/** What was read of a text without its expressions, with those that stand in `written` put back in order. */
export function withExpressions(value: string, written: string): string {
  let at = 0;
  let whole = '';
  for (const [expression] of written.matchAll(EXPRESSION)) {
    const found = value.indexOf(standIn(expression), at);
    if (found < 0) break;
    whole += value.slice(at, found) + expression;
    at = found + expression.length;
  }
  return whole + value.slice(at);
}

export function unquotedProblem(written: string, place: Place): Problem {
  const shown = written.length > 60 ? `${written.slice(0, 60)}…` : written;
  return {
    ...place,
    severity: 'error',
    message: 'an expression inside `{ }` or `[ ]` must be in quotes: YAML takes its braces for a map',
    hint: `quote it: "${shown}"`,
  };
}
