// `signature`: the version's commit or tag carries a valid signature of one of these people. The shell has asked git,
// which knows the keys of policies/allowed_signers; here it is only looked at who that was. Nothing found out is
// unsigned.

import type { PolicyConfig } from '../model/config.ts';
import { includesPerson, speakerOf } from '../model/people.ts';
import { isPassing, type PolicyFacts, type Signed } from '../model/policy-facts.ts';
import type { SignatureRule } from '../model/rule.ts';
import type { RuleVerdict } from '../model/verdict.ts';
import { leavesOf, orList } from './leaf.ts';

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
