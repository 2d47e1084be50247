// People who name a commit that leaves the environment alone mean the version that waits there.

import { expect, test } from 'vitest';
import { NO_EVIDENCE } from '../../../engine/model/policy-facts.ts';
import { type FakeCommands, fakeCommands } from '../../support/fake-commands.ts';
import { tidegate } from '../../support/fake-wiring.ts';
import { contents, instant, LEO, officeHours, Story, version } from '../../support/observed-builders.ts';
import { twoApprovals } from '../../support/policy-builders.ts';

const SATURDAY = instant('2026-11-21 20:00');
const CHANGE = { authors: [LEO], paths: ['web.yaml'], kinds: ['feat'], commits: 1 };

/** `waits` is on its way; `later` and `other` came after it, and only `other` changes anything here. */
function waiting(): Story {
  const story = new Story().gatedBy(twoApprovals(), officeHours()).deployed('before').offers('waits');
  story.knows('later');
  story.knows('other');
  const plans = ['waits', 'later', 'other'].map(
    (name) => [version(name).commit, { ...NO_EVIDENCE, planDigest: `plan-${name}`, change: CHANGE }] as const,
  );
  const known = ['waits', 'later'].map((name) => [version(name).commit, contents('waits')] as const);
  return story.observes({
    evidence: new Map(plans),
    contents: new Map([...known, [version('other').commit, contents('other')]]),
  });
}

function asked(line: string, story = waiting()): { commands: FakeCommands; ran: ReturnType<typeof tidegate> } {
  const commands = fakeCommands({ stories: [story], now: SATURDAY });
  return { commands, ran: tidegate(line, { commands }) };
}

test('an answer is bound to the version that waits, and says so', async () => {
  const { commands, ran } = asked(`approve production ${version('later').commit}`);
  const { exit, out } = await ran;
  expect(exit).toBe(0);
  expect(commands.appended[0]?.event).toMatchObject({ version: version('waits'), planDigest: 'plan-waits' });
  expect(out).toContain(`approved ${short('waits')} for production`);
  expect(out).toContain(`${short('later')} is no other version of production than ${short('waits')}`);
});

test('an exception is made for the version that waits', async () => {
  const { commands, ran } = asked(`override production ${version('later').commit} --reason 'checkout is down'`);
  const { exit, out } = await ran;
  expect(exit).toBe(0);
  expect(commands.appended[0]?.event).toMatchObject({ type: 'overridden', version: version('waits') });
  expect(out).toContain(`${short('later')} is no other version of production than ${short('waits')}`);
});

test('a version that was asked for by name stays itself, also where another has its contents', async () => {
  const story = waiting().event({
    type: 'deploy-requested',
    version: version('later'),
    reason: 'this very one',
    emergency: false,
    skipTests: false,
  });
  const { commands, ran } = asked(`approve production ${version('later').commit}`, story);
  expect((await ran).exit).toBe(0);
  expect(commands.appended[0]?.event).toMatchObject({ version: version('later'), planDigest: 'plan-later' });
});

test('other contents are another version', async () => {
  const { commands, ran } = asked(`approve production ${version('other').commit}`);
  expect((await ran).out).not.toContain('is no other version');
  expect(commands.appended[0]?.event).toMatchObject({ version: version('other') });
});

function short(name: string): string {
  return version(name).commit.slice(0, 7);
}
