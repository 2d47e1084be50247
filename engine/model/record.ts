// One fact, past tense. Records are all that the ledger holds; every state is folded from them, in their order.
// A record's place in the ledger (`seq`) is given when it is written; its `at` is for people and never orders anything.

import type { Instant } from '../base/instant.ts';
import type { AcceptedOn, GateTerms } from './gate-terms.ts';
import type { OutsideEffects, RecordedKind, RecordedPayloads } from './outside-effect.ts';
import type { Contents, Version } from './version.ts';

export type RunKind = 'deploy' | 'rollback' | 'heal';
export type Trigger = 'commit' | 'tag' | 'promotion' | 'revert' | 'request' | 'schedule' | 'failure';
export type Outcome = 'Succeeded' | 'Failed' | 'Errored' | 'Superseded' | 'Cancelled' | 'RolledBack';
export type StageOutcome = 'Succeeded' | 'Failed' | 'Errored' | 'Cancelled';

/** Characters of a reason that a person gives. It is kept for good, in every index that names it: a sentence, not a book. */
export const REASON_LENGTH_MAX = 2_000;

type Common = {
  /** Says the same fact twice by the same name, so that a batch pushed in doubt is not recorded twice. */
  readonly id: string;
  readonly at: Instant;
  /** Who: `controller <name>`, or a person as Git names them. */
  readonly by: string;
  /** Present when the clock was given (`run --once --at`): such instants never hold real work up. */
  readonly clock?: 'given';
};

export type Deployed = { readonly version: Version; readonly contents: Contents };

/** A run's own records live in its file and are written only by the holder of its lease. */
export type RunRecord = Common & { readonly run: string } & (
    | {
        readonly type: 'run-opened';
        readonly kind: RunKind;
        readonly trigger: Trigger;
        readonly version: Version;
        readonly contents: Contents;
        readonly previous: Deployed | null;
        readonly reason: string | null;
        /** The person who asked, or the author of the change; null when nobody did. */
        readonly requestedBy: string | null;
        readonly request: string | null;
        readonly emergency: boolean;
        readonly skip: 'none' | 'skippable';
        /** `policy/rule` names of what an override lifted; absent where none did. */
        readonly lifted?: readonly string[];
        /** Where the target of the environment is from now on, and the mark that stands there: whoever comes with another one is
         *  refused by the place. Absent where both are as before, and for targets without a place. */
        readonly targetPlace?: string;
        readonly targetMark?: string;
        /** The commit whose gates let it in. */
        readonly config: string;
        /** The run whose failure this one answers. */
        readonly cause: string | null;
        readonly stages: readonly { readonly name: string; readonly skippable: boolean; readonly touches: boolean }[];
        readonly epoch: number;
        readonly controller: string;
        /** The release of the time zone data that it was granted by: `2026b`. */
        readonly zones?: string;
        /** The verdict in one sentence, as it was when the run was granted. */
        readonly because: string;
      }
    | { readonly type: 'stage-skipped'; readonly stage: string; readonly because: string }
    | {
        readonly type: 'stage-started';
        readonly stage: string;
        readonly attempt: number;
        /** Index of the first step of this attempt. */
        readonly step: number;
        readonly because: 'first' | 'in-doubt';
        readonly epoch: number;
        readonly lifted?: readonly string[];
      }
    | {
        readonly type: 'step-ended';
        readonly stage: string;
        readonly attempt: number;
        readonly step: number;
        readonly name: string;
        readonly outcome: 'succeeded' | 'failed' | 'errored' | 'timed-out' | 'cancelled';
        readonly sentence: string;
        readonly exitCode: number | null;
        readonly durationMs: number;
        readonly outputBytes: number;
        readonly logDigest: string | null;
        readonly tail: string;
      }
    /** The step just ended is tried again, not before `notBefore`. */
    | {
        readonly type: 'step-retried';
        readonly stage: string;
        readonly attempt: number;
        readonly step: number;
        readonly notBefore: Instant;
      }
    | {
        readonly type: 'stage-ended';
        readonly stage: string;
        readonly outcome: StageOutcome;
        readonly sentence: string;
      }
    /** Another life of a controller goes on with the run: whatever had no recorded end is in doubt. */
    | {
        readonly type: 'lease-taken';
        readonly epoch: number;
        readonly controller: string;
        readonly zones?: string;
        readonly because: string;
      }
    | { readonly type: 'lease-released'; readonly epoch: number }
    /** A stage did not succeed; what happens next is decided here and carried out afterwards. */
    | {
        readonly type: 'run-failed';
        readonly stage: string | null;
        readonly outcome: 'Failed' | 'Errored' | 'Cancelled';
        readonly sentence: string;
        readonly next: 'roll-back' | 'stop' | 'stall';
      }
    /** The intent of an outside effect, and what became of it. `effect` is its derived id. */
    | Intended
    | Ended
    | {
        readonly type: 'run-ended';
        readonly outcome: Outcome;
        readonly sentence: string;
      }
  );

type Intended<Kind extends RecordedKind = RecordedKind> = {
  [One in Kind]: {
    readonly type: 'effect-intended';
    readonly effect: string;
    readonly kind: One;
    readonly payload: RecordedPayloads[One];
  };
}[Kind];

type Ended<Kind extends RecordedKind = RecordedKind> = {
  [One in Kind]: {
    readonly type: 'effect-ended';
    readonly effect: string;
    readonly kind: One;
    readonly result: OutsideEffects[One]['result'];
  };
}[Kind];

/** An environment's own records: anybody who may push the ref may add them. */
export type EventRecord = Common &
  (
    | { readonly type: 'tag-seen'; readonly tag: string; readonly oid: string; readonly commit: string }
    | { readonly type: 'adopted'; readonly version: Version; readonly contents: Contents; readonly because: string }
    | ({ readonly type: 'suspended'; readonly reason: string; readonly until: Instant | null } & Signable)
    | ({ readonly type: 'resumed'; readonly reason: string } & Signable)
    | ({
        readonly type: 'deploy-requested';
        readonly version: Version;
        readonly reason: string;
        readonly emergency: boolean;
        readonly skipTests: boolean;
      } & Signable)
    /** `to: null` asks for the newest known-good version that is not the current one. */
    | ({ readonly type: 'rollback-requested'; readonly to: Version | null; readonly reason: string } & Signable)
    | { readonly type: 'request-closed'; readonly request: string; readonly sentence: string }
    | { readonly type: 'hold-released'; readonly because: string }
    /** Bound to the commit and to the digest of what would be done. */
    | ({
        readonly type: 'approved' | 'rejected';
        readonly version: Version;
        readonly planDigest: string;
        readonly reason: string;
      } & Signable)
    /** Somebody answered with an annotated tag (`approve/production/v1.4.2`): first seen now, and where it pointed. */
    | {
        readonly type: 'approval-tag-seen';
        readonly tag: string;
        readonly oid: string;
        readonly commit: string;
        readonly answer: Answer;
        /** The tagger, as Git names them. */
        readonly person: string;
        /** Whose signature it carried then; absent where it had none that holds. */
        readonly signedBy?: string;
        readonly reason: string;
      }
    /** A person's exception for one version: which rules (`policy/rule`; empty for all that name the person), why, how long. */
    | ({
        readonly type: 'overridden';
        readonly version: Version;
        readonly rules: readonly string[];
        readonly reason: string;
        /** Null: for as long as each policy's `override.expires` says. */
        readonly until: Instant | null;
      } & Signable)
    /** From here on these gates decide, and those before them no longer. `words`: ids of the records that it rests on. */
    | {
        readonly type: 'gates-accepted';
        readonly serial: number;
        readonly digest: string;
        /** The commit that they were read from. */
        readonly from: string;
        readonly on: AcceptedOn;
        readonly words: readonly string[];
        readonly because: string;
        /** Null: the environment was removed. */
        readonly gates: GateTerms | null;
      }
    /** A person's word on one change of gates: those with this digest, after those in force with this serial. */
    | ({
        readonly type: 'gates-approved' | 'gates-rejected' | 'gates-overridden';
        readonly serial: number;
        readonly digest: string;
        readonly reason: string;
      } & Signable)
    /** The same by annotated tag (`approve/production/gates-3-<digest>`): first seen now. */
    | {
        readonly type: 'gates-tag-seen';
        readonly tag: string;
        readonly oid: string;
        readonly answer: Answer;
        readonly serial: number;
        readonly digest: string;
        readonly person: string;
        readonly signedBy?: string;
        readonly reason: string;
      }
    /** A version that has to wait was seen for the first time. */
    | { readonly type: 'offered'; readonly version: Version; readonly digest: string }
    /** A branch that held a rollback: removed, or left to people. */
    | { readonly type: 'leftover-removed'; readonly branch: string; readonly because: string }
    | { readonly type: 'incident-opened'; readonly incident: string; readonly about: string; readonly sentence: string }
    | ({ readonly type: 'incident-closed'; readonly incident: string; readonly reason: string } & Signable)
    /** The following stand in the ledger of the whole repository only (`_all`). */
    | ({
        readonly type: 'check-recorded';
        readonly commit: string;
        readonly name: string;
        readonly status: 'passed' | 'failed' | 'pending';
        readonly value: number | null;
      } & Signable)
    | { readonly type: 'lock-taken'; readonly lock: string; readonly environment: string; readonly holder: string }
    /** A secret has an owner from now on: the first whose granted run named it, or whom the operator's `--grants` names. */
    | {
        readonly type: 'secret-claimed';
        readonly secret: string;
        readonly environment: string;
        readonly holder: string;
        readonly because: 'first' | 'granted';
      }
    /** The ledger is at this place from now on. */
    | {
        readonly type: 'ledger-placed';
        readonly namespace: string;
        /** Null: the config repository. */
        readonly repository: string | null;
        readonly because: string;
      }
  );

/** A record that speaks for a person may carry that person's SSH signature over everything else in it. */
type Signable = { readonly signature?: string };

export type Answer = 'approved' | 'rejected';

/** An event before it is written: the shell adds its id, its time and its author. */
export type NewEvent = Unwritten<EventRecord>;
type Unwritten<T> = T extends unknown ? Omit<T, 'id' | 'at' | 'by' | 'clock'> : never;

/** A person may be called "controller" too: git names people with an e-mail, and a controller has none. */
export function isByController({ by }: { readonly by: string }): boolean {
  return by.startsWith('controller ') && !by.includes('<');
}

export type LedgerRecord = RunRecord | EventRecord;

export function isRunRecord(record: LedgerRecord): record is RunRecord {
  return 'run' in record;
}

/** A claim must be accepted by the remote before anything that rests on it is done. */
export function isClaim(record: LedgerRecord): boolean {
  return (record.type === 'run-opened' && record.cause === null) || record.type === 'lease-taken';
}
