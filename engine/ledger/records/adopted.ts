// What runs goes by another version from now on: its contents are the same.

import { sayVersion } from '../../model/version.ts';
import { eventKind } from './kind.ts';

export const adopted = eventKind({
  type: 'adopted',
  fields: { version: 'version', contents: 'contents', because: 'text' },
  tone: () => 'plain',
  say: (record) => `${sayVersion(record.version)} adopted: ${record.because}`,
  fold({ current }, { version, contents }) {
    if (current === null || current.contents.digest !== contents.digest) return 'other contents run here';
    return { current: { ...current, version } };
  },
});
