// `tcp:` asks whether something accepts connections.

import { millis } from '../../config/millis.ts';
import type { Shape } from '../../config/schema/shape.ts';
import { either, object, text } from '../../config/schema/shape.ts';
import { checkTemplate, RUN_SCOPE } from '../../config/template.ts';
import { resolveTemplate } from '../../model/template.ts';
import { POLLING_KEYS, POLLING_SLACK_MS, type Polling, stepKind, stepSchema } from '../kind.ts';

const place = either('What must accept a connection.', [
  text('host:port', {
    pattern: '^.*[^:]:([0-9]{1,5}|\\$\\{\\{[^}]*\\}\\})$',
    patternErrorMessage: 'a host and a port, such as db.example.org:5432',
    examples: ['db.example.org:5432'],
  }),
  object(
    'a map with host and port',
    {
      host: text('A host name or address.', { examples: ['127.0.0.1'] }),
      port: either('The port.', [
        { type: 'integer', description: 'a number', minimum: 1, maximum: 65_535 },
        text('an expression', {
          pattern: '^([0-9]{1,5}|\\$\\{\\{[^}]*\\}\\})$',
          patternErrorMessage: 'a number, or an expression such as ${{ variables.PORT }}',
        }),
      ]),
    },
    ['host', 'port'],
  ),
]);

const schema = stepSchema('tcp', 'Asks whether something accepts connections.', { tcp: place, ...POLLING_KEYS });

/** `port` may still be an expression. */
type Settings = Polling & { readonly host: string; readonly port: string };

export type Door = Polling & { readonly host: string; readonly port: number };

export const tcp = stepKind({
  key: 'tcp',
  schema,
  build: (step, cursor) => {
    const { host, port } = split(step.tcp);
    checkTemplate(cursor.at('tcp'), `${host}:${port}`, RUN_SCOPE);
    if (/^[0-9]+$/.test(port) && (Number(port) < 1 || Number(port) > 65_535)) {
      cursor.at('tcp').error(`there is no port ${port}`, 'ports go from 1 to 65535');
    }
    const withinMs = millis(step.within, 0);
    const settings: Settings = { host, port, withinMs, everyMs: millis(step.every, 2_000) };
    return {
      title: `tcp ${host}:${port}`,
      timeoutMs: millis(step.timeout, withinMs + POLLING_SLACK_MS),
      settings,
    };
  },
  plan: (settings, { values }) => {
    const host = resolveTemplate(settings.host, values);
    const input: Door = { ...settings, host, port: Number(resolveTemplate(settings.port, values)) };
    return {
      sentence: `connect to ${input.host}:${input.port}`,
      work: [{ type: 'in-process', kind: 'tcp', input }],
    };
  },
});

function split(value: Shape<typeof place>): { host: string; port: string } {
  if (typeof value !== 'string') return { host: value.host, port: String(value.port) };
  // The port may be an expression, which holds no colon; an IPv6 host holds several, in brackets.
  const colon = value.lastIndexOf(':');
  return { host: value.slice(0, colon).replace(/^\[(.*)\]$/, '$1'), port: value.slice(colon + 1) };
}
