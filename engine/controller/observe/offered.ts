// What `follow` offers, and what has to be known to find that out.

import type { EnvironmentState } from '../../model/environment-state.ts';
import type { Offer } from '../../model/observed.ts';
import type { Contents } from '../../model/version.ts';
import type { RemoteRefs } from '../../ports/git.ts';
import type { HeadConfig } from './config-reader.ts';

export type Offered = { readonly offers: readonly Offer[]; readonly ignored: readonly string[] };

export type OfferContext = {
  readonly refs: RemoteRefs;
  readonly head: HeadConfig;
  readonly defaultBranch: string;
  readonly state: EnvironmentState;
  /** Where another environment stands, for promotions. */
  readonly stateOf: (environment: string) => EnvironmentState | null;
};

/** What a commit is, to whoever offers it. */
export type Describes = {
  contents(environment: string, commit: string, head: HeadConfig): Promise<Contents>;
  author(commit: string): Promise<string>;
};
