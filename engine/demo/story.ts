// The story of `npm run demo`, act by act: each tells what happens, shows the commands, and then looks whether it is
// true. The first thing that is not true ends it with a sentence.

import path from 'node:path';
import type { Ran } from './teller.ts';

export class StoryFailed extends Error {
  override readonly name = 'StoryFailed';
}

/** The hands of the story; demo.ts gives them. */
export type Stagehand = {
  act(title: string): void;
  say(text: string): void;
  /** `git …`, shown and run with that clock; throws when git refuses. */
  git(at: string, ...args: readonly string[]): Promise<string>;
  /** `tidegate …`, shown and run. */
  tidegate(...args: readonly string[]): Promise<Ran>;
  /** The same with `--json`, not shown. */
  ask(...args: readonly string[]): Promise<unknown>;
  /** Sets a top-level key of a service's configuration in the clone, as `sed` would. */
  edit(environment: string, key: string, value: string): Promise<void>;
  /** What a service answers, shown as `curl`. */
  curl(environment: string, page: '/health' | '/config'): Promise<Readonly<Record<string, unknown>>>;
};

const FRIDAY = '2026-11-20T16:00:00Z';
const SATURDAY = '2026-11-21T10:00:00Z';
const MONDAY = '2026-11-23T09:00:00Z';
const LATER = '2026-11-23T10:30:00Z';

export async function playStory(hand: Stagehand): Promise<void> {
  await commitReachesTwoEnvironments(hand);
  await tagWaitsForItsWindow(hand);
  await releaseGoesOut(hand);
  await badReleaseIsRolledBack(hand);
  await everythingIsInGit(hand);
}

async function commitReachesTwoEnvironments(hand: Stagehand): Promise<void> {
  hand.act('1. Friday, 16:00. A commit reaches development and staging');
  hand.say('Both follow the branch main. Production follows tags, and gets nothing yet.');
  await hand.edit('development', 'greeting', 'Good evening');
  await hand.edit('staging', 'greeting', 'Good evening');
  await hand.git(FRIDAY, 'commit', '--quiet', '--all', '--message', 'Greet the evening');
  await hand.git(FRIDAY, 'push', '--quiet');
  await runOnce(hand, FRIDAY);
  for (const environment of ['development', 'staging']) {
    const config = await hand.curl(environment, '/config');
    expect(config['greeting'] === 'Good evening', `${environment} does not show the commit's greeting`);
  }
}

async function tagWaitsForItsWindow(hand: Stagehand): Promise<void> {
  hand.act('2. Saturday, 10:00. A release is tagged; production has business hours');
  hand.say('What comes too early waits. It says for what and until when, and who could let it in now.');
  await hand.git(SATURDAY, 'tag', 'v1.0.0');
  await hand.git(SATURDAY, 'push', '--quiet', 'origin', 'v1.0.0');
  await runOnce(hand, SATURDAY);
  const { code } = await hand.tidegate('why', 'production', '--at', SATURDAY);
  expect(code === 1, `\`tidegate why\` ends with ${code} and not with 1, which means: not allowed now`);
  const why = await hand.ask('why', 'production', '--at', SATURDAY);
  expect(field(why, 'status') === 'waiting', 'production does not wait on a Saturday');
  expect(
    field(why, 'until') === MONDAY,
    `production waits until ${String(field(why, 'until'))} and not until ${MONDAY}`,
  );
  const health = await hand.curl('production', '/health');
  expect(health['release'] === null, 'production has a release although its window is closed');
}

async function releaseGoesOut(hand: Stagehand): Promise<void> {
  hand.act('3. Monday, 09:00. The window opens, and what was held goes out by itself');
  hand.say('Nobody has to be there, and no controller had to run in between.');
  await runOnce(hand, MONDAY);
  const health = await hand.curl('production', '/health');
  expect(health['status'] === 'ok' && isRelease(health['release'], 'v1.0.0'), 'production does not run v1.0.0');
}

async function badReleaseIsRolledBack(hand: Stagehand): Promise<void> {
  hand.act('4. Monday, 10:30. A bad release: its database does not answer');
  hand.say(
    'It fails its health check (which gives it a few seconds, twice); the version before comes back, also in Git.',
  );
  await hand.edit('production', 'database', 'tcp://127.0.0.1:1');
  await hand.git(LATER, 'commit', '--quiet', '--all', '--message', 'Move production to the new database');
  await hand.git(LATER, 'tag', 'v1.1.0');
  await hand.git(LATER, 'push', '--quiet', 'origin', 'main', 'v1.1.0');
  await runOnce(hand, LATER);
  const health = await hand.curl('production', '/health');
  expect(health['status'] === 'ok' && isRelease(health['release'], 'v1.0.0'), 'production is not back at v1.0.0');
  await hand.tidegate('status', 'production', '--at', LATER);
  const status = await hand.ask('status', 'production', '--at', LATER);
  const quarantine = JSON.stringify(field(first(field(status, 'environments')), 'quarantine'));
  expect(quarantine.includes('"v1.1.0"'), 'v1.1.0 is not in quarantine');
}

async function everythingIsInGit(hand: Stagehand): Promise<void> {
  hand.act('5. What happened is in Git: the revert on main, and the ledger of production');
  hand.say(
    'The patch tag v1.1.1 stands on the revert: it names what production runs now, and v1.1.0 is not tried again.',
  );
  await hand.git(LATER, 'pull', '--quiet');
  const log = await hand.git(LATER, 'log', '--oneline', '--decorate', 'main');
  expect(/\btag: v1\.1\.1\b/.test(log.split('\n')[0] ?? ''), 'no patch tag v1.1.1 stands on the newest commit of main');
  const revert = await hand.git(LATER, 'log', '-1', 'main');
  for (const trailer of ['Rollback-From: v1.1.0', 'Rollback-To: v1.0.0', 'Rollback-Reason: ', 'Run: production-']) {
    expect(revert.includes(trailer), `the newest commit of main has no trailer \`${trailer.trim()}\``);
  }
  await hand.git(LATER, 'log', '--format=%h %s', 'origin/tidegate/production');
  const { code } = await hand.tidegate('verify');
  expect(code === 0, '`tidegate verify` finds something wrong with the ledger');
}

async function runOnce(hand: Stagehand, at: string): Promise<void> {
  const { code, output } = await hand.tidegate('run', '--once', '--at', at);
  expect(code === 0, `\`tidegate run --once\` ended with ${code}: ${output.trim().split('\n').at(-1) ?? ''}`);
}

function expect(condition: boolean, sentence: string): void {
  if (!condition) throw new StoryFailed(sentence);
}

/** A release's folder is named for its tag and commit. */
function isRelease(release: unknown, tag: string): boolean {
  return typeof release === 'string' && path.basename(release).startsWith(`${tag}-`);
}

function field(value: unknown, key: string): unknown {
  return typeof value === 'object' && value !== null ? Object.getOwnPropertyDescriptor(value, key)?.value : undefined;
}

function first(value: unknown): unknown {
  return Array.isArray(value) ? value[0] : undefined;
}
