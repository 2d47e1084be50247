// Who made a version, and who had it brought: those whose own yes is none. The one who made it and cannot be placed
// among the people may be any of them by another address; so many more have to agree that enough are left when each
// of them is one.

import { addressOf, foldAddress, personOf } from '../model/people.ts';
import type { Directory, PolicyFacts } from '../model/policy-facts.ts';
import type { RuleOf } from '../model/rule.ts';

type ApprovalRule = RuleOf<'approval'>;

export type Makers = {
  /** Keys of `people`. */
  readonly made: ReadonlySet<string>;
  /** Who asked for it by name; null where nobody did, or a stranger. */
  readonly asked: string | null;
  /** `Name <email>` of those who are nobody in `people`, each address once. */
  readonly strangers: readonly string[];
};

const NOBODY: Makers = { made: new Set(), asked: null, strangers: [] };

/** Of an approval; where the rule lets those who made it count, it is as if nobody had. */
export function makersFor({ author }: Pick<ApprovalRule, 'author'>, facts: PolicyFacts): Makers {
  const { evidence, directory, requestedBy } = facts;
  return author === 'excluded' ? makersOf(evidence.change?.authors ?? [], directory, requestedBy) : NOBODY;
}

export function makersOf(authors: readonly string[], directory: Directory, requestedBy: string | null = null): Makers {
  const made = new Set<string>();
  const strangers = new Map<string, string>();
  const place = (identity: string) => {
    const person = personOf(identity, directory);
    const address = addressOf(identity);
    // Without an address there is only the name to tell one from another.
    if (person === null && !strangers.has(address || identity)) strangers.set(address || identity, identity);
    return person;
  };
  for (const author of authors) {
    const person = place(author);
    if (person !== null) made.add(person);
  }
  const asked = requestedBy === null ? null : place(requestedBy);
  return { made, asked, strangers: [...strangers.values()] };
}

/** Why a person's own word is none for this version, or null. */
export function whyOwn(person: string, { made, asked }: Makers): string | null {
  if (made.has(person)) return `${person} made this change, and nobody approves their own`;
  return asked === person ? `${person} asked for this version, and nobody approves what they ask for` : null;
}

const STRANGERS_SAID_MAX = 3;

/** Who cannot be placed, what that means here, and how to fix it; empty where there is nobody. */
export function sayStrangers({ strangers }: Makers, directory: Directory): string {
  if (strangers.length === 0) return '';
  const said = strangers.slice(0, STRANGERS_SAID_MAX);
  const others = strangers.length > said.length ? ` and ${strangers.length - said.length} others` : '';
  const have = strangers.length === 1 ? 'has' : 'have';
  const more = `${strangers.length} more than asked for`;
  const who = `${said.map(visible).join(', ')}${others} ${have} a part in it and ${have} no place in \`people\`, so may be any of them: ${more} must agree`;
  const entries = said.flatMap((identity) => entryFor(identity, directory));
  if (entries.length === 0) return who;
  return `${who}, or tidegate.yaml says who that is: people: { ${entries.join(', ')} }`;
}

/** As it is written in tidegate.yaml; none for somebody without an address. */
function entryFor(identity: string, { people }: Directory): readonly string[] {
  const address = addressOf(identity);
  if (!/^[^\s@]+@[^\s@]+$/.test(address)) return [];
  const name = keyFor(identity);
  const known = Object.hasOwn(people, name) ? (people[name]?.emails ?? []) : [];
  const emails = [...known, address].map(quoted);
  return [`${name}: { email: ${emails.length === 1 ? emails[0] : `[${emails.join(', ')}]`} }`];
}

/** A name for `people`, from the name that stands beside the address. */
function keyFor(identity: string): string {
  const name = foldAddress(identity.replace(/<[^<>]*>\s*$/, ''));
  const key = name.replaceAll(/[^a-z0-9]+/g, '-').replaceAll(/^-+|-+$/g, '');
  return key.slice(0, 63).replace(/-+$/, '') || 'somebody';
}

/** Letters of other alphabets look like ours: an address shows which ones they are, as YAML and JSON write them. */
function quoted(text: string): string {
  return escaped(JSON.stringify(text));
}

/** `Name <email>`, with letters of other alphabets in the address shown as what they are. */
export function visible(identity: string): string {
  const address = /<[^<>]*>\s*$/.exec(identity)?.[0] ?? '';
  return identity.slice(0, identity.length - address.length) + escaped(address);
}

function escaped(text: string): string {
  return text.replaceAll(/[^ -~]/gu, (letter) =>
    [...Array(letter.length).keys()].map((at) => `\\u${letter.charCodeAt(at).toString(16).padStart(4, '0')}`).join(''),
  );
}
