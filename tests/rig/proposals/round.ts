// One round: staging gets a version, controllers are killed with -9 at random points of what follows (intent, branch,
// pull request, comment, status, merge, end), answers get lost, a disk goes; a person presses the button. Afterwards
// it is all there, once.

import type { Random } from '../../simulation/random.ts';
import { waitFor } from '../patience.ts';
import { type ControllerName, PROMOTED, type ProposalWorld } from './world.ts';

export type Breach = { readonly kind: string; readonly sentence: string };
export type Played = {
  readonly kills: number;
  readonly deletions: number;
  readonly lost: number;
  readonly breaches: readonly Breach[];
};

/** What one version costs in requests, more or less: kills fall anywhere in it. */
const REQUESTS_OF_ROUND = 90;
const PATIENCE_MS = 120_000;
const METHODS = ['merge', 'squash', 'rebase'] as const;

export async function playRound(world: ProposalWorld, round: number, random: Random): Promise<Played> {
  const app = `round ${round}`;
  const breaches: Breach[] = [];
  const count = { kills: 0, deletions: 0, lost: 0 };
  const before = world.model.state.pulls.length;
  const began = world.requests();
  if (random.chance(0.4)) {
    count.lost += 1;
    world.model.fault({ only: /^(POST|PATCH|PUT) /, times: random.between(1, 2), type: 'lost' });
  }
  world.release(app);
  const kills = Array.from({ length: random.between(1, 3) }, () => random.between(0, REQUESTS_OF_ROUND)).sort(
    (a, b) => a - b,
  );
  const isDone = () => PROMOTED.every((environment) => world.at(environment) === app) && world.branches().length === 0;
  let isPressed = false;
  // Some people read first.
  const isRead = random.chance(0.6);
  const press = () => {
    const pull = isPressed ? undefined : world.offered(app);
    if (isRead && pull !== undefined && commentsOn(world, pull.number) === 0) return;
    if (pull !== undefined) isPressed = world.press(pull, random.pick(METHODS));
  };
  for (const after of kills) {
    await waitFor(() => {
      press();
      return world.requests() - began >= after || isDone();
    }, PATIENCE_MS);
    const victim: ControllerName = random.chance(0.5) ? 'one' : 'two';
    await world.kill(victim);
    count.kills += 1;
    if (random.chance(0.3)) {
      world.forget(victim);
      count.deletions += 1;
    }
    world.start(victim);
  }
  const settled = await waitFor(() => {
    press();
    return isDone();
  }, PATIENCE_MS);
  world.model.fault(null);
  const breach = (kind: string, sentence: string) => breaches.push({ kind, sentence });
  if (!settled) {
    const where = PROMOTED.map((name) => `${name}: ${world.at(name)}`).join(', ');
    breach('lost', `${app} did not arrive (${where}; branches ${world.branches().join(', ')})\n${world.said()}`);
    return { ...count, breaches };
  }
  await judge(world, app, before, breach);
  return { ...count, breaches };
}

async function judge(
  world: ProposalWorld,
  app: string,
  before: number,
  breach: (kind: string, sentence: string) => void,
): Promise<void> {
  const { pulls } = world.model.state;
  const heads = pulls.slice(before).map(({ head }) => head.ref);
  const twice = heads.filter((ref, at) => heads.indexOf(ref) !== at);
  if (twice.length > 0) breach('pull request', `${twice.join(', ')} has more than one`);
  // The mirror may be a moment behind: what is owed comes, and never twice.
  await waitFor(() => pulls.slice(before).every(({ state }) => state === 'closed'), PATIENCE_MS);
  for (const { number, state, head } of pulls.slice(before)) {
    if (state !== 'closed') breach('pull request', `#${number} of ${head.ref} is still open`);
    // One that was made in the moment of a kill goes when it is next looked at.
    await waitFor(() => commentsOn(world, number) <= 1, PATIENCE_MS);
    const comments = commentsOn(world, number);
    if (comments > 1) breach('comment', `#${number} has ${comments}`);
  }
  for (const environment of PROMOTED) {
    const brought = world.brought(environment, app);
    if (brought !== 1) breach('merge', `${app} was brought to ${environment} ${brought} times`);
    const endings = world.endings(environment);
    const names = endings.map((ending) => ending.split(' ')[0]);
    const again = names.filter((name, at) => names.indexOf(name) !== at);
    if (again.length > 0) breach('ending', `${again.join(', ')} ended more than once`);
    if (!endings.at(-1)?.endsWith(' merged'))
      breach('ending', `${environment}: ${endings.at(-1) ?? 'no proposal ended'}`);
  }
  for (const ref of world.forced()) breach('forced', `${ref} was pushed over`);
}

function commentsOn(world: ProposalWorld, number: number): number {
  return world.model.state.comments.filter((comment) => comment.number === number).length;
}
