// What a field of a record can hold, once: decoding accepts this and nothing else, and the type of each record is
// made from it. Instants are ISO 8601 in the file and numbers in memory.

import type { Instant } from '../base/instant.ts';
import type { GateTerms } from '../model/gate-terms.ts';
import type { RecordedKind } from '../model/outside-effect.ts';
import type { Deployed, StageOpened } from '../model/record.ts';
import type { Contents, Version } from '../model/version.ts';

type Values = {
  readonly text: string;
  readonly 'text?': string | null;
  readonly reason: string;
  /** Never negative, and never near where numbers end. */
  readonly count: number;
  readonly 'number?': number | null;
  readonly flag: boolean;
  readonly instant: Instant;
  readonly 'instant?': Instant | null;
  readonly commit: string;
  readonly version: Version;
  readonly 'version?': Version | null;
  readonly contents: Contents;
  readonly 'deployed?': Deployed | null;
  readonly texts: readonly string[];
  /** Absent in most records, and in all of earlier versions of Tidegate. */
  readonly 'texts or absent': readonly string[];
  readonly 'text or absent': string;
  readonly 'decimal?': number | null;
  readonly stages: readonly StageOpened[];
  readonly digest: string;
  /** What decides in an environment, or null. */
  readonly 'gates?': GateTerms | null;
};

export type FieldKind =
  | keyof Values
  | { readonly oneOf: readonly string[] }
  /** An object whose fields depend on the record's own `kind`. */
  | { readonly byKind: Readonly<Record<RecordedKind, Fields>> };

export type Fields = { readonly [name: string]: FieldKind };

type Absent<F extends Fields> = { [Name in keyof F]: F[Name] extends `${string} or absent` ? Name : never }[keyof F];

type ValueOf<Kind> = Kind extends keyof Values
  ? Values[Kind]
  : Kind extends { readonly oneOf: readonly (infer One)[] }
    ? One
    : never;

/** What an object with these fields holds. */
export type Held<F extends Fields> = { readonly [Name in keyof F as Exclude<Name, Absent<F>>]: ValueOf<F[Name]> } & {
  readonly [Name in keyof F as Extract<Name, Absent<F>>]?: ValueOf<F[Name]>;
};

/** A record that speaks for a person may carry that person's SSH signature over everything else in it. */
export const SIGNABLE = { signature: 'text or absent' } as const;
