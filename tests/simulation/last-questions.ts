// What is asked when a life has calmed down: whether anything is lost, still hangs, or is not what the ledger says it
// is. The answers are read by somebody who has seen nothing of the life but the remote as it is now; what stands
// where is asked with everything that was ever there.

import type { Standing } from '../../engine/explain/standing.ts';
import { standingOf } from '../../engine/explain/standing.ts';
import { type MemoryCache, memoryCache, openMemoryGit } from '../support/memory-git.ts';
import { LEDGER_PREFIX, textAt } from './ledger-truth.ts';
import { outsider } from './outsider.ts';
import type { Said, World } from './world.ts';

export async function lastQuestions(world: World): Promise<void> {
  const { ledger, remote, witness } = world;
  for (const environment of ledger.landed.keys()) {
    if (ledger.spoilt.has(environment)) continue;
    const lost = ledger.missing(environment, remote.refs.get(`${LEDGER_PREFIX}${environment}`) ?? null);
    if (lost.length > 0)
      witness.breach('lost', `the ledger of ${environment} does not have ${lost.join(', ')} any more`);
  }
  // Who has nothing but the URL gets an answer, whatever commits are gone.
  const commands = stranger(world, memoryCache());
  await commands.snapshot();
  // What a force-push took away is still with those who have seen it.
  const { observed, now } = await stranger(world, { store: world.attic, refs: new Map() }).snapshot();
  const { problems } = await commands.verify();
  const problem = problems.find(
    ({ ref, message }) => !ledger.spoilt.has(ref.slice(LEDGER_PREFIX.length)) && !isAboutSpoilt(world, message),
  );
  if (problem !== undefined)
    witness.breach('verify', `${problem.ref} at ${problem.commit.slice(0, 7)}: ${problem.message}`);
  // One ledger that is spoilt may rightly hold others: by a lock, by soak, by what is promoted from it.
  if (ledger.spoilt.size > 0) return;
  for (const environment of observed.environments) {
    const served = world.machines.some(({ only }) => only.length === 0 || only.includes(environment.name));
    if (served)
      judge(world, standingOf(environment, observed, now), standingOf(environment, observed, now - MOMENT_MS));
  }
}

function isAboutSpoilt(world: World, message: string): boolean {
  return [...world.ledger.spoilt].some((name) => message.includes(name));
}

/** What has been let in for less than that is about to begin. */
const MOMENT_MS = 60_000;

function judge(world: World, standing: Standing, before: Standing): void {
  const { witness } = world;
  const { name, ledger } = standing.environment;
  const { state } = ledger;
  if (ledger.type === 'damaged') {
    witness.breach('progress', `${name} is damaged, and nobody has touched its ledger: ${ledger.sentence}`);
    return;
  }
  const run = state.open.at(-1)?.id;
  // Another version may wait for it to end: that is nothing that it waits for itself.
  const isHeldUp = standing.waiting !== null && !standing.waiting.for.includes(`run ${run}`);
  if (run !== undefined && !isHeldUp) {
    const stays = standing.verdict === null ? standing.reason : standing.verdict.sentence;
    witness.breach('progress', `${run} is open, waits for nothing, and does not move: ${stays}`);
  }
  const mayGo = [standing, before].every(({ verdict }) => verdict?.status === 'allowed');
  if (state.open.length === 0 && standing.condition !== 'Stalled' && mayGo)
    witness.breach('progress', `${standing.candidate?.commit.slice(0, 7)} may go to ${name}, and does not`);
  const short = standing.candidate?.commit.slice(0, 7) ?? '';
  const isHeld = state.open.length === 0 && standing.verdict !== null && standing.verdict.status !== 'allowed';
  if (isHeld && !world.said.get(name)?.some(({ sentence }) => sentence.includes(short)))
    witness.breach('reasons', `nobody has said why ${short} does not go to ${name}`);
  if (state.open.length === 0) isInPlace(world, standing);
  if (state.open.length === 0 && !mayGo) isLevel(world, standing);
}

/**
 * What the branch says and what runs agree, or a sentence says why not: to anyone who asks, and in the log since its
 * last run began.
 */
function isLevel(world: World, { environment: { name }, isSettled, reason }: Standing): void {
  const { witness, ledger, attic, targets } = world;
  const head = world.head();
  if (world.modelAt(head).environments[name]?.follow.type !== 'branch') return;
  const wanted = textAt(attic, head, `environments/${name}/app.txt`)?.trim() ?? null;
  const there = targets.live.get(name) ?? null;
  if (wanted === null || wanted === there) return;
  const differ = `the branch says «${wanted}» and «${there}» is in place in ${name}`;
  if (isSettled) witness.breach('level', `${differ}, and anyone who asks is told: ${reason}`);
  const last = ledger.of(name).findLast(({ record }) => record.type === 'run-opened');
  // How a run gets on is no reason why what the branch says is not here when it is over, but that it stalled is. What
  // is said stands in the log before the records that it is about have landed.
  const since = (last?.at ?? 0) - MOMENT_MS;
  const isReason = ({ at, sentence }: Said) =>
    at >= since && (!sentence.startsWith(`${name}-`) || sentence.endsWith('next: stall'));
  if (!world.said.get(name)?.some(isReason)) witness.breach('level', `${differ}, and no controller has said why`);
}

/** After whatever went wrong the target has the version that the ledger says, or a person is called. */
function isInPlace(world: World, { environment, current }: Standing): void {
  const { name, ledger } = environment;
  if (ledger.state.stalled !== null || current === null || wasGivenUp(world, name)) return;
  const there = world.targets.live.get(name) ?? null;
  const meant = textAt(world.attic, current.version.commit, `environments/${name}/app.txt`)?.trim() ?? null;
  if (meant !== null && there !== meant)
    world.witness.breach('known-good', `«${there}» is in place in ${name}, and the ledger says «${meant}»`);
}

/** It stalled, and a person has said to go on from whatever is there: nothing has succeeded since. */
function wasGivenUp(world: World, environment: string): boolean {
  const records = world.ledger.of(environment).map(({ record }) => record);
  const stalled = records.findLastIndex((record) => record.type === 'run-failed' && record.next === 'stall');
  return stalled > records.findLastIndex((record) => record.type === 'run-ended' && record.outcome === 'Succeeded');
}

function stranger({ timeline, remote, tellsTime, mutant }: World, cache: MemoryCache) {
  const memory = openMemoryGit({ remote, cache, merges: 'files' });
  // Where the remote does not tell its time, nobody can know whose clock is wrong.
  const look: typeof memory.look = async (prefixes) => {
    const seen = await memory.look(prefixes);
    return tellsTime ? seen : { ...seen, clockSkewMs: null };
  };
  const git = { ...memory, look, ...mutant.stranger?.(memory) };
  const clock = { kind: 'real' as const, now: () => timeline.now, monotonicMs: () => 0, after: () => () => {} };
  const identity = 'nobody <nobody@example.org>';
  return outsider({ git, clock, name: 'stranger', identity, uniqueId: () => 'none' }).commands;
}
