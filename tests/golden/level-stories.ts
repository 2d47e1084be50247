// Stories of what the followed branch says and what runs: the difference is the candidate, and what is passed over is
// said.

import { contents, Story, version } from '../support/observed-builders.ts';
import type { Told } from './waiting-stories.ts';

/** A ran by a push; B was pushed, and a person asked for it by name. */
const askedForB = () =>
  new Story().deployed('A').deployed('B', { trigger: 'request', requestedBy: 'Ana <ana@example.org>' });

export const LEVEL_STORIES: Readonly<Record<string, () => Told>> = {
  'revert-after-deploy-by-name': () => ({
    about:
      'B was deployed by name in place of A; then it was reverted on the branch: that is newer than the word, and goes.',
    story: askedForB().offers('A2', { contents: contents('A') }),
  }),
  'passed-over-on-request': () => ({
    about: 'The branch still says B, which a person went away from: it does not come back by itself.',
    story: new Story()
      .deployed('A')
      .deployed('B')
      .deployed('A', { trigger: 'request' })
      .offers('B', { passedOver: version('B') }),
  }),
  'passed-over-older': () => ({
    about: 'With every version in its turn: what lies before the version that was left is behind it as well.',
    story: new Story()
      .deployed('A')
      .deployed('C')
      .deployed('A', { trigger: 'request' })
      .offers('B', { passedOver: version('C') }),
  }),
};
