// `merge: when-allowed`: a proposal of ours that nobody has touched is merged by us once all gates of the environment
// allow what it brings. They are asked again when a run of it is granted.

import type { PromoteConfig } from '../model/config.ts';
import { needsIn } from '../model/needs.ts';
import { mergeProposalId, type PromotionFacts, type StoredProposal } from '../model/promotion.ts';
import { verdictOn } from './assess.ts';
import type { Candidate } from './candidate.ts';
import type { Draft } from './draft.ts';

export function mergeWhenAllowed(
  draft: Draft,
  promote: PromoteConfig,
  proposal: StoredProposal,
  facts: PromotionFacts,
): void {
  const { proposal: name, head, merging } = proposal;
  const seen = facts.seen.get(name);
  if (promote.merge !== 'when-allowed' || head === null || seen?.tip !== head || seen.merges !== 'clean') return;
  // One that is being replaced, or is not what would be proposed today, is not merged any more.
  const wanted = facts.wanted?.find(({ service }) => service === proposal.service);
  if (wanted?.key !== proposal.key || draft.state.open.length > 0 || draft.state.suspended !== null) return;
  if (merging !== null && merging.failed !== null) {
    draft.say(merging.failed);
    return;
  }
  const verdict = verdictOn(draft, candidateOf(draft, head, proposal));
  if (verdict.status !== 'allowed') {
    draft.say(`${name} is merged when the rules allow it: ${verdict.sentence}`, needsIn(verdict));
    draft.wake(verdict.until);
    return;
  }
  if (merging === null) {
    draft.event({ type: 'merge-intended', proposal: name, because: verdict.sentence }, name);
    return;
  }
  const id = mergeProposalId(name);
  const ended = draft.environment.effects.get(id);
  if (ended?.kind === 'merge-proposal') {
    if (ended.result.result === 'merged' || ended.result.result === 'queued') draft.say(ended.result.sentence);
    else draft.event({ type: 'merge-failed', proposal: name, sentence: ended.result.sentence }, name);
    return;
  }
  if (!(draft.environment.ledger.state.proposals ?? []).includes(proposal)) return;
  const { head: _head, touched: _touched, merging: _merging, ended: _ended, ...intended } = proposal;
  const payload = { intended, mergedAt: merging.intendedAt };
  draft.effect({
    type: 'outside',
    id,
    kind: 'merge-proposal',
    environment: draft.environment.name,
    run: null,
    payload,
  });
}

function candidateOf({ environment }: Draft, commit: string, { requestedBy }: StoredProposal): Candidate {
  const contents = environment.contents.get(commit) ?? { digest: '', inputs: {} };
  const version = { commit, tag: null };
  return {
    version,
    contents,
    kind: 'deploy',
    trigger: 'commit',
    requestedBy,
    request: null,
    reason: null,
    emergency: false,
    skip: 'none',
    offer: {
      version,
      contents,
      trigger: 'commit',
      author: '',
      tag: null,
      descends: true,
      passedOver: null,
    },
  };
}
