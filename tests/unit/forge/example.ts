// The example at the top of docs/forges.md, word for word below this line: page.test.ts runs it on the model forge.
import type { Forge } from '../../../engine/ports/forge.ts';

export async function offerAndMerge(forge: Forge, head: string): Promise<string> {
  const proposal = { branch: 'promote/production/v2', base: 'main', head };
  const opened = await forge.open({ ...proposal, title: 'production: v2', body: 'What staging runs since Monday.' });
  if (opened.type !== 'open') return opened.type;
  const { number } = opened;

  // Once for each, however often it is called; what is already so is left as it is.
  await forge.requestReviews({ ...proposal, number, people: [{ login: 'leo', id: 1002 }] });
  forge.mirror({
    comments: number === null ? [] : [{ number, recorded: null, body: 'Merging deploys nothing at once.' }],
    statuses: [],
    deployments: [],
  });

  const facts = await forge.look({ closedAfter: 0, wantsReviews: () => true, checksOf: [head], fresh: true });
  const reviews = facts.proposals.find((one) => one.number === number)?.reviews ?? [];
  const isApproved = facts.reachable && reviews.some(({ answer, commit }) => answer === 'approved' && commit === head);
  if (!isApproved) return 'waits for a review';
  return (await forge.merge({ ...proposal, number, method: 'merge', message: 'Merge v2' })).type;
}
