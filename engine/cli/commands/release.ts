// `tidegate release [--dry-run] [patch|minor|major|X.Y.Z]`: the next version, its changelog and its tag.

import { releaseJson } from '../../contract/release.ts';
import type { Wish } from '../../release/next.ts';
import type { Context } from '../context.ts';
import type { Given } from '../declaration.ts';
import { unusable, usage } from '../failure.ts';
import { hanging } from '../text/line.ts';
import { releaseLines } from '../text/release-shown.ts';

export async function release(context: Context, given: Given): Promise<number> {
  const wish = wishOf(given.args[0]);
  const isDry = given.flag('dryRun');
  const ask = {
    wish,
    component: given.text('component'),
    all: given.flag('all'),
    isDry,
    by: given.flag('tag')
      ? ('tag' as const)
      : given.flag('propose')
        ? ('proposal' as const)
        : given.flag('push')
          ? ('push' as const)
          : null,
    signs: given.flag('sign') ? ('always' as const) : ('where-possible' as const),
  };
  if (['propose', 'push', 'tag'].filter((one) => given.flag(one)).length > 1)
    throw usage('--propose, --push and --tag cannot stand together', 'choose one');
  if (given.flag('tag') && wish !== null) throw usage('--tag takes no version', 'the changelog says which it is');
  return await context.withCommands(async (commands) => {
    const answer = await context.patiently('looking at the repository', commands.release(ask));
    if (answer.type === 'problems') throw unusable(answer.problems);
    if (answer.type === 'unknown-component') {
      throw usage(
        `there is no component ${ask.component ?? ''}`,
        answer.names.length === 0 ? 'the repository is released as a whole' : `these are ${answer.names.join(', ')}`,
      );
    }
    if (answer.type === 'several') {
      throw usage('a version is that of one component', `add --component with one of ${answer.names.join(', ')}`);
    }
    const { ends, open } = answer;
    const unpushed = await context.wiring.unpushedCommits(context.wiring.directory);
    if (unpushed !== null && unpushed > 0)
      context.note(
        hanging(
          2,
          `${unpushed === 1 ? 'a commit' : `${unpushed} commits`} of your clone nobody else has: not in this release, push first`,
        ),
      );
    context.print(releaseLines(ends, open, isDry), releaseJson(ends, open));
    const isRefused = ends.some(({ plan }) => plan.type === 'refused');
    return isRefused || ends.every(({ plan }) => plan.type !== 'release') ? 1 : 0;
  });
}

const LEVELS = ['major', 'minor', 'patch'] as const;

function wishOf(typed: string | undefined): Wish | null {
  if (typed === undefined) return null;
  const level = LEVELS.find((one) => one === typed);
  if (level !== undefined) return { type: 'level', level };
  if (/^[\w.-]*[0-9]+\.[0-9]+\.[0-9]+/.test(typed)) return { type: 'version', version: typed };
  throw usage(`${JSON.stringify(typed)} is neither a level nor a version`, 'patch, minor, major, or such as 1.5.0');
}
