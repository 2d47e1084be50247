// tidegate.yaml against the tree: whether it is there at all, and whether records that speak for a person can be
// believed.

import type { ReleaseConfig } from '../model/release-config.ts';
import type { Finding } from './cursor.ts';
import type { FileIndex } from './file-index.ts';
import { suggestion } from './suggest.ts';

type Tree = { has(path: string): boolean };

/** Git's own format, for the keys of people. */
const SIGNERS = 'policies/allowed_signers';

export function repositoryFindings(index: FileIndex, tree: Tree): readonly Finding[] {
  const file = index.repositoryFile;
  const nowhere = { file: 'tidegate.yaml', line: 0, column: 0, concern: 'gate' } as const;
  if (file === null) {
    return [
      {
        ...nowhere,
        severity: 'error',
        message: 'this file is missing, so this is no config repository',
        hint: 'write `version: 1` into it, or begin with the starter',
      },
    ];
  }
  const found: Finding[] = [];
  if (index.environments.size === 0) {
    found.push({
      ...nowhere,
      severity: 'warning',
      message: 'there is no environment yet',
      hint: 'add environments/<name>/environment.yaml',
    });
  }
  if (file.content?.kind !== 'repository') return found;
  const at = { ...file.content.signaturesAt, concern: 'gate' } as const;
  found.push(...releaseFindings(file.content.value.release, index, tree));
  const { namespace, signatures } = file.content.value.ledger;
  if (signatures === 'optional') {
    found.push({
      ...at,
      severity: 'warning',
      message: 'what people do here (approvals, overrides, rollbacks) counts without a signature',
      hint:
        `anyone who may push to the ledger can claim any name; protect \`${namespace.replace(/^refs\/heads\//, '')}/*\` ` +
        `on the server (docs/operations.md), or list keys in ${SIGNERS} and write \`required\``,
    });
  } else if (!tree.has(SIGNERS)) {
    // Taken, it would shut everybody out: from approvals, from exceptions, from going back.
    found.push({
      ...at,
      severity: 'error',
      message: `signatures are required, and there is no ${SIGNERS}: nobody's word can count`,
      hint: `write a line \`<e-mail> <public key>\` for each person into ${SIGNERS}`,
    });
  }
  return found;
}

/** What `release` names elsewhere. */
function releaseFindings(release: ReleaseConfig | null, index: FileIndex, tree: Tree): readonly Finding[] {
  if (release === null) return [];
  const at = { file: 'tidegate.yaml', line: 0, column: 0, severity: 'error', concern: 'gate' } as const;
  const found: Finding[] = [];
  const { after, train, checklist } = release;
  if (after !== null && !index.environments.has(after)) {
    const hint = suggestion(after, [...index.environments.keys()], 'environments');
    found.push({ ...at, message: `\`release.after\`: there is no environment ${after}`, hint });
  }
  if (train !== null && !index.policies.has(train)) {
    const hint = suggestion(train, [...index.policies.keys()], 'policies');
    found.push({ ...at, message: `\`release.train\`: there is no policy ${train}`, hint });
  }
  if (checklist !== null && !tree.has(`checklists/${checklist}.md`)) {
    const message = `\`release.checklist\`: there is no checklists/${checklist}.md`;
    found.push({ ...at, message, hint: 'begin with the one of the starter' });
  }
  return found;
}
