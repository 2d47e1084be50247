// What `follow` offers, and what has to be known to find that out.

import type { Current } from '../../model/environment-state.ts';
import type { Offer, PassedOver } from '../../model/observed.ts';
import type { Contents } from '../../model/version.ts';
import type { HeadConfig } from './config-reader.ts';
import type { GroundState, NamedRefs } from './facts-ground.ts';

export type Offered = { readonly offers: readonly Offer[]; readonly ignored: readonly PassedOver[] };

export type OfferContext = {
  readonly refs: NamedRefs;
  readonly head: HeadConfig;
  readonly defaultBranch: string;
  readonly state: GroundState;
  /** What runs in the environment that is followed, for promotions. */
  readonly source: Current | null;
};

/** What a commit is, to anyone who offers it. */
export type Describes = {
  contents(environment: string, commit: string, head: HeadConfig): Promise<Contents>;
  author(commit: string): Promise<string>;
};
