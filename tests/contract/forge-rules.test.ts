// Row by row: the model forge does what GitHub does, and the adapter obeys it. That another adapter would be seen is
// played in forge-rules-mutants.long.test.ts.

import { describe, test } from 'vitest';
import type { World } from '../support/forge/model-world.ts';
import { type Ask, play, RULES } from './forge-rules.ts';

describe.each(RULES.map((rule) => [rule.rule, rule] as const))('%s', (_name, rule) => {
  test('the model forge does so', () => play(undefined, (world) => rule.model(world, askOf(world))));
  test('the adapter knows', () => play(undefined, rule.scene));
});

function askOf({ model }: World): Ask {
  const token = model.token('somebody');
  return async (route, body, headers = {}) => {
    const [method = '', path = ''] = route.split(' ');
    const answer = await fetch(`${model.api}${path}`, {
      method,
      redirect: 'manual',
      headers: { authorization: `token ${token}`, ...headers },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await answer.text();
    return { status: answer.status, data: text === '' ? null : JSON.parse(text), headers: answer.headers };
  };
}
