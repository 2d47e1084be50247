// A proposal is to be made: the intent of its branch, with all that decides its commit. Nothing is pushed before the
// remote has accepted this.

import { isProposalOf } from '../../model/promotion.ts';
import { sayVersion } from '../../model/version.ts';
import { addProposal } from '../fold-proposal.ts';
import { after } from '../person-said.ts';
import { eventKind } from './kind.ts';

export const proposalIntended = eventKind({
  type: 'proposal-intended',
  fields: {
    proposal: 'text',
    base: 'text',
    baseHead: 'commit',
    source: 'text',
    version: 'version',
    key: 'digest',
    service: 'text?',
    paths: 'texts',
    fields: 'texts',
    carried: 'texts or absent',
    supersedes: 'text?',
    requestedBy: 'text?',
    reason: 'reason',
  },
  weight: 4,
  isFirst: true,
  say({ proposal, source, version, base, requestedBy, reason }) {
    const asked = requestedBy === null ? '' : `, asked for by ${requestedBy}`;
    return `${proposal} is to be proposed for ${base}: ${sayVersion(version)} of ${source}${asked}${after(reason)}`;
  },
  fold(state, record) {
    if (!isProposalOf(state.environment, record.proposal)) return `${state.environment} has no proposal of that name`;
    const { type: _type, id: _id, at, by: _by, clock: _clock, ...intent } = record;
    return addProposal(state, {
      ...intent,
      intendedAt: at,
      head: null,
      touched: [],
      merging: null,
      ended: null,
    });
  },
});
