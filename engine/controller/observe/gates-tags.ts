// Words on a change of gates by annotated tag: `approve/production/gates-3-<digest>`, or `reject/…`, with
// `@<anything>` behind it where several answer. The name says which change is meant, wherever the tag points.

import { CHANGE_DIGITS } from '../../model/gate-terms.ts';
import type { GatesTag } from '../../model/observed.ts';
import { Fault } from '../../ports/fault.ts';
import { personOf, reasonOf, shortName } from './approval-tags.ts';
import type { EvidenceReader } from './evidence.ts';
import type { NamedRefs } from './facts-ground.ts';
import type { Keys } from './keys.ts';
import { answerPrefixes } from './watched-refs.ts';

type Asked = {
  readonly environment: string;
  readonly refs: NamedRefs;
  readonly keys: Keys;
  /** Of the gates in force: words on what was to follow others are over. */
  readonly serial: number;
  /** Of the change that is open, 64 hex digits. */
  readonly digest: string;
};

/** So many of each answer are read for one change; anybody may push ten thousand tags. */
const GATES_TAGS_MAX = 50;

export async function readGatesTags(evidence: EvidenceReader, asked: Asked): Promise<readonly GatesTag[]> {
  const [approve = '', reject = ''] = answerPrefixes(asked.environment);
  const found = [...asked.refs.refs]
    .flatMap(([ref, oid]) => {
      const prefix = [approve, reject].find((candidate) => ref.startsWith(candidate));
      const named = prefix === undefined ? null : NAME.exec(ref.slice(prefix.length));
      if (named === null || Number(named[1]) !== asked.serial || !asked.digest.startsWith(named[2] ?? '')) return [];
      return [{ ref, oid, answer: prefix === approve ? ('approved' as const) : ('rejected' as const) }];
    })
    .sort((a, b) => (a.ref < b.ref ? -1 : 1));
  // Each answer has room of its own: a crowd of one keeps none of the other away.
  const ofAnswer = (wanted: GatesTag['answer']) => found.filter(({ answer }) => answer === wanted);
  const [yes, no] = [ofAnswer('approved'), ofAnswer('rejected')];
  const chosen = [...yes.slice(0, GATES_TAGS_MAX), ...no.slice(0, GATES_TAGS_MAX)];
  const tags: GatesTag[] = [];
  for (const { ref, oid, answer } of chosen) {
    const tag = await evidence.tag(ref, oid).catch(unreadable);
    const common = { name: shortName(ref), answer, oid, serial: asked.serial, digest: asked.digest };
    if (tag === null) continue;
    const signed = await evidence.signature(oid, asked.keys, [], answer === 'rejected' ? 'no' : 'yes');
    tags.push({ ...common, called: tag.name, person: personOf(tag), reason: reasonOf(tag), signed });
  }
  return [...tags, ...[yes, no].flatMap((each) => leftAlone(each[GATES_TAGS_MAX], asked))];
}

type Found = { readonly ref: string; readonly oid: string; readonly answer: GatesTag['answer'] };

/**
 * A no among those that nobody looked at may be anybody's who is asked: it stands in the way, and a yes is none,
 * aloud.
 */
function leftAlone(found: Found | undefined, { serial, digest }: Asked): readonly GatesTag[] {
  if (found === undefined) return [];
  const { ref, oid, answer } = found;
  const sentence = `more than ${GATES_TAGS_MAX} tags answer, and it is not looked at before others are deleted`;
  const signed = { type: 'invalid', sentence, passing: true } as const;
  const name = shortName(ref);
  return [{ name, called: null, answer, oid, serial, digest, person: `tag ${name}`, reason: '', signed }];
}

const NAME = new RegExp(`^gates-([0-9]{1,15})-([0-9a-f]{${CHANGE_DIGITS},64})(?:@.*)?$`);

/** What can never be read is no answer; what cannot be read now is tried again. */
function unreadable(cause: unknown): null {
  if (cause instanceof Fault && cause.retry === 'never') return null;
  throw cause;
}
