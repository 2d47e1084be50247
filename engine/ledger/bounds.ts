// How much index.json carries of each thing. What folds keeps to it, and what reads refuses more: one number for
// both, so that nothing is ever written that cannot be read.

/**
 * Older contents are no longer recognised as known-good, older quarantine entries no longer refused; both far beyond
 * what a rollback reaches for, and the archive still has them. Contents are most of what each commit of a ledger
 * weighs; those that failed never crowd out those to go back to.
 */
export const GOOD_CONTENTS_MAX = 50;
export const OTHER_CONTENTS_MAX = 20;
/** Of both, as many as an earlier version wrote. */
export const CONTENTS_READ_MAX = 200;
/** One a held rollback; what is more stays on the remote. */
export const LEFTOVERS_MAX = 20;
/** Of proposals, those that have ended with them: what was declined is remembered for as long. */
export const PROPOSALS_MAX = 100;
/** Tips that people have pushed to the branch of one. */
export const TOUCHED_MAX = 5;
export const QUARANTINE_MAX = 200;
export const TAGS_MAX = 200;
/** The first is what `follow` had brought, and is always kept. */
export const LEFT_MAX = 20;
export const NEWEST_MAX = 20;
export const EVENTS_MAX = 50;
/** The last word of a person counts. */
export const REQUESTS_MAX = 1;
/** A run, and the rollback that answers its failure. */
export const OPEN_MAX = 2;
/**
 * Answers and exceptions of people. An older answer is forgotten and has to be given again: it never counts for
 * longer.
 */
export const APPROVALS_MAX = 200;
export const OVERRIDES_MAX = 50;
/** Of what was reviewed; where there are more, nobody can tell who made it. */
export const REVIEW_AUTHORS_MAX = 50;
/** Words on the change of gates that is next; accepted or not, those on earlier ones are forgotten. */
export const GATE_WORDS_MAX = 100;
export const OFFERED_MAX = 20;
/** A `limit` cannot count further than this. */
export const STARTS_MAX = 100;
export const POSTMORTEMS_DUE_MAX = 50;
/** Of the whole repository: a few results for each of the newest commits. */
export const CHECKS_MAX = 1_000;
export const LOCKS_MAX = 100;
/** None is ever dropped to make room: what comes beyond is refused. */
export const SECRETS_MAX = 1_000;
export { COUNT_MAX } from '../base/foreign-value.ts';
