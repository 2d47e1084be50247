// `approval:` who must have said yes, how many of them, and for which paths further ones.

import { formatDuration } from '../../base/duration.ts';
import { listOf as manyOf, orAbsent, orNull, shape } from '../../base/flaws.ts';
import type { Cursor } from '../../config/cursor.ts';
import { millis } from '../../config/millis.ts';
import { choice, duration, listOf, object, type Shape, text } from '../../config/schema/shape.ts';
import { userVerification } from '../../config/schema/user-verification.ts';
import { CONDITION_LENGTH_MAX } from '../../model/condition.ts';
import type { Rule, UserVerification, Voices } from '../../model/rule.ts';
import { evaluateApproval } from '../approval.ts';
import { checkWritten } from '../condition-facts.ts';
import { sayAuthor, sayVerified } from '../say-parts.ts';
import { AUTHOR, COUNT, MANY, TEXT, VERIFICATION } from '../stored.ts';
import { ruleKind } from './kind.ts';

declare module '../../model/rule.ts' {
  interface RuleTypes {
    readonly approval: ApprovalRule;
  }
}

export type ApprovalRule = Rule<'approval'> & {
  readonly require: readonly Voices[];
  /** Further voices where a changed path matches the pattern, as in a CODEOWNERS file. */
  readonly paths: readonly (Voices & { readonly match: string })[];
  /** Whether those who made the change count. */
  readonly author: 'excluded' | 'counts';
  readonly userVerification: UserVerification;
  readonly expiresMs: number | null;
  readonly remindMs: number | null;
  readonly escalate: { readonly afterMs: number; readonly to: string } | null;
  /** A condition in CEL: where it is false, nobody is asked. Absent where they always are. */
  readonly when?: string;
};

const from = text('A team, or one person.', { examples: ['leads'] });
const count = {
  type: 'integer',
  minimum: 1,
  maximum: 100,
  default: 1,
  description: 'How many of them; each person counts once.',
} as const;

const voices = object('So many people of a team.', { from, count }, ['from']);

const path = object(
  'Further people where a changed path matches.',
  {
    match: {
      ...text('A pattern as in a CODEOWNERS file: `/infra/` from the root, `*.sql` at any depth.', {
        examples: ['**/security/**'],
      }),
      maxLength: 500,
    },
    from,
    count,
  },
  ['match', 'from'],
);

const schema = {
  ...object(
    'People who must have approved this very commit. All groups must be satisfied, each on its own.',
    {
      require: listOf('Groups that must approve every change.', voices, {
        minItems: 1,
        examples: [
          [
            { from: 'leads', count: 1 },
            { from: 'qa', count: 1 },
          ],
        ],
      }),
      paths: listOf('Groups that must approve changes to certain paths.', path, {
        minItems: 1,
        maxItems: 100,
        examples: [[{ match: '**/security/**', from: 'security', count: 2 }]],
      }),
      author: choice(
        'Whether those who made the change (authors, co-authors, committers, the tagger) count.',
        ['excluded', 'counts'],
        'excluded',
      ),
      user_verification: userVerification,
      expires: duration('How long an approval holds; for ever when left out.', { examples: ['72h'] }),
      remind: duration('How often those who are missing are reminded.', { examples: ['4h'] }),
      escalate: object(
        'Who hears of it when it takes too long.',
        { after: duration('After how long.', { examples: ['8h'] }), to: text('A team or person.', {}) },
        ['after', 'to'],
      ),
      when: text('A condition in CEL: where it is false, this approval asks nobody.', {
        maxLength: CONDITION_LENGTH_MAX,
        examples: ['version.major != current.major'],
      }),
    },
    [],
  ),
} as const;

const VOICES = { from: TEXT, count: COUNT };

export const approvalRule = ruleKind({
  type: 'approval',
  schema,
  build(value, cursor) {
    const place = cursor.key();
    if (value.require === undefined && value.paths === undefined && cursor.complete) {
      cursor.error('this approval asks nobody', 'add `require: [{ from: leads }]`, or `paths:` for certain files only');
    }
    for (const key of ['expires', 'remind'] as const) positive(value[key], cursor.at(key));
    positive(value.escalate?.after, cursor.at('escalate', 'after'));
    if (value.escalate !== undefined) cursor.at('escalate', 'to').refer('party', value.escalate.to);
    if (value.when !== undefined) checkWritten(value.when, cursor.at('when'));
    const rule: ApprovalRule = {
      type: 'approval',
      place,
      require: (value.require ?? []).map((item, index) => voicesOf(item, cursor.at('require', index))),
      paths: (value.paths ?? []).map((item, index) => {
        checkPattern(item.match, cursor.at('paths', index, 'match'));
        return { ...voicesOf(item, cursor.at('paths', index)), match: item.match };
      }),
      author: value.author ?? 'excluded',
      userVerification: value.user_verification ?? 'optional',
      expiresMs: value.expires === undefined ? null : millis(value.expires, 0),
      remindMs: value.remind === undefined ? null : millis(value.remind, 0),
      escalate:
        value.escalate === undefined ? null : { afterMs: millis(value.escalate.after, 0), to: value.escalate.to },
      ...(value.when === undefined ? {} : { when: value.when }),
    };
    return () => rule;
  },
  evaluate: evaluateApproval,
  needs: () => ({ change: true, approvals: true }),
  simulated: 'may-be-given',
  say(rule) {
    const groups = [
      ...rule.require.map(({ count, from }) => `${count} of ${from}`),
      ...rule.paths.map(({ count, from, match }) => `${count} of ${from} for ${match}`),
    ];
    const expires = rule.expiresMs === null ? '' : `; an approval holds ${formatDuration(rule.expiresMs)}`;
    const only = rule.when === undefined ? '' : `, only where ${rule.when.replace(/\s+/g, ' ').trim()}`;
    return `needs a yes by ${groups.join(' and ')}${sayAuthor(rule.author)}${expires}${sayVerified(rule.userVerification)}${only}`;
  },
  answers({ require: always, paths, author, expiresMs, userVerification }) {
    const isVerified = userVerification === 'required';
    return [...always, ...paths].map(({ from, count }) => {
      return { from: [from], count, author, expiresMs, isSigned: isVerified, isVerified };
    });
  },
  stored: {
    require: manyOf(shape(VOICES), MANY),
    paths: manyOf(shape({ ...VOICES, match: TEXT }), MANY),
    author: AUTHOR,
    userVerification: VERIFICATION,
    expiresMs: orNull(COUNT),
    remindMs: orNull(COUNT),
    escalate: orNull(shape({ afterMs: COUNT, to: TEXT })),
    when: orAbsent(TEXT),
  },
});

function voicesOf(value: Shape<typeof voices>, cursor: Cursor): Voices {
  cursor.at('from').refer('party', value.from);
  return { from: value.from, count: value.count ?? 1 };
}

/** No path has such parts: the pattern would match nothing, and the gate behind it stand open. */
function checkPattern(pattern: string, cursor: Cursor): void {
  if (!/(^|\/)\.{1,2}(\/|$)/.test(pattern)) return;
  cursor.error(
    `\`${pattern}\` matches no path`,
    'paths begin at the root of the repository: write `/infra/` for a folder there',
  );
}

function positive(given: string | undefined, cursor: Cursor): void {
  if (given !== undefined && millis(given, 1) === 0) cursor.error('0 is no span of time', 'write one such as 4h');
}
