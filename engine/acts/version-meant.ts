// Which version of an environment somebody means who names a commit. A commit that leaves the environment alone is no
// new version there, and nothing is ever asked about it: an answer to it would be bound to what nobody waits for.

import type { ObservedEnvironment } from '../model/observed.ts';
import { sayVersion, type Version } from '../model/version.ts';

/** The version on its way here whose contents are those of the one that was named; else the one that was named. */
export function versionMeant({ ledger, offers, contents }: ObservedEnvironment, named: Version): Version {
  const asked = ledger.state.requests.flatMap((request) => {
    const known = request.type === 'deploy' ? contents.get(request.version.commit) : undefined;
    return request.type === 'deploy' && known !== undefined ? [{ version: request.version, contents: known }] : [];
  });
  const onTheirWay = [...ledger.state.open, ...asked, ...offers];
  if (onTheirWay.some(({ version }) => version.commit === named.commit)) return named;
  const digest = contents.get(named.commit)?.digest;
  return onTheirWay.find((each) => each.contents.digest === digest)?.version ?? named;
}

/** Null where the version is the one that was named. */
export function sayMeant(environment: string, named: Version, meant: Version): string | null {
  if (named.commit === meant.commit) return null;
  return `${sayVersion(named)} is no other version of ${environment} than ${sayVersion(meant)}`;
}
