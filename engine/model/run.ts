// A run as folded from its records: one version going through an environment's pipeline.

import type { Instant } from '../base/instant.ts';
import type { WriteBackIntent, WriteBackResult } from './outside-effect.ts';
import type { Deployed, Outcome, RunKind, StageOutcome, Trigger } from './record.ts';
import type { Contents, Version } from './version.ts';

export type Run = {
  readonly id: string;
  readonly environment: string;
  readonly kind: RunKind;
  readonly trigger: Trigger;
  readonly version: Version;
  readonly contents: Contents;
  readonly previous: Deployed | null;
  readonly reason: string | null;
  readonly requestedBy: string | null;
  readonly request: string | null;
  readonly emergency: boolean;
  readonly skip: 'none' | 'skippable';
  readonly config: string;
  readonly cause: string | null;
  readonly because: string;
  /** `policy/rule` names of what was overridden for it, when it was granted or at a stage, each once. */
  readonly lifted: readonly string[];
  readonly stages: readonly StageState[];
  readonly lease: { readonly epoch: number; readonly controller: string } | null;
  /** A stage that touches the target has started. */
  readonly touched: boolean;
  /** Name of the stage whose running step nobody can confirm since the lease was taken over. */
  readonly inDoubt: string | null;
  readonly failure: {
    readonly stage: string | null;
    readonly outcome: 'Failed' | 'Errored' | 'Cancelled';
    readonly sentence: string;
    readonly next: 'roll-back' | 'stop' | 'stall';
  } | null;
  readonly writeBack: WriteBack | null;
  readonly outcome: Outcome | null;
  readonly sentence: string | null;
  readonly openedAt: Instant;
  readonly startedAt: Instant | null;
  readonly endedAt: Instant | null;
  /** How many records its file holds. */
  readonly records: number;
};

export type StageState = {
  readonly name: string;
  readonly skippable: boolean;
  readonly touches: boolean;
  readonly skipped: boolean;
  readonly outcome: StageOutcome | null;
  readonly attempts: number;
  readonly startedAt: Instant | null;
  readonly endedAt: Instant | null;
  /** The step whose job is intended now; meaningful while the stage has started and not ended. */
  readonly step: number;
  readonly notBefore: Instant | null;
  /** What will be its end, while steps that run after a failure still have their turn. */
  readonly failed: StageFailure | null;
  readonly steps: readonly StepState[];
};

export type StageFailure = { readonly outcome: 'Failed' | 'Errored' | 'Cancelled'; readonly sentence: string };

export type StepState = {
  readonly attempt: number;
  readonly step: number;
  readonly name: string;
  readonly outcome: 'succeeded' | 'failed' | 'errored' | 'timed-out' | 'cancelled' | 'skipped';
  readonly sentence: string;
  readonly exitCode: number | null;
  readonly durationMs: number;
  readonly outputBytes: number;
  readonly logDigest: string | null;
  readonly tail: string;
  /** What it put out for later steps, by name. */
  readonly outputs: Readonly<Record<string, string>>;
  readonly endedAt: Instant;
};

export type WriteBack = WriteBackIntent & {
  readonly intendedAt: Instant;
  readonly ended: WriteBackResult | null;
};

/** `<run>/<stage>/<attempt>/<step index>`: the same work always has the same name. */
export function jobId(run: string, stage: StageState): string {
  return `${run}/${stage.name}/${stage.attempts}/${stage.step}`;
}

/** The stage that is next to start, running, or in the way; null when all have ended well or were skipped. */
export function pendingStage(run: Run): StageState | null {
  return run.stages.find((stage) => !stage.skipped && stage.outcome !== 'Succeeded') ?? null;
}
