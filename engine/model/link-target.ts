// Where a symlink in a folder that is to be put in place may lead. Pure, by its words alone: `check` says it, the
// target refuses.

/**
 * Only leading `..`: then what the words say is where the link leads, since the links on its way stay inside as well.
 * (`up/../x` does not lead where it seems to when `up` is itself a link.) `name`: the link's path from the folder.
 */
export function linkProblem(name: string, target: string): string | null {
  const parts = target.split('/').filter((part) => part !== '' && part !== '.');
  const ups = parts.findIndex((part) => part !== '..');
  const depth = name.split('/').length - 1;
  const leaves = target.startsWith('/') || (ups === -1 ? parts.length : ups) > depth;
  if (leaves) return `the symlink ${name} -> ${target} leaves the folder that is to be put in place`;
  if (parts.lastIndexOf('..') >= ups && ups !== -1)
    return `the symlink ${name} -> ${target} has \`..\` in its middle; write the way directly`;
  return null;
}
