// tidegate.yaml against the tree: whether it is there at all, and whether records that speak for a person can be believed.

import type { Finding } from './cursor.ts';
import type { FileIndex } from './file-index.ts';

export function repositoryFindings(index: FileIndex, tree: { has(path: string): boolean }): readonly Finding[] {
  const file = index.repositoryFile;
  const nowhere = { file: 'tidegate.yaml', line: 0, column: 0, concern: 'gate' } as const;
  if (file === null) {
    return [
      {
        ...nowhere,
        severity: 'error',
        message: 'this file is missing, so this is no config repository',
        hint: 'run `tidegate init`, or write `version: 1` into it',
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
  const signers = tree.has('policies/allowed_signers');
  const how = signers
    ? 'set `ledger: { signatures: required }`'
    : 'add policies/allowed_signers, then set `ledger: { signatures: required }`';
  if (file.content.value.ledger.signatures === 'optional') {
    found.push({
      ...at,
      severity: 'warning',
      message: 'what people do here (overrides, rollbacks, suspensions) counts without a signature',
      hint: `whoever may push can claim any name; to forbid it ${how}`,
    });
  } else if (!signers) {
    found.push({
      ...at,
      severity: 'error',
      message: 'signatures are required and nobody can give one',
      hint: 'add the SSH keys of people to policies/allowed_signers',
    });
  }
  return found;
}
