// `signature:` the version's commit or tag carries a valid signature of one of these people. The shell has asked git,
// which knows the keys of policies/allowed_signers; here it is only looked at who that was. Nothing found out is
// unsigned.

import { oneOf } from '../../base/flaws.ts';
import { choice, listOf, object, text } from '../../config/schema/shape.ts';
import { userVerification } from '../../config/schema/user-verification.ts';
import type { PolicyConfig } from '../../model/config.ts';
import { includesPerson, speakerOf } from '../../model/people.ts';
import { isPassing, type PolicyFacts, type Signed } from '../../model/policy-facts.ts';
import type { Rule, UserVerification } from '../../model/rule.ts';
import type { RuleVerdict } from '../../model/verdict.ts';
import { leavesOf, orList } from '../leaf.ts';
import { list, sayVerified } from '../say-parts.ts';
import { TEXTS, VERIFICATION } from '../stored.ts';
import { ruleKind } from './kind.ts';

declare module '../../model/rule.ts' {
  interface RuleTypes {
    readonly signature: SignatureRule;
  }
}

export type SignatureRule = Rule<'signature'> & {
  readonly by: readonly string[];
  readonly of: 'commit' | 'tag' | 'either';
  readonly userVerification: UserVerification;
};

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

export const signatureRule = ruleKind({
  type: 'signature',
  schema,
  build(value, cursor) {
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
  },
  evaluate: evaluateSignature,
  needs: () => ({ signed: true }),
  simulated: { assumed: 'signatures are not looked at in a simulation; it is counted as signed' },
  say({ by, of, userVerification }) {
    const signed = of === 'either' ? 'commit or tag' : of;
    return `${signed} signed by ${list(by)}${sayVerified(userVerification)}`;
  },
  answers: ({ by: from, userVerification }) => [
    {
      from,
      count: 1,
      author: 'counts',
      expiresMs: null,
      isSigned: true,
      isVerified: userVerification === 'required',
    },
  ],
  stored: {
    by: TEXTS,
    of: oneOf<SignatureRule['of']>({ commit: true, tag: true, either: true }),
    userVerification: VERIFICATION,
  },
});

type Part = 'commit' | 'tag';

export function evaluateSignature(rule: SignatureRule, policy: PolicyConfig, facts: PolicyFacts): RuleVerdict {
  const { allowed, waiting, denied } = leavesOf(rule, policy);
  const { signed } = facts.evidence;
  const parts: readonly Part[] = rule.of === 'either' ? ['commit', 'tag'] : [rule.of];
  const seen = Object.fromEntries(parts.map((part) => [part, saySigned(signed[part])]));
  for (const part of parts) {
    const person = speakerOf('', signed[part], facts.directory);
    if (person !== null && includesPerson(rule.by, person, facts.directory) && !isUnverified(rule, signed[part]))
      return allowed(`${nameOf(part, facts)} is signed by ${person}`, seen);
  }
  const why = parts.map((part) => whyNot(part, rule, facts)).join(', and ');
  if (parts.some((part) => isPassing(signed[part]))) return waiting(why, ['a signature that can be checked'], seen);
  return denied(`${why}; ${remedy(rule, facts)}`, seen);
}

function isUnverified({ userVerification }: SignatureRule, signed: Signed): boolean {
  return userVerification === 'required' && signed.type === 'signed' && signed.isVerified !== true;
}

function whyNot(part: Part, rule: SignatureRule, facts: PolicyFacts): string {
  if (part === 'tag' && facts.version.tag === null) return 'there is no tag of it';
  const signed = facts.evidence.signed[part];
  const name = nameOf(part, facts);
  switch (signed.type) {
    case 'unsigned':
      return `${name} is not signed`;
    case 'invalid':
      return isPassing(signed)
        ? `the signature of ${name} could not be checked yet: ${signed.sentence}`
        : `the signature of ${name} does not count: ${signed.sentence}`;
    case 'signed': {
      const person = speakerOf('', signed, facts.directory);
      if (person === null) return `${name} is signed by ${signed.by}, who is nobody in tidegate.yaml`;
      return isUnverified(rule, signed) && includesPerson(rule.by, person, facts.directory)
        ? `${name} is signed by ${person} without a security key that asked for a PIN or finger`
        : `${name} is signed by ${person}, who is not one of those`;
    }
  }
}

/** A commit cannot be signed afterwards; a tag can be made at any time. */
function remedy({ by, of }: SignatureRule, { version }: PolicyFacts): string {
  const who = `it takes a signature of ${orList(by)} with a key of policies/allowed_signers`;
  if (of === 'commit') return `${who}, on a new commit (\`git commit -S\`)`;
  const how = version.tag === null ? 'on a tag of it' : 'on a new tag of it';
  return `${who}, ${how} (\`git tag -s\`)`;
}

function nameOf(part: Part, { version }: PolicyFacts): string {
  return part === 'commit' ? `commit ${version.commit.slice(0, 7)}` : `tag ${version.tag ?? ''}`;
}

function saySigned(signed: Signed): string {
  return signed.type === 'signed' ? `signed by ${signed.by}` : signed.type;
}
