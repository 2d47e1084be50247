// Proposals as index.json has them: each field is looked at.

import { is, listOf, oneOf, orAbsent, orNull, shape } from '../base/flaws.ts';
import { isInstant } from '../base/instant.ts';
import type { MergeState, PromotionRequest, ProposalEnd, StoredProposal } from '../model/promotion.ts';
import { TOUCHED_MAX } from './bounds.ts';
import { DIGEST } from './gates-file.ts';
import { isCommit, isReason, isVersion } from './shapes.ts';

const TEXT = is((value) => typeof value === 'string', 'no text');
const REASON = is(isReason, 'no reason');
const INSTANT = is(isInstant, 'no instant in the years 1970 to 9999');
const COMMIT = is(isCommit, 'no object id');
/** As many as a record may have: it is bounded as a line. */
const TEXTS = is(
  (value) => Array.isArray(value) && value.every((item) => typeof item === 'string'),
  'no list of texts',
);
const HOW = oneOf<ProposalEnd>({ merged: true, declined: true, superseded: true, obsolete: true, refused: true });

export const PROPOSAL = shape<StoredProposal>({
  proposal: TEXT,
  base: TEXT,
  baseHead: COMMIT,
  source: TEXT,
  version: is(isVersion, 'no version'),
  key: DIGEST,
  service: orNull(TEXT),
  paths: TEXTS,
  fields: TEXTS,
  carried: orAbsent(TEXTS),
  supersedes: orNull(TEXT),
  requestedBy: orNull(TEXT),
  reason: REASON,
  intendedAt: INSTANT,
  head: orNull(COMMIT),
  touched: listOf(COMMIT, TOUCHED_MAX),
  merging: orNull(shape<MergeState>({ intendedAt: INSTANT, failed: orNull(TEXT) })),
  ended: orNull(
    shape<NonNullable<StoredProposal['ended']>>({ how: HOW, commit: orNull(COMMIT), sentence: TEXT, at: INSTANT }),
  ),
});

export const PROMOTION = shape<PromotionRequest>({
  id: TEXT,
  by: TEXT,
  at: INSTANT,
  from: TEXTS,
  services: TEXTS,
  reason: REASON,
});
