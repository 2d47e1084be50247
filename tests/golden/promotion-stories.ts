// Stories of what is proposed from one environment to the next.

import type { ProposalSeen, Wanted } from '../../engine/model/promotion.ts';
import { ANA, DAN, officeHours, Story, version } from '../support/observed-builders.ts';
import type { Told } from './waiting-stories.ts';

const PATHS = ['environments/production/services/web.yaml'];
const settled = () =>
  new Story().gatedBy(officeHours()).at('2026-11-19 09:00').deployed('v1.4.1').at('2026-11-20 10:00');
const PROPOSED = version('proposed').commit;

function wanted(name: string): Wanted {
  const key = Buffer.from(name).toString('hex').padEnd(64, '0');
  return { source: 'staging', version: version(name), key, service: null, paths: PATHS, fields: [], carried: [DAN] };
}

function proposed(): Story {
  const base = { base: 'main', baseHead: version('head').commit, supersedes: null, requestedBy: null, reason: '' };
  const proposal = 'production/v1.4.2';
  return settled()
    .event({ type: 'proposal-intended', proposal, ...wanted('v1.4.2'), ...base }, 'controller one')
    .event({ type: 'proposal-opened', proposal, commit: PROPOSED, sentence: 'it is open' }, 'controller one');
}

function seen(change: Partial<ProposalSeen>): ReadonlyMap<string, ProposalSeen> {
  return new Map([['production/v1.4.2', { tip: PROPOSED, mergedBy: null, merges: 'clean', ...change }]]);
}

export const PROMOTION_STORIES: Readonly<Record<string, () => Told>> = {
  'proposed-from-staging': () => ({
    about: 'What succeeded in staging is to be proposed: the intent first, and nothing is pushed yet.',
    story: settled().promotes({}, { wanted: [wanted('v1.4.2')] }),
  }),
  'proposal-merged': () => ({
    about: 'Somebody has merged it by squash, and removed its branch: told by what is on main.',
    story: proposed().promotes({}, { seen: seen({ tip: null, mergedBy: version('squash').commit, merges: null }) }),
  }),
  'proposal-declined': () => ({
    about: 'Somebody has removed its branch: it is not offered again for the same contents.',
    story: proposed().promotes({}, { wanted: [wanted('v1.4.2')], seen: seen({ tip: null, merges: null }) }),
  }),
  'proposal-is-theirs': () => ({
    about: 'Somebody has committed to it: the next version waits, and nothing of theirs is touched.',
    story: proposed()
      .event({ type: 'proposal-touched', proposal: 'production/v1.4.2', commit: version('theirs').commit })
      .promotes({}, { wanted: [wanted('v1.4.3')], seen: seen({ tip: version('theirs').commit, merges: null }) }),
  }),
  'proposal-waits-for-window': () => ({
    about: '`merge: when-allowed`: it is merged when the gates of production allow it, and they do not on a Saturday.',
    story: knowing(proposed())
      .promotes({ merge: 'when-allowed' }, { wanted: [wanted('v1.4.2')], seen: seen({}) })
      .at('2026-11-21 20:00'),
  }),
  'promotion-asked-for': () => ({
    about: 'A person asks for what was declined: it is proposed again, in their name.',
    story: proposed()
      .event({
        type: 'proposal-ended',
        proposal: 'production/v1.4.2',
        how: 'declined',
        commit: null,
        sentence: 'production/v1.4.2 was declined',
      })
      .event({ type: 'promotion-requested', from: ['staging'], services: [], reason: 'it was a mistake' }, ANA)
      .promotes({}, { wanted: [wanted('v1.4.2')] }),
  }),
};

function knowing(story: Story): Story {
  story.knows('proposed');
  return story;
}
