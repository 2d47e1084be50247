// `deployers:` who may ask for a version by name.

import { listOf, text } from '../schema/shape.ts';
import { ruleKind } from './kind.ts';

const schema = listOf(
  'Who may ask for a version by name (`tidegate deploy`). What the environment follows is not asked about.',
  text('A person or team.', {}),
  { minItems: 1, uniqueItems: true, examples: [['devops', 'leads']] },
);

export const deployersRule = ruleKind('deployers', schema, (value, cursor) => {
  const place = cursor.key();
  for (const [index, party] of value.entries()) cursor.at(index).refer('party', party);
  return () => ({ type: 'deployers', place, by: value });
});
