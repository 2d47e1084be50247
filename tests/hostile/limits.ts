// Which constants of the engine each row of the table of limits in docs/security.md speaks of, in the order of its numbers;
// and which bounds are none of that table's, with the reason. A bound that stands in neither is missed by limits.test.ts.

export type Bound = readonly [file: string, name: string, kind?: 'bytes' | 'ms' | 'days'];

const LEDGER = 'ledger/bounds.ts';

export const ROWS: Readonly<Record<string, readonly Bound[]>> = {
  'a file of configuration': [['config/document.ts', 'TEXT_LENGTH_MAX', 'bytes']],
  'its nesting': [['config/document.ts', 'DEPTH_MAX']],
  'its values, aliases written out': [['config/document.ts', 'NODES_MAX']],
  'stages, steps of a stage; cases of policy tests in a file': [
    ['config/schema/pipeline.ts', 'maxItems'],
    ['config/schema/policy-test.ts', 'maxItems'],
  ],
  'problems told of one file': [['config/cursor.ts', 'FINDINGS_MAX']],
  'files that `tidegate check` reads': [
    ['cli/config-folder.ts', 'FILES_MAX'],
    ['cli/config-folder.ts', 'DEPTH_MAX'],
  ],
  'files of a commit that are listed or exported': [
    ['git/contents.ts', 'FILES_MAX'],
    ['git/native.ts', 'exportFilesMax'],
    ['git/contents.ts', 'DEPTH_MAX'],
  ],
  'a path, a name in a commit that is exported': [['git/export.ts', 'PATH_LENGTH_MAX']],
  'bytes of an export': [['git/native.ts', 'exportBytesMax', 'bytes']],
  'target of a symlink': [['git/export.ts', 'LINK_BYTES_MAX', 'bytes']],
  'an object that is read whole': [
    ['git/native.ts', 'BLOB_BYTES_MAX', 'bytes'],
    ['git/object-reader.ts', 'METADATA_BYTES_MAX', 'bytes'],
  ],
  'a file of the ledger: a run, the index, a thousand events': [
    ['controller/ledger-tips.ts', 'LEDGER_FILE_BYTES_MAX', 'bytes'],
    ['controller/ledger-draft.ts', 'EVENTS_FILE_BYTES_MAX', 'bytes'],
    ['controller/archive.ts', 'RUN_BYTES_MAX', 'bytes'],
    ['controller/verify.ts', 'FILE_BYTES_MAX', 'bytes'],
  ],
  'a tag of tags': [['git/object-reader.ts', 'TAG_DEPTH_MAX']],
  'refs in one look': [
    ['git/native.ts', 'refsMax'],
    ['git/native.ts', 'lookBytesMax', 'bytes'],
  ],
  'one look, one push': [['git/native.ts', 'timeoutMs', 'ms']],
  'one fetch': [
    ['git/native.ts', 'fetchTimeoutMs', 'ms'],
    ['git/native.ts', 'fetchBytesMax', 'bytes'],
  ],
  'other answers of git: one command, a list of commits, a commit in a log': [
    ['git/exec.ts', 'STDOUT_MAX', 'bytes'],
    ['git/history.ts', 'HISTORY_BYTES_MAX', 'bytes'],
    ['git/log.ts', 'FIELD_MAX', 'bytes'],
  ],
  '`tidegate diff`': [['git/diff.ts', 'DIFF_BYTES', 'bytes']],
  'tags tried for an environment': [['controller/tag-offers.ts', 'TAGS_TRIED_MAX']],
  'versions that `supersede: every` looks back for': [['controller/offers.ts', 'EVERY_MAX']],
  'commits that are tried for a head whose configuration is broken': [['controller/survey.ts', 'FALLBACK_MAX']],
  'commits that `tidegate simulate` reads': [['controller/simulation-history.ts', 'CHAIN_MAX']],
  'how far `tidegate when` looks': [
    ['view/when.ts', 'HORIZON_MS', 'days'],
    ['view/when.ts', 'STEPS_MAX'],
  ],
  'approval tags of versions in play': [['controller/approval-tags.ts', 'TAGS_IN_PLAY_MAX']],
  'words of an annotated tag': [['git/tag-object.ts', 'MESSAGE_LENGTH_MAX', 'bytes']],
  'a change whose authors and paths are asked for': [
    ['controller/authorship.ts', 'commitsMax'],
    ['controller/authorship.ts', 'pathsMax'],
  ],
  'earlier commits that are looked through where a version goes back': [['git/changes.ts', 'EARLIER_MAX']],
  'a file that is looked through line by line for that': [
    ['git/file-lines.ts', 'BYTES_MAX', 'bytes'],
    ['git/line-changes.ts', 'EDITS_MAX'],
  ],
  'merges judged in a change': [['git/changes.ts', 'MERGES_JUDGED_MAX']],
  'a CEL condition': [
    ['model/condition.ts', 'CONDITION_LENGTH_MAX'],
    ['model/condition.ts', 'NESTING_MAX'],
    ['model/condition-cost.ts', 'STEPS_MAX'],
  ],
  'spans, rules of recurrence': [
    ['config/rules/span-keys.ts', 'SPANS_MAX'],
    ['config/rules/rrule.ts', 'COUNT_MAX'],
  ],
  '`policies/allowed_signers`': [['git/ssh-signing.ts', 'ALLOWED_SIGNERS_LENGTH_MAX', 'bytes']],
  'a signature': [['git/ssh-signing.ts', 'SIGNATURE_LENGTH_MAX']],
  'a reason': [['model/record.ts', 'REASON_LENGTH_MAX']],
  'a name, an e-mail address in a commit': [
    ['git/objects.ts', 'NAME_LENGTH_MAX'],
    ['git/objects.ts', 'EMAIL_LENGTH_MAX'],
  ],
  'a record': [['ledger/lines.ts', 'LINE_LENGTH_MAX', 'bytes']],
  'whatever is counted: records, runs, epochs, bytes': [[LEDGER, 'COUNT_MAX']],
  'a moment': [],
  'runs, events that the index names': [
    [LEDGER, 'NEWEST_MAX'],
    [LEDGER, 'EVENTS_MAX'],
  ],
  'tips of other ledgers that a record vouches for': [['controller/ledger-draft.ts', 'PASSED_ON_MAX']],
  'problems that `tidegate verify` tells of one ledger': [['controller/verify.ts', 'PROBLEMS_MAX']],
  'the index: known-good contents, others': [
    [LEDGER, 'GOOD_CONTENTS_MAX'],
    [LEDGER, 'OTHER_CONTENTS_MAX'],
  ],
  'the index of an earlier version: contents': [[LEDGER, 'CONTENTS_READ_MAX']],
  'the index: quarantine, tags, answers': [
    [LEDGER, 'QUARANTINE_MAX'],
    [LEDGER, 'TAGS_MAX'],
    [LEDGER, 'APPROVALS_MAX'],
  ],
  'words on a change of gates, tags that are read for one': [
    [LEDGER, 'GATE_WORDS_MAX'],
    ['controller/gates-tags.ts', 'GATES_TAGS_MAX'],
  ],
  'the index: exceptions, incidents, first sights': [
    [LEDGER, 'OVERRIDES_MAX'],
    [LEDGER, 'INCIDENTS_MAX'],
    [LEDGER, 'OFFERED_MAX'],
  ],
  'results of checks, locks': [
    [LEDGER, 'CHECKS_MAX'],
    [LEDGER, 'LOCKS_MAX'],
  ],
  'secrets that have an owner': [[LEDGER, 'SECRETS_MAX']],
  'starts that a `limit` can count': [[LEDGER, 'STARTS_MAX']],
  'last lines of a step’s output in its record': [
    ['runner/log-tail.ts', 'LINES_MAX'],
    ['runner/log-tail.ts', 'TAIL_BYTES_MAX', 'bytes'],
  ],
  'a step’s log': [
    ['reconcile/job.ts', 'OUTPUT_BYTES_MAX', 'bytes'],
    ['runner/output-log.ts', 'LAST_BYTES', 'bytes'],
  ],
  'answer to an `http` step': [['runner/http.ts', 'BODY_BYTES_MAX', 'bytes']],
};

/** Bounds on ourselves, on what is only said, or on what is asked of the machine: nobody outside meets them as a limit. */
export const OUR_OWN: Readonly<Record<string, readonly string[]>> = {
  'timers of the machine': [
    'config/millis.ts TIMER_MS_MAX',
    'runner/in-process.ts TIMER_MS_MAX',
    'runner/wait.ts TIMER_MS_MAX',
    'runner/supervised-job.ts TIMER_MS_MAX',
    'host/clock.ts DELAY_MS_MAX',
  ],
  'how often and how long we try': [
    'runner/process-tree.ts POLL_MS_MAX',
    'runner/poll-until.ts TRY_MS_MAX',
    'runner/supervisor-link.ts CLOSE_MS_MAX',
    'controller/open-commands.ts TRIES_MAX',
    'controller/ledger-peers.ts ANSWER_TRIES_MAX',
    'controller/write-back.ts TRIES_MAX',
    'controller/run-controller.ts FAULTS_MAX',
    'config/check-file.ts ROUNDS_MAX',
  ],
  'what is remembered, and found again where it was forgotten': [
    'runner/runner.ts ENDED_MAX',
    'runner/job-journal.ts BYTES_MAX',
    'policy/coverage.ts KEPT_MAX',
    'policy/train.ts LATER_MAX',
    'git/object-reader.ts BLOB_REMEMBERED_MAX',
    'git/object-reader.ts LISTED_ENTRIES_MAX',
    'controller/jobs.ts FORGOTTEN_MAX',
    'controller/jobs.ts SPARE_FILES_MAX',
    'controller/effects.ts PREPARED_MAX',
    'host/holidays.ts ANSWERS_MAX',
    'git/upkeep.ts PACKS_MAX',
    'git/upkeep.ts LOOSE_FOLDERS_SEEN_MAX',
  ],
  'how much is said in one sentence': [
    'policy/when.ts SHOWN_MAX',
    'policy/window-words.ts REASONS_MAX',
    'policy/approval-words.ts IGNORED_SAID_MAX',
    'reconcile/gates-pending.ts IGNORED_SAID_MAX',
    'policy/approval.ts MEMBERS_SAID_MAX',
    'controller/sayings.ts PROBLEMS_SAID_MAX',
    'controller/tag-offers.ts NAMED_MAX',
    'controller/tag-offers.ts LOWER_NAMED_MAX',
    'controller/commit-said.ts BODY_LINES_MAX',
    'runner/supervisor-link.ts STDERR_MAX',
    'git/exec.ts STDERR_MAX',
    'git/log.ts STDERR_MAX',
  ],
  'a faster way that is left to git beyond it': [
    'git/look-file.ts LOOSE_BYTES_MAX',
    'git/loose-tag.ts LOOSE_BYTES_MAX',
    'git/loose-tag.ts TAG_DEPTH_MAX',
    'controller/lineage.ts WALK_MAX',
    'cli/config-folder.ts BYTES_MAX',
  ],
  'how many of several are looked at for one answer': [
    'controller/in-play.ts OFFERS_MAX',
    'controller/tag-offers.ts LOWER_TRIED_MAX',
    'ledger/bounds.ts LEFT_MAX',
    'controller/approval-tags.ts NAMES_MAX',
    'controller/simulation-history.ts OLDER_MAX',
    'config/rules/rrule.ts YEARS_MAX',
    'ledger/bounds.ts OPEN_MAX',
    'ledger/bounds.ts REQUESTS_MAX',
  ],
  'the length of one thing that git has bounded already': [
    'git/ranges.ts OID_LENGTH_MAX',
    'git/ranges.ts PATH_LENGTH_MAX',
  ],
  'said elsewhere: docs/operations.md on clocks, docs/policies/window.md on spans': [
    'model/dated-ahead.ts AHEAD_MS_MAX',
    'reconcile/clock.ts CLOCK_SKEW_MS_MAX',
    'config/rules/spans.ts DURATION_MS_MAX',
    'base/instant.ts INSTANT_MAX',
  ],
  'what a person asks for on the command line': ['cli/commands/calendar.ts DAYS_MAX', 'cli/program.ts TERM_LENGTH_MAX'],
  'the name of a release’s folder': ['reconcile/job.ts RELEASE_TAG_MAX'],
  'the demonstration, which reads its own repository': [
    'demo/playground.ts COMMITS_READ_MAX',
    'demo/services.ts READY_MS_MAX',
    'demo/services.ts STOP_MS_MAX',
  ],
};
