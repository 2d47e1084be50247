// `release:` of tidegate.yaml: what is released, from where to where, and by which steps.

export type ReleaseConfig = {
  /** Short name of the branch whose commits are released; null for the default branch. */
  readonly from: string | null;
  /** Short name of the branch that carries the tags; null where it is the same. */
  readonly to: string | null;
  /** A push of commit and tag in one, or a branch `release/<tag>` that somebody merges. */
  readonly by: 'push' | 'proposal';
  readonly tickets: TicketConfig | null;
  /** In the order of the file; one of no name where the repository is released as a whole. */
  readonly components: readonly ReleaseComponent[];
  /** The environment after whose deployment `to` is merged back into `from`; null: nobody waits for one. */
  readonly after: string | null;
  /** Name of the policy whose trains the steps are counted back from. */
  readonly train: string | null;
  readonly steps: readonly ReleaseStep[];
  /** `checklists/<name>.md`. */
  readonly checklist: string | null;
};

/** `match` is the source of a regular expression; of `url`, `$0` is what matched. */
export type TicketConfig = { readonly match: string; readonly url: string };

export type ReleaseComponent = {
  readonly name: string | null;
  /** Folders and files whose commits count; the root alone for all. */
  readonly paths: readonly string[];
  /** What stands before the version in the name of its tags. */
  readonly tag: string;
  readonly changelog: string;
  readonly versions: readonly VersionPlace[];
};

/** `pointer`: RFC 6901, as `/version`. */
export type VersionPlace = { readonly file: string; readonly pointer: string };

export type ReleaseStep = {
  readonly name: string;
  /** How many local days before the departure. */
  readonly daysBefore: number;
};

export const WHOLE: ReleaseComponent = {
  name: null,
  paths: [''],
  tag: 'v',
  changelog: 'CHANGELOG.md',
  versions: [],
};

/** What holds where tidegate.yaml says nothing of releases. */
export const PLAIN_RELEASE: ReleaseConfig = {
  from: null,
  to: null,
  by: 'push',
  tickets: null,
  components: [WHOLE],
  after: null,
  train: null,
  steps: [],
  checklist: null,
};

const TICKET_LENGTH_MAX = 100;
/** So that a pattern of somebody who may push never keeps a controller busy. */
const REPEATS_MAX = 3;

/** What is wrong with the pattern of tickets, or null. Without groups and with few repeats it is read in no time. */
export function ticketProblem(match: string): string | null {
  if (match.length > TICKET_LENGTH_MAX) return `it is longer than ${TICKET_LENGTH_MAX} characters`;
  const bare = match.replace(/\\./g, '').replace(/\[[^\]]*\]/g, '');
  if (/[()|]/.test(bare)) return 'it has a group or an alternative: write what all tickets have in common';
  if ((bare.match(/[*+]|\{\d*,\d*\}/g) ?? []).length > REPEATS_MAX) return `it repeats more than ${REPEATS_MAX} times`;
  try {
    new RegExp(match, 'g');
  } catch {
    return 'it is no regular expression';
  }
  return null;
}
