// `soak:` how long the same contents must have run well in another environment first.

import { millis } from '../millis.ts';
import { duration, name, object } from '../schema/shape.ts';
import { ruleKind } from './kind.ts';

const schema = object(
  'The same contents must have run well in another environment for so long, without failing there.',
  {
    in: name('The environment where it must have run.', { examples: ['staging'] }),
    for: duration('For how long; a failure there starts it again.', { examples: ['48h', '2d'] }),
  },
  ['in', 'for'],
);

export const soakRule = ruleKind('soak', schema, (value, cursor) => {
  const place = cursor.key();
  cursor.at('in').refer('soak', value.in);
  return () => ({ type: 'soak', place, environment: value.in, forMs: millis(value.for, 0) });
});
