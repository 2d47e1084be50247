// What runs somewhere: a commit of the config repository, and what that commit means for one environment.

/** `commit` is 40 (or 64) hex digits; `tag` is its short name (`v1.4.2`) or null. */
export type Version = { readonly commit: string; readonly tag: string | null };

/**
 * A version's content in one environment: the git object ids of the environment's inputs (path to id, null where the
 * path does not exist at that commit), and a digest over them. Two versions with equal digests are the same content:
 * quarantine, known-good and soak compare digests, never commits.
 */
export type Contents = { readonly digest: string; readonly inputs: Readonly<Record<string, string | null>> };

/** `v1.4.2 (a7b8c9d)` or `a7b8c9d`: how a version is said to a person. */
export function sayVersion(version: Version): string {
  const short = version.commit.slice(0, 7);
  return version.tag === null ? short : `${version.tag} (${short})`;
}
