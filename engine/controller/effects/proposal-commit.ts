// The commit of a proposal: a pure function of its intent, so that after any crash it is found again instead of made
// twice. What is taken over are the objects of the source; of files with `fields` only the values.

import { withFields } from '../../config/with-fields.ts';
import type { PromotePayload } from '../../model/outside-effect.ts';
import { sayVersion } from '../../model/version.ts';
import type { GitRepository } from '../../ports/git.ts';
import { LEDGER_AUTHOR } from '../ledger/ledger.ts';
import { keysFor } from '../observe/taken.ts';

export async function proposalCommit(git: GitRepository, intended: PromotePayload): Promise<string> {
  const { baseHead, version, paths, fields, intendedAt } = intended;
  const copies: { readonly from: string; readonly to: string }[] = [];
  const texts = new Map<string, string>();
  for (const to of paths) {
    const from = sourcePath(intended, to);
    const keys = keysFor(fields, below(to));
    if (keys === null) copies.push({ from, to });
    else {
      const [into, taken] = [await git.readText(baseHead, to), await git.readText(version.commit, from)];
      const text = into === null || taken === null ? null : withFields(into, taken, keys);
      if (text !== null) texts.set(to, text);
    }
  }
  return git.writeCopies({
    parent: baseHead,
    source: version.commit,
    copies,
    texts,
    message: messageOf(intended),
    author: LEDGER_AUTHOR,
    at: intendedAt,
  });
}

/** `environments/production/services/web.yaml` is `environments/staging/services/web.yaml` there. */
function sourcePath({ source }: PromotePayload, path: string): string {
  return `environments/${source}/${below(path)}`;
}

function below(path: string): string {
  return path.split('/').slice(2).join('/');
}

function messageOf(intended: PromotePayload): string {
  const { proposal, source, version, service, carried = [], requestedBy, reason, supersedes } = intended;
  const [environment = ''] = proposal.split('/');
  const what = service === null ? '' : `${service} of `;
  const asked = requestedBy === null ? [] : [`Requested-By: ${requestedBy}`];
  const given = reason;
  const flat = given.split(/\s+/).join(' ').slice(0, 500);
  return [
    `Promote ${what}${sayVersion(version)} from ${source} to ${environment}`,
    '',
    `What runs in ${source}, proposed for ${environment}.`,
    ...(flat === '' ? [] : ['', flat]),
    '',
    `Proposal: ${proposal}`,
    `Promoted-From: ${source} ${version.commit}`,
    ...(supersedes === null ? [] : [`Supersedes: ${supersedes}`]),
    ...asked,
    ...carried.map((who) => `Co-authored-by: ${who.replace(/\s+/g, ' ')}`),
    '',
  ].join('\n');
}
