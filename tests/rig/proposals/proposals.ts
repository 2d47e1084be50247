// `npm run proposals -- --rounds 200 --seed 1`: promotions through pull requests, with controllers killed by -9 at
// any point of them, and a line for each round. Exits 1 on any breach: a second pull request, comment or merge, a ref
// that was pushed over, a version that did not arrive.

import { parseArgs } from 'node:util';
import '../../support/hermetic.ts';
import { playRounds } from './play.ts';

const { values } = parseArgs({
  options: { rounds: { type: 'string', default: '200' }, seed: { type: 'string', default: '1' } },
});

const say = (line: string) => process.stdout.write(`${line}\n`);
const total = await playRounds({ seed: values.seed, rounds: Number(values.rounds) }, (round, played) => {
  const { kills, deletions, lost, breaches } = played;
  say(`round ${round}: ${kills} kills, ${deletions} folders deleted, answers lost: ${lost > 0 ? 'yes' : 'no'}`);
  for (const { kind, sentence } of breaches) say(`  ${kind}: ${sentence}`);
});
say(
  `\n${total.rounds} rounds, ${total.kills} kills, ${total.deletions} folders deleted; ${total.pulls} pull requests, ${total.comments} comments, ${total.forced} refs pushed over, ${total.breaches} breaches`,
);
if (total.breaches > 0) process.exitCode = 1;
