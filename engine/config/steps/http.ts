// `http:` asks a URL and looks at the answer.

import type { JsonValue } from '../../model/config.ts';
import { millis } from '../millis.ts';
import { record } from '../record.ts';
import { either, listOf, mapOf, object, type Shape, text } from '../schema/shape.ts';
import { checkTemplate, RUN_SCOPE } from '../template.ts';
import { urlProblem } from '../url.ts';
import { POLLING_KEYS, POLLING_SLACK_MS, stepKind, stepSchema } from './kind.ts';

const code = { type: 'integer', minimum: 100, maximum: 599 } as const;

const request = object(
  'A request, and what its answer must be.',
  {
    url: text('What to ask.', { examples: ['${{ environment.url }}/health'] }),
    method: {
      enum: ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'],
      description: 'How to ask.',
      default: 'GET',
    },
    headers: mapOf(
      'Headers of the request.',
      { pattern: '^[A-Za-z0-9!#$%&*+.^_|~-]+$', patternErrorMessage: 'a header name' },
      { type: 'string', description: 'A value.', pattern: '^[^\\r\\n]*$', patternErrorMessage: 'one line of text' },
      { examples: [{ accept: 'application/json' }] },
    ),
    body: { type: 'string', description: 'The body of the request.' },
    status: either('The status that the answer must have: one, or one of several.', [
      { ...code, description: 'a status such as 200' },
      listOf('a list of statuses', { ...code, description: 'A status.' }, { minItems: 1, uniqueItems: true }),
    ]),
    json: { description: 'Members that the JSON answer must have, compared deeply.', examples: [{ status: 'ok' }] },
  },
  ['url'],
);

const schema = stepSchema('http', 'Asks a URL and looks at the answer.', { http: request, ...POLLING_KEYS });

export const httpStep = stepKind('http', schema, (step, cursor) => {
  const at = cursor.at('http');
  const { url, headers = {}, body = null } = step.http;
  checkTemplate(at.at('url'), url, RUN_SCOPE);
  const wrong = urlProblem(url);
  if (wrong !== null) at.at('url').error(wrong.message, wrong.hint);
  for (const [name, value] of Object.entries(headers)) checkTemplate(at.at('headers', name), value, RUN_SCOPE);
  if (body !== null) checkTemplate(at.at('body'), body, RUN_SCOPE);
  const withinMs = millis(step.within, 0);
  return {
    title: `http ${url.length > 60 ? `${url.slice(0, 59)}…` : url}`,
    timeoutMs: millis(step.timeout, withinMs + POLLING_SLACK_MS),
    work: {
      type: 'http',
      url,
      method: step.http.method ?? 'GET',
      headers: record(Object.entries(headers)),
      body,
      status: statuses(step.http.status),
      json: expected(step.http.json),
      withinMs,
      everyMs: millis(step.every, 2_000),
    },
  };
});

function statuses(value: Shape<typeof request>['status']): readonly number[] {
  if (value === undefined) return [200];
  return typeof value === 'number' ? [value] : value;
}

/** YAML gave plain values only; `json: null` asks for nothing, as if left out. */
function expected(value: unknown): JsonValue | null {
  return value === undefined ? null : (value as JsonValue);
}
