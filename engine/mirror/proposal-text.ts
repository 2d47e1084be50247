// Title and text of a promotion's pull request. Written once, when it is opened; afterwards the text is people's.

import type { StoredProposal } from '../model/promotion.ts';
import { sayVersion } from '../model/version.ts';
import { codeSpan, inert } from './markdown.ts';

const CARRIED_MAX = 20;

type Said = Pick<
  StoredProposal,
  'proposal' | 'source' | 'version' | 'service' | 'carried' | 'requestedBy' | 'reason' | 'paths'
>;

/** Takes the place of the plan, once it is over without anybody having said so. */
export function proposalOverText(sentence: string, next: number | null): string {
  return next === null ? `${inert(sentence)}.` : `${inert(sentence)}: #${next}.`;
}

export function proposalText(proposal: Said): { readonly title: string; readonly body: string } {
  const { source, version, service, carried = [], requestedBy, reason, paths } = proposal;
  const [environment = ''] = proposal.proposal.split('/');
  const what = service === null ? sayVersion(version) : `${service} of ${sayVersion(version)}`;
  const people = carried.slice(0, CARRIED_MAX).map((who) => codeSpan(who));
  const more = carried.length - people.length;
  return {
    title: `${environment}: ${what} from ${source}`,
    body: [
      `Brings what runs in **${inert(source)}** (${codeSpan(sayVersion(version))}) to **${inert(environment)}**.`,
      '',
      ...(requestedBy === null
        ? []
        : [`Asked for by ${codeSpan(requestedBy)}${reason === '' ? '' : `: ${inert(reason)}`}`, '']),
      'Files:',
      '',
      ...paths.map((path) => `- ${codeSpan(path)}`),
      '',
      ...(people.length === 0
        ? []
        : [`Carries the work of ${people.join(', ')}${more > 0 ? ` and ${more} more` : ''}.`, '']),
      'The comment below says what merging does. To decline it, close it or remove its branch.',
    ].join('\n'),
  };
}
