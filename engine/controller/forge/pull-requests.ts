// The pull requests of our own proposals. A proposal's branch and its intent are in the ledger already; its pull
// request is found again by its branch, so that it is opened once however often this is done. What was closed there
// is not opened again: a person has said no.

import { proposalText } from '../../mirror/proposal-text.ts';
import { isOpen, proposalBranch, type StoredProposal } from '../../model/promotion.ts';
import type { ForgeFacts, ForgeProposal } from '../../model/proposal.ts';
import type { Forge } from '../../ports/forge.ts';
import type { Survey } from '../observe/survey.ts';

/** Opened in one round; the rest follows at the next. */
const AT_ONCE_MAX = 5;

/** What the forge does not take, in sentences. Throws Fault where it is to be called again. */
export async function keepOpen(survey: Survey, forge: Forge, facts: ForgeFacts): Promise<readonly string[]> {
  if (!facts.reachable || !forge.verbs.has('open')) return [];
  const waiting = proposalsOf(survey).filter((proposal) => pullRequestOf(proposal, facts.proposals) === undefined);
  const refused: string[] = [];
  for (const proposal of waiting.slice(0, AT_ONCE_MAX)) {
    const { base, head, touched } = proposal;
    const [newest = head] = touched;
    if (newest === null) continue;
    const { title, body } = proposalText(proposal);
    const answer = await forge.open({ branch: proposalBranch(proposal.proposal), base, head: newest, title, body });
    if (answer.type === 'refused' || answer.type === 'unsupported') refused.push(answer.sentence);
  }
  return refused;
}

/** Whose branch is there. */
function proposalsOf({ ledger, environments }: Survey): readonly StoredProposal[] {
  return environments
    .flatMap((name) => ledger.entries.get(name)?.state.proposals ?? [])
    .filter((proposal) => isOpen(proposal) && proposal.head !== null);
}

function pullRequestOf({ proposal, base }: StoredProposal, known: readonly ForgeProposal[]): ForgeProposal | undefined {
  const branch = proposalBranch(proposal);
  return known.find((one) => !one.isFork && one.branch === branch && one.base === base);
}
