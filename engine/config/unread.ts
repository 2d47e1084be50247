// Files that stand where configuration is read and cannot be: one sentence for each reason, no matter who reads:
// `check` a folder, the controller a commit.

import { TOO_LARGE } from './document.ts';

export type Unread = 'symlink' | 'submodule' | 'no-file' | 'too-large' | 'not-utf8';

export const UNREAD: Readonly<Record<Unread, { readonly message: string; readonly hint: string }>> = {
  symlink: { message: 'this is a symbolic link and is not read', hint: 'put what it points at here' },
  submodule: { message: 'this is a submodule and is not read', hint: 'put the files themselves here' },
  'no-file': { message: 'this is no plain file and is not read', hint: 'put a plain file here' },
  'too-large': TOO_LARGE,
  'not-utf8': { message: 'this file is not UTF-8 and was not read', hint: 'save it as UTF-8' },
};

/** Bytes as text, or null where they are none. A mark of the byte order at the start is left out. */
export function textOf(bytes: Uint8Array): string | null {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (error) {
    if (error instanceof TypeError) return null;
    throw error;
  }
}
