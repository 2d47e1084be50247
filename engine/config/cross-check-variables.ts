// `${{ variables.X }}` and `${{ environment.url }}` in pipelines (and in an environment's own target) against each
// environment that uses them. One problem for a place, no matter who lacks the value.

import type { Finding, Reference } from './cursor.ts';
import { environmentOf, type FileIndex } from './file-index.ts';
import { list, nearest } from './suggest.ts';

/** By environment. */
export function variableFindings(index: FileIndex): ReadonlyMap<string, readonly Finding[]> {
  const lacking = new Map<Reference, string[]>();
  for (const [name, file] of index.environments) {
    const environment = environmentOf(file);
    if (environment === null) continue;
    const pipeline = index.pipelines.get(environment.pipeline);
    for (const reference of [...file.references, ...(pipeline?.references ?? [])]) {
      const lacks =
        reference.type === 'variable'
          ? !Object.hasOwn(environment.variables, reference.name)
          : reference.type === 'url' && environment.url === null;
      if (lacks) lacking.set(reference, [...(lacking.get(reference) ?? []), name]);
    }
  }
  const found = new Map<string, Finding[]>();
  for (const [reference, names] of lacking) {
    const finding = explained(reference, names, index);
    for (const name of names) found.set(name, [...(found.get(name) ?? []), finding]);
  }
  return found;
}

function explained(reference: Reference, names: readonly string[], index: FileIndex): Finding {
  const at = { ...reference.place, severity: 'error', concern: 'version' } as const;
  const where = names.length === 1 ? `environment ${names[0]}` : `the environments ${list(names)}`;
  if (reference.type === 'url') {
    return {
      ...at,
      message: `\`environment.url\` is used and ${where} has no url`.replace(/(the environments .*) has/, '$1 have'),
      hint: 'add `url:` to environment.yaml',
    };
  }
  const known = names.flatMap((name) => {
    const file = index.environments.get(name);
    return file === undefined ? [] : Object.keys(environmentOf(file)?.variables ?? {});
  });
  const near = nearest(reference.name, known);
  const hint =
    near === null ? `add it under \`variables:\` of environment.yaml` : `did you mean \`variables.${near}\`?`;
  return { ...at, message: `\`variables.${reference.name}\` is not set in ${where}`, hint };
}
