// What a person may do about an answer, as data: the command line prints it as a command, a page as a button. Who may
// do it is for the gates to say; `who` names those whom a rule asks.

import type { Version } from './version.ts';

export type Remedy =
  | { readonly act: 'approve'; readonly environment: string; readonly version: string }
  | { readonly act: 'approve-gates'; readonly environment: string }
  /** What a person asked for is taken back. */
  | { readonly act: 'cancel'; readonly environment: string }
  /** Any version where `version` is null. */
  | {
      readonly act: 'deploy';
      readonly environment: string;
      readonly version: string | null;
      readonly emergency: boolean;
    }
  /** One more exception for this version. */
  | { readonly act: 'override'; readonly environment: string; readonly version: string }
  /** `withValue`: its result is a number. */
  | { readonly act: 'record-check'; readonly version: string; readonly check: string; readonly withValue: boolean }
  /** Of all environments where `environment` is null. */
  | { readonly act: 'resume'; readonly environment: string | null }
  /** To what worked before where `version` is null. */
  | { readonly act: 'rollback'; readonly environment: string; readonly version: string | null };

export type Needs = {
  /** People and teams whom a rule asks; empty where anybody may whom the gates let. */
  readonly who: readonly string[];
  /** Each is a way out. */
  readonly remedies: readonly Remedy[];
};

/** No rule names who. */
export function needsOneOf(...remedies: readonly Remedy[]): Needs {
  return { who: [], remedies };
}

/** As a person names it: its tag, else enough of its commit. */
export function versionName({ tag, commit }: Version): string {
  return tag ?? commit.slice(0, 12);
}
