// What a controller is given: the world through its ports, and whom to tell.

import type { LedgerRecord } from '../../ledger/records/table.ts';
import type { Remedy } from '../../model/remedy.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Log } from '../../ports/log.ts';
import type { Runner } from '../../ports/runner.ts';
import type { StateFolder } from '../../ports/state-folder.ts';
import type { ForgeParts } from '../forge/forge-watch.ts';
import type { Survey } from '../observe/survey.ts';

export type ControllerParts = {
  readonly survey: Survey;
  readonly runner: Runner;
  readonly folder: StateFolder;
  readonly clock: Clock;
  readonly log: Log;
  /** Milliseconds after which records are pushed, by kind of remote; the configuration may name another. */
  readonly flushMs: number;
  /** How a forge is asked, where tidegate.yaml names one. */
  readonly forges?: ForgeParts;
  /** For the jitter of tries that are made again; Math.random unless said. */
  readonly random?: () => number;
  /** Told every record that this controller makes, in words. */
  readonly onRecord: (environment: string, record: LedgerRecord, sentence: string) => void;
  /** Told what each environment waits for, when that changes, and what a person may do first about it. */
  readonly onBecause: (environment: string, sentence: string, remedy: Remedy | null) => void;
};
