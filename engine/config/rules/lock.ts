// `lock:` environments that must not deploy at once name the same lock.

import type { Cursor } from '../cursor.ts';
import { either, NAME_PATTERN, NAME_SAYS, object } from '../schema/shape.ts';
import { ruleKind } from './kind.ts';

const lockName = {
  type: 'string',
  description: 'the name of a lock',
  pattern: NAME_PATTERN,
  patternErrorMessage: NAME_SAYS,
  examples: ['database'],
} as const;

const schema = either('Environments whose policies name the same lock do not deploy at once.', [
  lockName,
  object('A lock by its name.', { name: { ...lockName, description: 'Its name.' } }, ['name']),
]);

export const lockRule = ruleKind('lock', schema, (value, cursor) => {
  const place = cursor.key();
  const [name, at]: [string, Cursor] = typeof value === 'string' ? [value, cursor] : [value.name, cursor.at('name')];
  at.refer('lock', name);
  return () => ({ type: 'lock', place, name });
});
