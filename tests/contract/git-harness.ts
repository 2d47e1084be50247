// What a Git adapter must offer for its contract to be checked: the adapter, and a hand on the remote from outside,
// as another person or another controller would have it.

import type { GitRepository } from '../../engine/ports/git.ts';
import type { Story, StoryFile, StoryPerson } from '../support/git-repositories.ts';

export type TagWords = { readonly tagger?: StoryPerson; readonly message?: string };

export type OutsideRemote = {
  commit(files: Readonly<Record<string, StoryFile>>, story?: Story): Promise<string>;
  /** A merge commit with these parents, in this order, and the first one's tree with these files on top. */
  merge(branch: string, parents: readonly string[], files?: Readonly<Record<string, StoryFile>>): Promise<string>;
  annotatedTag(name: string, commit: string, words?: TagWords): Promise<string>;
  setRef(name: string, oid: string | null): Promise<void>;
  readRef(name: string): Promise<string | null>;
  /** Every push to a ref whose name contains this is refused, with these words; null allows again. */
  refusePushes(rule: { readonly to: string; readonly words: string } | null): Promise<void>;
};

export type ExportedFile = { readonly mode: '644' | '755' | 'link'; readonly text: string };

export type GitHarness = {
  readonly repository: GitRepository;
  readonly remote: OutsideRemote;
  /** Another controller's repository on the same remote, with a cache of its own. */
  another(): Promise<GitRepository>;
  /** A folder that does not exist yet, for exports. */
  folder(): string;
  /** What was exported there, or null when nothing is there. */
  exported(folder: string): ReadonlyMap<string, ExportedFile> | null;
  dispose(): Promise<void>;
};

export type OpenHarness = () => Promise<GitHarness>;
