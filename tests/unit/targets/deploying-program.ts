// Puts one release after the other in place, for ever, until the test kills it: EXPORT TO FIRST-NUMBER.

import { filesTarget } from '../../../engine/targets/files.ts';

const [, , directory = '', to = '', first = '0'] = process.argv;
const target = filesTarget({ stateDirectory: directory });
for (let number = Number(first); ; number++) {
  await target(
    { type: 'files', from: 'shop', to, release: `v${number}`, keep: 3, epoch: 1 },
    { directory, log: '', temporary: '' },
    { signal: new AbortController().signal, say: () => {} },
  );
  console.log(number);
}
