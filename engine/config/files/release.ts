// `release:` of tidegate.yaml from text to model: defaults, and parts that stand in each other's way.

import { type ReleaseComponent, type ReleaseConfig, ticketProblem, WHOLE } from '../../model/release-config.ts';
import { prefixProblem, tagPrefixProblem } from '../../model/release-prefix.ts';
import type { Cursor } from '../cursor.ts';
import { branchProblem } from '../ref-name.ts';
import type { releaseSchema } from '../schema/release.ts';
import type { Shape } from '../schema/shape.ts';
import { normalPath } from '../script-path.ts';

type ReleaseFile = Shape<typeof releaseSchema>;

export function buildRelease(file: ReleaseFile | undefined, cursor: Cursor): ReleaseConfig | null {
  if (file === undefined) return null;
  for (const key of ['from', 'to'] as const) {
    const wrong = file[key] === undefined ? null : branchProblem(file[key]);
    if (wrong !== null) cursor.at(key).error(`this is no branch: ${wrong}`, 'such as main');
  }
  const by = file.by ?? 'push';
  if (by === 'push' && file.to !== undefined && file.to !== file.from)
    cursor.at('to').error('a push releases the branch itself', 'write `by: proposal`, or leave `to` out');
  if (file.tickets !== undefined) {
    const wrong = ticketProblem(file.tickets.match);
    if (wrong !== null)
      cursor.at('tickets', 'match').error(`tickets cannot be found by this: ${wrong}`, 'such as [A-Z]{2,}-\\d+');
  }
  if (file.steps !== undefined && file.train === undefined)
    cursor
      .at('steps')
      .error('nothing says when these are due', 'name the policy of the trains: `train: release-train`');
  return {
    from: file.from ?? null,
    to: file.to ?? null,
    by,
    tickets: file.tickets ?? null,
    components: components(file, cursor),
    after: file.after ?? null,
    train: file.train ?? null,
    steps: (file.steps ?? []).map((step) => ({ name: step.name, daysBefore: step.days_before })),
    checklist: file.checklist ?? null,
  };
}

function components(file: ReleaseFile, cursor: Cursor): readonly ReleaseComponent[] {
  const parts = Object.entries(file.components ?? {});
  if (parts.length === 0) {
    const whole = { ...WHOLE, tag: file.tag ?? WHOLE.tag, changelog: file.changelog ?? WHOLE.changelog };
    checkPlaces(file, cursor, whole.tag);
    return [{ ...whole, versions: file.versions ?? [] }];
  }
  for (const key of ['tag', 'changelog', 'versions'] as const) {
    if (file[key] !== undefined)
      cursor.at(key).error(`each component has its own \`${key}\``, 'move it there', cursor.at(key).key());
  }
  const built = parts.map(([name, part]): ReleaseComponent => {
    const tag = part.tag ?? `${name}-v`;
    checkPlaces(part, cursor.at('components', name), tag);
    const paths = [...part.paths, ...(part.shared ?? [])].map((path) => path.replace(/\/+$/, ''));
    return { name, paths, tag, changelog: part.changelog, versions: part.versions ?? [] };
  });
  for (const [index, [name, part]] of parts.entries()) {
    for (const [other, earlier] of parts.slice(0, index)) {
      const at = cursor.at('components', name);
      const tags = prefixProblem(built[index]?.tag ?? '', built.find((one) => one.name === other)?.tag ?? '');
      if (tags !== null)
        at.error(`${name} and ${other} cannot be told apart: ${tags}`, 'give one of them another `tag`', at.key());
      if (part.changelog === earlier.changelog)
        at.at('changelog').error(`${other} has the same changelog`, 'give each its own');
      for (const [place, path] of part.paths.entries()) {
        const over = earlier.paths.find((one) => isWithin(path, one) || isWithin(one, path));
        if (over === undefined) continue;
        at.at('paths', place).error(
          `${path} of ${name} and ${over} of ${other} overlap`,
          'part them, or list what counts for both under `shared` of each',
        );
      }
    }
  }
  return built;
}

function isWithin(path: string, folder: string): boolean {
  const [inner, outer] = [path, folder].map((each) => `${each.replace(/\/+$/, '')}/`);
  return (inner ?? '').startsWith(outer ?? '');
}

type Places = Pick<ReleaseFile, 'tag' | 'changelog' | 'versions'> & {
  readonly paths?: readonly string[];
  readonly shared?: readonly string[];
};

function checkPlaces(part: Places, cursor: Cursor, tag: string): void {
  const wrong = tagPrefixProblem(tag);
  if (wrong !== null) cursor.at('tag').error(`no tag can begin like this: ${wrong}`, 'such as v, or web-v');
  const named = [
    ...(part.changelog === undefined ? [] : [[['changelog'], part.changelog] as const]),
    ...(part.versions ?? []).map(({ file }, at) => [['versions', at, 'file'], file] as const),
    ...(part.paths ?? []).map((path, at) => [['paths', at], path] as const),
    ...(part.shared ?? []).map((path, at) => [['shared', at], path] as const),
  ];
  for (const [steps, path] of named) {
    if (path.startsWith('/') || normalPath(path.replace(/\/+$/, '')) === null)
      cursor.at(...steps).error(`\`${path}\` does not lie in the repository`, 'write it as seen from its root');
  }
}
