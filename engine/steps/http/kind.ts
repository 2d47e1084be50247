// `http:` asks a URL and looks at the answer.

import { millis } from '../../config/millis.ts';
import { record } from '../../config/record.ts';
import { either, listOf, mapOf, object, type Shape, text } from '../../config/schema/shape.ts';
import { checkTemplate, RUN_SCOPE } from '../../config/template.ts';
import { urlProblem } from '../../config/url.ts';
import type { JsonValue } from '../../model/config.ts';
import { resolveTemplate } from '../../model/template.ts';
import { POLLING_KEYS, POLLING_SLACK_MS, type Polling, stepKind, stepSchema } from '../kind.ts';

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

/** In settings, `url`, `body` and the values of `headers` may still hold expressions. */
export type Request = Polling & {
  readonly url: string;
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | null;
  readonly status: readonly number[];
  /** Members that the JSON answer must have, compared deeply; null for no check. */
  readonly json: JsonValue | null;
};

export const http = stepKind({
  key: 'http',
  schema,
  build: (step, cursor) => {
    const at = cursor.at('http');
    const { url, headers = {}, body = null } = step.http;
    checkTemplate(at.at('url'), url, RUN_SCOPE);
    const wrong = urlProblem(url);
    if (wrong !== null) at.at('url').error(wrong.message, wrong.hint);
    for (const [name, value] of Object.entries(headers)) checkTemplate(at.at('headers', name), value, RUN_SCOPE);
    if (body !== null) checkTemplate(at.at('body'), body, RUN_SCOPE);
    const withinMs = millis(step.within, 0);
    const settings: Request = {
      url,
      method: step.http.method ?? 'GET',
      headers: record(Object.entries(headers)),
      body,
      status: statuses(step.http.status),
      json: expected(step.http.json),
      withinMs,
      everyMs: millis(step.every, 2_000),
    };
    return {
      title: `http ${url.length > 60 ? `${url.slice(0, 59)}…` : url}`,
      timeoutMs: millis(step.timeout, withinMs + POLLING_SLACK_MS),
      settings,
    };
  },
  plan: (settings, { values }) => {
    const headers = Object.entries(settings.headers).map(([name, value]) => [name, resolveTemplate(value, values)]);
    const input: Request = {
      ...settings,
      url: resolveTemplate(settings.url, values),
      headers: Object.fromEntries(headers),
      body: settings.body === null ? null : resolveTemplate(settings.body, values),
    };
    return {
      sentence: `${input.method} ${input.url}`,
      work: [{ type: 'in-process', kind: 'http', input }],
    };
  },
});

function statuses(value: Shape<typeof request>['status']): readonly number[] {
  if (value === undefined) return [200];
  return typeof value === 'number' ? [value] : value;
}

/** YAML gave plain values only; `json: null` asks for nothing, as if left out. */
function expected(value: unknown): JsonValue | null {
  return value === undefined ? null : (value as JsonValue);
}
