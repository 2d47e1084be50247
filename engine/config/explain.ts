// What does not fit a schema, as sentences for the file's author: what is wrong, and how to fix it.

import type { Cursor } from './cursor.ts';
import { choiceOfToday, earlierKey, keyOfToday, meansToday } from './earlier-words.ts';
import { isRecord } from './record.ts';
import { firstKey, formsOf, type Misfit, misfits, propertiesOf, typesOf } from './schema/misfits.ts';
import type { Schema } from './schema/shape.ts';
import { list, nearest, suggestion } from './suggest.ts';

/** Tells it to the cursor of the whole file. */
export function explain(misfit: Misfit, whole: Cursor): void {
  const { path, schema, key, value } = misfit;
  const cursor = whole.at(...path);
  // Such a value is a secret that somebody pasted, more often than a slip.
  if (schema['writeOnly'] === true) {
    cursor.secret('what stands here is not the name of an environment variable', `write ${says(schema)}`);
    return;
  }
  switch (misfit.keyword) {
    case 'additionalProperties': {
      const known = Object.keys(propertiesOf(schema));
      const today = keyOfToday(key, known);
      const near = today ?? nearest(key, known);
      const hint = near === null ? `the keys here are: ${list(known)}` : `did you mean \`${near}\`?`;
      const named =
        today === null
          ? hint
          : `it is called \`${today}\`${saysOfChoices(propertiesOf(schema)[today])}${meansToday(key)}`;
      cursor.at(key).error(`unknown key \`${shorten(key)}\``, named, cursor.at(key).key());
      return;
    }
    case 'required': {
      const earlier = earlierKey(key);
      if (earlier !== null && isRecord(value) && Object.hasOwn(value, earlier)) return;
      const about = meaning(propertiesOf(schema)[key]);
      cursor.error(`\`${key}\` is missing`, `add \`${key}:\`${about === '' ? '' : ` – ${about}`}`, cursor.key());
      return;
    }
    case 'propertyNames':
      cursor
        .at(key)
        .error(
          `\`${shorten(key)}\` cannot be a name here`,
          `use ${says(schema['propertyNames'] as Schema)}`,
          cursor.at(key).key(),
        );
      return;
    case 'anyOf':
      cursor.error(
        noForm(value, schema, cursor),
        `write ${formsOf(schema).map(formSays).join(', or ')}${quotes(value, schema, cursor)}`,
      );
      return;
    case 'type': {
      const wanted = typesOf(schema).map((type) => TYPE_WORDS[type] ?? type);
      const what = `this must be ${wanted.join(' or ')}, not ${asType(value, cursor)}`;
      cursor.error(what, `${meaning(schema)}${quotes(value, schema, cursor)}`);
      return;
    }
    case 'const':
      cursor.error(`this must be \`${String(schema['const'])}\`, not ${asType(value, cursor)}`, meaning(schema));
      return;
    case 'enum': {
      const choices = Array.isArray(schema['enum']) ? schema['enum'].map(String) : [];
      const what = `${inWords(value, cursor)} is not one of the choices`;
      const written = cursor.written() ?? String(value);
      const today = choiceOfToday(written, choices);
      cursor.error(what, today === null ? suggestion(written, choices, 'choices') : `it is called \`${today}\``);
      return;
    }
    case 'pattern':
      cursor.error(`${inWords(value, cursor)} does not fit`, `write ${says(schema)}`);
      return;
    default:
      cursor.error(limit(misfit), meaning(schema));
      return;
  }
}

/** ``: `finish` or `pause` `` where the values have words of their own. */
function saysOfChoices(schema: Schema | undefined): string {
  const choices = schema?.['enum'];
  return Array.isArray(choices) ? `: ${choices.map((choice) => `\`${String(choice)}\``).join(' or ')}` : '';
}

function limit({ keyword, schema, value }: Misfit): string {
  const bound = String(schema[keyword]);
  switch (keyword) {
    case 'minLength':
      return 'this is empty';
    case 'maxLength':
      return `this is longer than ${bound} characters`;
    case 'minimum':
      return `${inWords(value)} is too small: at least ${bound}`;
    case 'maximum':
      return `${inWords(value)} is too large: at most ${bound}`;
    case 'minItems':
      return 'this list is empty';
    case 'maxItems':
      return `this list has more than ${bound} items`;
    case 'uniqueItems':
      return 'this stands in the list twice';
    case 'minProperties':
      return 'this map is empty';
    default:
      return `this does not fit (${keyword})`;
  }
}

function noForm(value: unknown, schema: Schema, cursor: Cursor): string {
  if (!isRecord(value)) return `${inWords(value, cursor)} does not fit here`;
  const keys = formsOf(schema)
    .map(firstKey)
    .filter((key) => key !== '');
  const given = keys.filter((key) => Object.hasOwn(value, key));
  if (given.length > 1) return `${given.map((key) => `\`${key}\``).join(' and ')} cannot stand together`;
  const strange = Object.keys(value).find((key) => nearest(key, keys) !== null);
  const slip = strange === undefined ? '' : `: is \`${shorten(strange)}\` meant to be \`${nearest(strange, keys)}\`?`;
  return `this has none of ${keys.map((key) => `\`${key}\``).join(', ')}${slip}`;
}

function formSays(form: Schema): string {
  const key = firstKey(form);
  if (typesOf(form).includes('object') && key !== '') return `\`${key}:\``;
  return String(form['description'] ?? typesOf(form)[0]);
}

/** What a schema's description says, as the end of a sentence. */
function meaning(schema: Schema | undefined): string {
  const description = schema?.['description'];
  if (typeof description !== 'string') return '';
  return `${description.charAt(0).toLowerCase()}${description.slice(1)}`.replace(/\.$/, '');
}

function says(schema: Schema): string {
  const words = schema['patternErrorMessage'];
  return typeof words === 'string' ? words : `what matches ${String(schema['pattern'])}`;
}

const TYPE_WORDS: Readonly<Record<string, string>> = {
  object: 'a map',
  array: 'a list',
  string: 'text',
  number: 'a number',
  integer: 'a whole number',
  boolean: 'true or false',
  null: 'nothing',
};

/** Where the type is what is wrong, a text must not look like the number that was asked for. */
function asType(value: unknown, cursor: Cursor): string {
  return typeof value === 'string' ? `the text ${inWords(value)}` : inWords(value, cursor);
}

/** The end of a hint where text is wanted and something was written that YAML takes for no text. */
function quotes(value: unknown, schema: Schema, cursor: Cursor): string {
  const wantsText = [schema, ...formsOf(schema)].some((form) => typesOf(form).includes('string'));
  const written = cursor.written() ?? '';
  if (!wantsText || typeof value === 'string' || written === '' || misfits(written, schema).length > 0) return '';
  return `; where it is meant as text, quote it: "${written}"`;
}

/** `cursor`, at the value, shows a number as it was written. */
export function inWords(value: unknown, cursor: Cursor | null = null): string {
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object' && value !== null) return 'a map';
  const written = typeof value === 'string' ? value : (cursor?.written() ?? '');
  if (value === null) return written === '' ? 'nothing' : `\`${shorten(written)}\``;
  return `\`${shorten(written === '' ? String(value) : written)}\``;
}

function shorten(word: string): string {
  const line = word.replaceAll('\n', ' ');
  return line.length > 60 ? `${line.slice(0, 60)}…` : line;
}
