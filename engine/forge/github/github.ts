// GitHub as a forge: all six verbs, with reviews that name the commit they are of. Nothing is asked, and octokit is
// not loaded, before the first verb is used.

import type { Clock } from '../../ports/clock.ts';
import type { Forge } from '../../ports/forge.ts';
import { closePull, openPull, requestReviews } from './acts.ts';
import { createClient } from './client.ts';
import { createRepository } from './identity.ts';
import type { GithubSecret } from './login.ts';
import { Looks } from './look.ts';
import { mergePull } from './merge.ts';
import { Mirrors } from './mirror.ts';
import type { Fetch } from './wire.ts';

export type GithubOptions = {
  /** `acme/shop` */
  readonly repository: string;
  readonly api: string;
  readonly secret: GithubSecret;
  readonly clock: Clock;
  readonly fetch?: Fetch;
};

export function createGithub(options: GithubOptions): Forge {
  const client = createClient(options);
  const repository = createRepository(client, options.repository, options.secret.type === 'app');
  const looks = new Looks(client, repository, options.clock);
  const mirrors = new Mirrors(client, repository, options.clock);
  return {
    kind: 'github',
    verbs: new Set(['look', 'open', 'close', 'merge', 'request-reviews', 'mirror']),
    binds: 'commit',
    look: (since) => looks.look(since),
    open: (order) => openPull(client, repository, order),
    close: (order) => closePull(client, repository, order),
    merge: (order) => mergePull(client, repository, order),
    requestReviews: (order) => requestReviews(client, repository, order),
    mirror: (desired) => mirrors.mirror(desired),
    end: async () => {
      mirrors.end();
      client.end();
    },
  };
}
