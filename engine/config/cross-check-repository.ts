// tidegate.yaml against the tree: whether it is there at all, and whether records that speak for a person can be believed.

import type { Finding } from './cursor.ts';
import type { FileIndex } from './file-index.ts';

export function repositoryFindings(index: FileIndex): readonly Finding[] {
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
  const { namespace, signatures } = file.content.value.ledger;
  const protect = `protect \`${namespace.replace(/^refs\/heads\//, '')}/*\` on the server: docs/operations.md`;
  if (signatures === 'optional') {
    found.push({
      ...at,
      severity: 'warning',
      message: 'what people do here (overrides, rollbacks, suspensions) counts without a signature',
      hint: `whoever may push to the ledger can claim any name; ${protect}`,
    });
  } else {
    // Taken, it would promise a check that nobody makes.
    found.push({
      ...at,
      severity: 'error',
      message: 'signed records come with a later version: this one can neither make nor check them',
      hint: `leave it at \`optional\`, and ${protect}`,
    });
  }
  return found;
}
