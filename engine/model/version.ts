// What runs somewhere: a commit of the config repository, and what that commit means for one environment.

/** `commit` is 40 (or 64) hex digits; `tag` is its short name (`v1.4.2`) or null. */
export type Version = { readonly commit: string; readonly tag: string | null };

/**
 * A version's content in one environment: the git object ids of the environment's inputs (path to id, null where the
 * path does not exist at that commit), and a digest over them. Two versions with equal digests are the same content:
 * quarantine, known-good and soak compare digests, never commits. The id of a single file that can be executed, or of
 * a symlink, is that of a folder which holds it alone (git/contents.ts).
 */
export type Contents = { readonly digest: string; readonly inputs: Readonly<Record<string, string | null>> };

/** `v1.4.2 (a7b8c9d)` or `a7b8c9d`: how a version is said to a person. */
export function sayVersion(version: Version): string {
  const short = version.commit.slice(0, 7);
  return version.tag === null ? short : `${version.tag} (${short})`;
}

/** Of so many inputs a sentence names each; further ones are counted. */
const INPUTS_NAMED_MAX = 6;

/** What makes a new version: `a change in environments/production or pipelines/deploy.yaml`. */
export function sayChange({ inputs }: Contents): string {
  const paths = Object.keys(inputs);
  const named = paths.slice(0, paths.length > INPUTS_NAMED_MAX ? INPUTS_NAMED_MAX : paths.length);
  const rest = paths.length - named.length;
  const all = rest > 0 ? [...named, `${rest} more`] : named;
  return `a change in ${[all.slice(0, -1).join(', '), ...all.slice(-1)].filter(Boolean).join(' or ')}`;
}
