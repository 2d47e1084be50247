// What ajv says of a service's configuration, as sentences. The schema is the service owners' own, so the words are
// ajv's, with the place, the value and, where the schema has one, the description of what was expected.

import type { ErrorObject } from 'ajv';
import type { Cursor } from '../cursor.ts';
import { inWords } from '../explain.ts';
import { isRecord } from '../record.ts';
import { list, nearest, suggestion } from '../suggest.ts';

export function explainService(error: ErrorObject, whole: Cursor): void {
  const path = error.instancePath
    .split('/')
    .slice(1)
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'));
  const cursor = whole.at(...path);
  const params: Readonly<Record<string, unknown>> = error.params;
  const parent: Readonly<Record<string, unknown>> = error.parentSchema ?? {};
  const about = typeof parent['description'] === 'string' ? parent['description'] : 'see the schema of this service';
  switch (error.keyword) {
    case 'additionalProperties': {
      const key = String(params['additionalProperty']);
      const known = Object.keys(isRecord(parent['properties']) ? parent['properties'] : {});
      const near = nearest(key, known);
      const hint = near === null ? `the keys here are: ${list(known)}` : `did you mean \`${near}\`?`;
      cursor.error(`unknown key \`${key}\``, hint, cursor.at(key).key());
      return;
    }
    case 'required':
      cursor.error(`\`${String(params['missingProperty'])}\` is missing`, about, cursor.key());
      return;
    case 'enum': {
      const choices = Array.isArray(params['allowedValues']) ? params['allowedValues'].map(String) : [];
      cursor.error(
        `${inWords(error.data, cursor)} is not one of the choices`,
        suggestion(String(error.data), choices, 'choices'),
      );
      return;
    }
    default: {
      const wantsText = error.keyword === 'type' && params['type'] === 'string' && typeof error.data !== 'object';
      const hint = wantsText ? `${about}; where it is meant as text, quote it: "${cursor.written() ?? ''}"` : about;
      cursor.error(`${inWords(error.data, cursor)} ${error.message ?? 'does not fit'}`, hint);
    }
  }
}
