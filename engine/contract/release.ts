// What `tidegate release` came to, or would come to: for each component its version, what every commit counted for,
// the notes and the files.

import { COMMIT, choice, FLAG, listOf, object, orNull, type Shape, says, TEXT } from './shape.ts';

const commitShape = object({
  commit: COMMIT,
  subject: TEXT,
  as: says(
    '`other`: no conventional commit, a patch. `hidden`: nobody sees it who uses the software. `cancelled`: reverted, or a revert.',
    choice('major', 'minor', 'patch', 'other', 'hidden', 'cancelled', 'merge', 'release'),
  ),
  why: orNull(TEXT),
  tickets: listOf(TEXT),
});

const releaseShape = object({
  component: says('Null where the repository is released as a whole.', orNull(TEXT)),
  from: says('The branch whose commits are released.', TEXT),
  to: says('The branch that carries the tag.', TEXT),
  result: says(
    '`planned`: with --dry-run. `proposed`: it is tagged once its branch is merged.',
    choice('planned', 'tagged', 'proposed', 'nothing', 'refused'),
  ),
  since: says('The tag from which it counts; null for a first release.', orNull(TEXT)),
  version: orNull(TEXT),
  tag: orNull(TEXT),
  level: orNull(choice('major', 'minor', 'patch', 'named')),
  why: orNull(TEXT),
  date: says('The day of its newest commit, in UTC.', orNull(TEXT)),
  notes: orNull(TEXT),
  files: says('Those that it changes.', listOf(TEXT)),
  commits: says('Newest first.', listOf(commitShape)),
  commit: says('The one that is tagged or proposed.', orNull(COMMIT)),
  branch: says('That of the proposal.', orNull(TEXT)),
  signed: FLAG,
  sentence: says('Why there is none.', orNull(TEXT)),
});

export const releaseAnswer = object({
  releases: listOf(releaseShape),
  open: says(
    'What is not ticked off in checklists of releases.',
    listOf(object({ file: TEXT, branch: TEXT, under: orNull(TEXT), text: TEXT })),
  ),
});

type ReleaseJson = Shape<typeof releaseShape>;

/** As the controller's commands tell it. */
export type ReleaseTold = {
  readonly component: string | null;
  readonly from: string;
  readonly to: string;
  readonly plan:
    | {
        readonly type: 'release';
        readonly since: string | null;
        readonly version: string;
        readonly tag: string;
        readonly level: 'major' | 'minor' | 'patch' | 'named';
        readonly why: string;
        readonly date: string;
        readonly notes: string;
        readonly files: ReadonlyMap<string, string>;
        readonly counted: readonly CountedTold[];
      }
    | {
        readonly type: 'nothing' | 'refused';
        readonly sentence: string;
        readonly hint: string;
        readonly counted: readonly CountedTold[];
      };
  readonly done:
    | { readonly type: 'planned' }
    | { readonly type: 'tagged'; readonly commit: string; readonly tag: string; readonly isSigned: boolean }
    | { readonly type: 'proposed'; readonly commit: string; readonly branch: string; readonly onto: string };
};

type CountedTold = {
  readonly oid: string;
  readonly subject: string;
  readonly as: Shape<typeof commitShape>['as'];
  readonly why: string | null;
  readonly tickets: readonly string[];
};

export type OpenTold = {
  readonly file: string;
  readonly branch: string;
  readonly items: readonly { readonly under: string | null; readonly text: string }[];
};

export function releaseJson(ends: readonly ReleaseTold[], open: readonly OpenTold[]): Shape<typeof releaseAnswer> {
  return {
    releases: ends.map(oneJson),
    open: open.flatMap(({ file, branch, items }) => items.map(({ under, text }) => ({ file, branch, under, text }))),
  };
}

function oneJson({ component, from, to, plan, done }: ReleaseTold): ReleaseJson {
  const commits = plan.counted.map(({ oid, subject, as, why, tickets }) => ({
    commit: oid,
    subject,
    as,
    why,
    tickets,
  }));
  const place = { component, from, to, commits };
  if (plan.type !== 'release') {
    const none = { since: null, version: null, tag: null, level: null, why: null, date: null, notes: null };
    return {
      ...place,
      ...none,
      result: plan.type,
      files: [],
      commit: null,
      branch: null,
      signed: false,
      sentence: plan.sentence,
    };
  }
  const { since, version, tag, level, why, date, notes } = plan;
  return {
    ...place,
    ...{ since, version, tag, level, why, date, notes },
    result: done.type,
    files: [...plan.files.keys()],
    commit: done.type === 'planned' ? null : done.commit,
    branch: done.type === 'proposed' ? done.branch : null,
    signed: done.type === 'tagged' && done.isSigned,
    sentence: null,
  };
}
