// What conditions may look at, of a version in an environment, and how that is said. Shared by `when:` and by rules
// that are asked only where a condition is true.

import type { Cursor } from '../config/cursor.ts';
import { suggestion } from '../config/suggest.ts';
import { type ConditionFacts, checkCondition } from '../model/condition.ts';
import type { Misstep } from '../model/condition-language.ts';
import type { Place } from '../model/place.ts';
import type { Change, PolicyFacts } from '../model/policy-facts.ts';
import { majorOf } from '../model/tag-version.ts';

/** What is wrong with a condition becomes a problem of the file, at its column. */
export function checkWritten(expression: string, at: Cursor): void {
  const misstep = checkCondition(expression);
  if (misstep !== null) at.error(misstep.message, hintFor(misstep), placeOf(misstep, expression, at));
}

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

export const NO_CHANGE: Change = { authors: [], paths: [], kinds: [], commits: 0 };

export function factsOf(facts: PolicyFacts, change: Change): ConditionFacts {
  const { version, current } = facts;
  return {
    environment: facts.environment,
    version: {
      commit: version.commit,
      tag: version.tag ?? '',
      short: version.tag ?? version.commit.slice(0, 7),
      major: majorOf(version.tag),
    },
    kind: facts.kind,
    trigger: facts.trigger,
    requestedBy: facts.requestedBy ?? '',
    change,
    current: {
      commit: current?.version.commit ?? '',
      tag: current?.version.tag ?? '',
      major: majorOf(current?.version.tag ?? null),
    },
  };
}

const SHOWN_MAX = 5;

export function sayFact(facts: ConditionFacts, fact: string): string {
  const [group = '', field = ''] = fact.split('.');
  const inGroup = (facts as Readonly<Record<string, unknown>>)[group];
  const value = field === '' ? inGroup : (inGroup as Readonly<Record<string, unknown>>)[field];
  if (!Array.isArray(value)) return sayText(String(value));
  const shown = value.slice(0, SHOWN_MAX).map((item) => sayText(String(item)));
  const more = value.length > SHOWN_MAX ? ` and ${value.length - SHOWN_MAX} more` : '';
  return value.length === 0 ? 'nothing' : `${shown.join(', ')}${more}`;
}

function sayText(text: string): string {
  return text === '' ? "''" : shorten(text, 80);
}

export function shorten(text: string, lengthMax: number): string {
  return text.length > lengthMax ? `${text.slice(0, lengthMax)}…` : text;
}
