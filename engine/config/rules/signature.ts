// `signature:` whose signature the version's commit or tag must carry.

import { choice, listOf, object, text } from '../schema/shape.ts';
import { userVerification } from '../schema/user-verification.ts';
import { ruleKind } from './kind.ts';

const schema = object(
  'Whose signature it must carry. Their keys stand in policies/allowed_signers.',
  {
    by: listOf('People and teams; one of them is enough.', text('A person or team.', {}), {
      minItems: 1,
      uniqueItems: true,
      examples: [['leads']],
    }),
    of: choice('What must be signed: the commit, the tag, or one of the two.', ['commit', 'tag', 'either'], 'either'),
    user_verification: userVerification,
  },
  ['by'],
);

export const signatureRule = ruleKind('signature', schema, (value, cursor) => {
  const place = cursor.key();
  for (const [index, party] of value.by.entries()) cursor.at('by', index).refer('party', party);
  cursor.refer('signers', 'policies/allowed_signers', place);
  return () => ({
    type: 'signature',
    place,
    by: value.by,
    of: value.of ?? 'either',
    userVerification: value.user_verification ?? 'optional',
  });
});
