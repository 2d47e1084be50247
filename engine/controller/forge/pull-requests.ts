// The pull requests of our own proposals. A proposal's branch and its intent are in the ledger already; its pull
// request is found again by its branch, so that it is opened once however often this is done. What was closed there
// is not opened again: a person has said no.

import { proposalOverText, proposalText } from '../../mirror/proposal-text.ts';
import { isOpen, type ProposalEnd, proposalBranch, type StoredProposal } from '../../model/promotion.ts';
import type { ForgeFacts, ForgeProposal } from '../../model/proposal.ts';
import type { Forge } from '../../ports/forge.ts';
import type { Survey } from '../observe/survey.ts';

/** Opened in one round; the rest follows at the next. */
const AT_ONCE_MAX = 5;

export type Kept = {
  /** What the forge does not take, in sentences. */
  readonly refused: readonly string[];
  /** Something was opened: the forge has news. */
  readonly isChanged: boolean;
};

/** Throws Fault where it is to be called again. */
export async function keepOpen(survey: Survey, forge: Forge, facts: ForgeFacts): Promise<Kept> {
  if (!facts.reachable || !forge.verbs.has('open')) return { refused: [], isChanged: false };
  const waiting = proposalsOf(survey).filter(
    (proposal) => pullRequestOf(placeOf(proposal), facts.proposals) === undefined,
  );
  const refused: string[] = [];
  let isChanged = false;
  for (const proposal of waiting.slice(0, AT_ONCE_MAX)) {
    const { base, head, touched } = proposal;
    const [newest = head] = touched;
    if (newest === null) continue;
    const { title, body } = proposalText(proposal);
    const answer = await forge.open({ branch: proposalBranch(proposal.proposal), base, head: newest, title, body });
    if (answer.type === 'refused' || answer.type === 'unsupported') refused.push(answer.sentence);
    else isChanged = true;
  }
  for (const { proposal, pull } of leftOpen(survey, facts).slice(0, AT_ONCE_MAX)) {
    const { number, branch } = pull;
    const answer = await forge.close({ number, branch, head: proposal.head ?? '' });
    if (answer.type === 'refused' || answer.type === 'unsupported') refused.push(answer.sentence);
    else isChanged = true;
  }
  return { refused, isChanged };
}

/**
 * Over by our own word, which is in the ledger, and open there yet: removing the branch closes it, where the remote
 * lets it be removed.
 */
function leftOpen(
  survey: Survey,
  facts: ForgeFacts,
): readonly { readonly proposal: StoredProposal; readonly pull: ForgeProposal }[] {
  const { ledger, environments, refs } = survey;
  return environments
    .flatMap((name) => ledger.entries.get(name)?.state.proposals ?? [])
    .flatMap((proposal) => {
      const { ended, head, touched } = proposal;
      if (ended === null || head === null || touched.length > 0 || !OVER.has(ended.how)) return [];
      if (refs?.refs.get(`refs/heads/${proposalBranch(proposal.proposal)}`) !== head) return [];
      const pull = pullRequestOf(placeOf(proposal), facts.proposals);
      return pull?.state === 'open' && pull.head === head ? [{ proposal, pull }] : [];
    });
}

/** Said on the pull request of one that ended by our own word; null for any other. */
export function endedText({ ledger, environments }: Survey, pull: ForgeProposal, { proposals }: ForgeFacts) {
  const own = environments.flatMap((name) => ledger.entries.get(name)?.state.proposals ?? []);
  const isOurs = (one: StoredProposal) => !pull.isFork && pull.branch === placeOf(one).branch && pull.base === one.base;
  const proposal = own.find(isOurs);
  if (proposal?.ended === undefined || proposal.ended === null || !OVER.has(proposal.ended.how)) return null;
  const successor = own.find(({ supersedes }) => supersedes === proposal.proposal);
  const next = successor === undefined ? undefined : pullRequestOf(placeOf(successor), proposals);
  return proposalOverText(proposal.ended.sentence, next?.number ?? null);
}

const OVER: ReadonlySet<ProposalEnd> = new Set(['superseded', 'obsolete']);

/** Whose branch is there. */
function proposalsOf({ ledger, environments }: Survey): readonly StoredProposal[] {
  return environments
    .flatMap((name) => ledger.entries.get(name)?.state.proposals ?? [])
    .filter((proposal) => isOpen(proposal) && proposal.head !== null);
}

type Place = { readonly branch: string; readonly base: string };

function placeOf({ proposal, base }: StoredProposal): Place {
  return { branch: proposalBranch(proposal), base };
}

/** An open one, where there are several of that branch. */
export function pullRequestOf({ branch, base }: Place, known: readonly ForgeProposal[]): ForgeProposal | undefined {
  const ours = known.filter((one) => !one.isFork && one.branch === branch && one.base === base);
  return ours.find(({ state }) => state === 'open') ?? ours[0];
}
