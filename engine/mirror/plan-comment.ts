// The plan of a branch as the one comment on its pull request. Its first line answers what merging does; moments are
// absolute, so that the text changes only when the answer does. Other people's words are inert in it. Must fit a
// comment.

import type { Problem } from '../base/problem.ts';
import type { BranchPlan, Carried, EnvironmentPlan, GatesReplay } from '../explain/branch-plan.ts';
import { sayGatesAhead, sayMerging } from '../explain/branch-plan-said.ts';
import { bareSentence, type Leaf } from '../explain/leaves.ts';
import { sayVersion, type Version } from '../model/version.ts';
import { codeBlock, codeSpan, inert } from './markdown.ts';
import { maskedDiff } from './masked-diff.ts';

/** Of GitHub's 65,536 characters; the rest is for the marker and for what a proxy adds. */
const COMMENT_MAX = 60_000;
const PROBLEMS_MAX = 20;
const CARRIED_MAX = 50;
const DIFF_PER_FILE = 12_000;
const DIFFERENCES_MAX = 6;

/** Null where nothing changes anywhere: then there is nothing to say. */
export function planComment(plan: BranchPlan, problems: readonly Problem[], timezone: string): string | null {
  const broken = problems.filter(({ severity }) => severity === 'error');
  if (plan.environments.length === 0 && broken.length === 0) return null;
  const head = [...brokenLines(broken), ...plan.environments.flatMap((each) => environmentLines(each, plan, timezone))];
  const foot = footOf(plan);
  const carried = carriedLines(plan.carried);
  const room = COMMENT_MAX - [...head, ...carried, foot].join('\n').length;
  return [...head, ...changeLines(plan, room), ...carried, foot].join('\n');
}

function brokenLines(problems: readonly Problem[]): readonly string[] {
  if (problems.length === 0) return [];
  const shown = problems.slice(0, PROBLEMS_MAX).map(({ file, line, column, message, hint }) => {
    return `- ${codeSpan(`${file}:${line}:${column}`)} ${inert(message)}${hint === '' ? '' : `: ${inert(hint)}`}`;
  });
  const more = problems.length - shown.length;
  return [
    `### ${problems.length === 1 ? 'A problem' : `${problems.length} problems`} in the configuration`,
    '',
    'Merged as it is, what these files are about stays as it runs.',
    '',
    ...shown,
    ...(more > 0 ? [`- and ${more} more`] : []),
    '',
  ];
}

function environmentLines(
  plan: EnvironmentPlan,
  { head, branch, now }: BranchPlan,
  timezone: string,
): readonly string[] {
  const { name, current } = plan;
  const to = plan.version === null ? '' : ` → ${codeSpan(head.slice(0, 7))}`;
  const from = current === null ? 'nothing yet' : versionSpan(current);
  return [
    `### ${inert(name)}: ${from}${to}`,
    '',
    ...gatesLines(plan),
    inertBold(sayMerging(plan, now, timezone)),
    '',
    ...(plan.version === null ? [] : factLines(plan)),
    ...gateTable(plan.leaves),
    ...wordLines(plan, branch),
    '',
  ];
}

/** What people type who want it to go on. */
function wordLines({ name, leaves }: EnvironmentPlan, branch: string): readonly string[] {
  const blocked = leaves.filter(({ verdict }) => verdict.status !== 'allowed');
  const asksPeople = blocked.some(({ rule }) => rule === 'approval');
  const lifting = [...new Set(blocked.flatMap(({ overridableBy }) => overridableBy))];
  const hurry = `tidegate deploy ${name} ${branch} --emergency --reason "…"`;
  return [
    ...(asksPeople ? ['', `To say yes: ${codeSpan(`tidegate approve ${name} ${branch}`)}.`] : []),
    ...(blocked.length > 0 && blocked.every(({ overridableBy }) => overridableBy.length > 0)
      ? ['', `In an emergency: ${codeSpan(hurry)} (${lifting.map(inert).join(', ')}).`]
      : []),
  ];
}

function gatesLines({ gates, name }: EnvironmentPlan): readonly string[] {
  if (gates === null) return [];
  const what = gates.differences.slice(0, DIFFERENCES_MAX).map(inert).join(', ');
  const more = gates.differences.length - DIFFERENCES_MAX;
  return [
    `**This changes who may deploy ${inert(name)} and when: ${what}${more > 0 ? ` and ${more} more` : ''}.** ${inert(sayGatesAhead(gates))}`,
    '',
    ...(gates.replay === null ? [] : [sayReplay(gates.replay), '']),
  ];
}

function sayReplay({ days, versions, later, refused }: GatesReplay): string {
  const of = `of ${versions} ${versions === 1 ? 'version' : 'versions'} of the last ${days} days`;
  return `By these gates, ${of} ${later} would have waited and ${refused} would have been refused.`;
}

function factLines({ stages, wayBack, isAutomatic }: EnvironmentPlan): readonly string[] {
  const back =
    wayBack === null
      ? 'none: nothing ran here before'
      : `${versionSpan(wayBack)}${isAutomatic ? ', by itself when a stage fails' : ''}`;
  return [
    '| | |',
    '|---|---|',
    ...(stages.length === 0 ? [] : [`| will run | ${stages.map(inert).join(' · ')} |`]),
    `| way back | ${back} |`,
    '',
  ];
}

function gateTable(leaves: readonly Leaf[]): readonly string[] {
  const rows = leaves
    .filter(({ rule }) => rule !== 'follow')
    .map((leaf) => {
      const { verdict, overridableBy, policy, rule } = leaf;
      const who = overridableBy.length === 0 ? '–' : overridableBy.map(inert).join(', ');
      return `| ${inert(`${policy}/${rule}`)} | ${verdict.status}: ${inert(bareSentence(leaf))} | ${who} |`;
    });
  return rows.length === 0 ? [] : ['| gate | answer | who can override it |', '|---|---|---|', ...rows];
}

/** The largest go first where they do not fit, each with the command that shows it. */
function changeLines({ environments, branch, onto }: BranchPlan, room: number): readonly string[] {
  const files = new Map(environments.flatMap(({ changes }) => maskedDiff(changes).map((file) => [file.path, file])));
  if (files.size === 0) return [];
  const all = [...files.values()].sort((a, b) => a.text.length - b.text.length || (a.path < b.path ? -1 : 1));
  const blocks: string[] = [];
  let left = room - 1_000;
  let omitted = 0;
  for (const { path, text } of all) {
    const block = `${codeSpan(path)}\n\n${codeBlock(text, 'diff')}\n`;
    const isFitting = text.length <= DIFF_PER_FILE && block.length < left;
    const said = isFitting
      ? block
      : `${codeSpan(path)}: ${codeSpan(`git diff origin/${onto}...origin/${branch} -- ${path}`)} shows it\n`;
    if (said.length > left) {
      omitted += 1;
      continue;
    }
    left -= said.length;
    blocks.push(said);
  }
  const summary = `Changes: ${files.size === 1 ? '1 file' : `${files.size} files`}`;
  const more = omitted === 0 ? [] : [`and ${omitted} more files`, ''];
  return [`<details><summary>${summary}</summary>`, '', ...blocks, ...more, '</details>', ''];
}

function carriedLines(carried: readonly Carried[] | null): readonly string[] {
  if (carried === null || carried.length === 0) return [];
  const rows = carried
    .slice(0, CARRIED_MAX)
    .map(
      ({ commit, author, subject }) =>
        `| ${codeSpan(commit.slice(0, 7))} | ${codeSpan(author)} | ${codeSpan(cut(subject))} |`,
    );
  const more = carried.length - rows.length;
  return [
    `<details><summary>Commits carried (${carried.length})</summary>`,
    '',
    '| commit | by | subject |',
    '|---|---|---|',
    ...rows,
    ...(more > 0 ? ['', `and ${more} older ones`] : []),
    '',
    '</details>',
    '',
  ];
}

function footOf({ head, onto, base, branch }: BranchPlan): string {
  return `<sub>Head ${codeSpan(head.slice(0, 7))} on ${codeSpan(onto)} ${codeSpan(base.slice(0, 7))}. ${codeSpan(`tidegate plan --branch ${branch}`)} says the same.</sub>`;
}

function versionSpan(version: Version): string {
  return codeSpan(version.tag ?? sayVersion(version));
}

function inertBold({ bold, rest }: { readonly bold: string; readonly rest: string }): string {
  return `**${inert(bold)}**${rest === '' ? '' : ` ${inert(rest)}`}`;
}

function cut(subject: string): string {
  return subject.length > 100 ? `${subject.slice(0, 99)}…` : subject;
}
