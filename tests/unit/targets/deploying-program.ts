// Puts one release after the other in place, for ever, until the test kills it: EXPORT TO FIRST-NUMBER.

import { perform } from '../../../engine/targets/files/perform.ts';

const [, , directory = '', to = '', first = '0'] = process.argv;
for (let number = Number(first); ; number++) {
  await perform(
    { from: 'shop', to, release: `v${number}`, keep: 3, epoch: 1 },
    { directory, log: '', temporary: '' },
    { signal: new AbortController().signal, say: () => {}, stateDirectory: directory, repository: 'a repository' },
  );
  console.log(number);
}
