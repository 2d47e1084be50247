// `when:` a condition in CEL over documented facts. It is parsed and type-checked here, so that what is wrong with it
// is a problem of the file, at its column, and never a surprise at night.

import { CONDITION_LENGTH_MAX, checkCondition } from '../../model/condition.ts';
import type { Misstep } from '../../model/condition-language.ts';
import type { Place } from '../../model/place.ts';
import type { Cursor } from '../cursor.ts';
import { either, object, text } from '../schema/shape.ts';
import { suggestion } from '../suggest.ts';
import { ruleKind } from './kind.ts';

const condition = text('a condition over facts, in CEL', {
  maxLength: CONDITION_LENGTH_MAX,
  examples: ['change.kinds.all(k, k in ["docs", "chore"])'],
});

const schema = either('A condition that must be true.', [
  condition,
  object(
    'A condition, and what to say where it is false.',
    {
      that: { ...condition, description: 'The condition, in CEL.' },
      says: text('The sentence that people read where it is false.', {
        maxLength: 300,
        examples: ['only documentation may go out without a review'],
      }),
    },
    ['that'],
  ),
]);

export const whenRule = ruleKind('when', schema, (value, cursor) => {
  const place = cursor.key();
  const [expression, at, says]: [string, Cursor, string | null] =
    typeof value === 'string' ? [value, cursor, null] : [value.that, cursor.at('that'), value.says ?? null];
  const misstep = checkCondition(expression);
  if (misstep !== null) at.error(misstep.message, hintFor(misstep), placeOf(misstep, expression, at));
  return () => ({ type: 'when', place, expression, says });
});

function hintFor({ hint, name }: Misstep): string {
  return name === undefined ? hint : suggestion(name.word, name.known, 'there are');
}

/**
 * The word that is wrong, or the last one where something is missing after it, found again in the file: the text
 * there is quoted or folded, so counting characters would miss it.
 */
function placeOf({ start, end }: Misstep, expression: string, cursor: Cursor): Place {
  const words = [...expression.matchAll(/[A-Za-z0-9_]+|[^\sA-Za-z0-9_]/g)];
  const inside = words.find((word) => word.index >= start && word.index < end);
  const word = inside ?? words.findLast(({ index }) => index < Math.max(1, start));
  if (word === undefined) return cursor.place();
  let nth = 0;
  for (let at = expression.indexOf(word[0]); at >= 0 && at < word.index; at = expression.indexOf(word[0], at + 1))
    nth += 1;
  return cursor.text(word[0], nth);
}
