// The one comment of a pull request after the merge: what became of it, environment by environment. It takes the
// place of the plan, so that the pull request tells the whole story. Moments are absolute.

import { type Instant, sayInstant } from '../base/instant.ts';
import { bareSentence, leafName } from '../explain/leaves.ts';
import type { EnvironmentStory } from '../explain/story.ts';
import { sayVersion } from '../model/version.ts';
import { codeSpan, inert } from './markdown.ts';

/** Null where the change made no environment different. */
export function storyComment(stories: readonly EnvironmentStory[], timezone: string): string | null {
  if (stories.length === 0) return null;
  return stories.map((story) => environmentLines(story, timezone).join('\n')).join('\n\n');
}

function environmentLines(story: EnvironmentStory, timezone: string): readonly string[] {
  const { sentence, stages, run } = story;
  const blocked = story.leaves.filter(({ verdict }) => verdict.status !== 'allowed');
  return [
    `### ${inert(story.name)}: ${headOf(story, timezone)}`,
    '',
    ...(story.state === 'live' || story.state === 'waits' ? [] : [inert(sentence), '']),
    ...(story.state === 'waits' && blocked.length === 0 ? [inert(sentence), ''] : []),
    ...(blocked.length === 0 ? [] : ['| gate | answer |', '|---|---|']),
    ...blocked.map((leaf) => `| ${inert(leafName(leaf))} | ${leaf.verdict.status}: ${inert(bareSentence(leaf))} |`),
    ...(stages.length === 0
      ? []
      : [stages.map(({ name, outcome }) => `${inert(name)} ${outcome === null ? '…' : inert(outcome)}`).join(' · ')]),
    ...(run === null ? [] : ['', `<sub>${codeSpan(`tidegate show ${run}`)} tells all of it.</sub>`]),
  ];
}

function headOf({ state, version, since }: EnvironmentStory, timezone: string): string {
  const which = codeSpan(sayVersion(version));
  switch (state) {
    case 'waits':
      return `waits to run ${which}`;
    case 'running':
      return `${which} is being deployed${sinceSaid(since, timezone)}`;
    case 'live':
      return `live${sinceSaid(since, timezone)}`;
    case 'rolled-back':
      return `${which} was rolled back${at(since, timezone)}`;
    case 'failed':
      return `${which} did not go in${at(since, timezone)}`;
    case 'replaced':
      return `${which} was live, and a newer version has replaced it`;
  }
}

function sinceSaid(since: Instant | null, timezone: string): string {
  return since === null ? '' : ` since ${sayInstant(since, timezone)}`;
}

function at(moment: Instant | null, timezone: string): string {
  return moment === null ? '' : ` at ${sayInstant(moment, timezone)}`;
}
