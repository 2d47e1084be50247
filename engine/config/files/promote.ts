// `promote:` of an environment from text to model.

import type { Follow, PromoteConfig } from '../../model/config.ts';
import type { Cursor } from '../cursor.ts';
import type { promoteSchema } from '../schema/promote.ts';
import type { Shape } from '../schema/shape.ts';
import { normalPath } from '../script-path.ts';

type PromoteFile = Shape<typeof promoteSchema>;

export function buildPromote(file: PromoteFile, cursor: Cursor, follow: Follow): PromoteConfig {
  for (const [index, source] of file.from.entries()) cursor.at('from', index).refer('promoted', source);
  const take = (file.take ?? []).filter((pattern, index) => isTakable(pattern, cursor.at('take', index)));
  const patterns = Object.keys(file.fields ?? {});
  for (const pattern of patterns) isTakable(pattern, cursor.at('fields', pattern));
  if (file.take === undefined && patterns.length === 0)
    cursor.error(
      'this takes nothing over',
      'add `take: [services/*.yaml]`, or `fields:` for single keys',
      cursor.key(),
    );
  if (follow.type === 'promoted')
    cursor.error(
      `a proposal is merged into a branch, and this environment follows what ${follow.from} runs`,
      'write `follow: { branch: main }` or `follow: { tags: "v*" }`, or remove `promote`',
      cursor.key(),
    );
  if (follow.type === 'tags' && file.merge === 'when-allowed')
    cursor
      .at('merge')
      .error(
        'a merge brings nothing out here: this environment follows tags, so no gate can allow it',
        'write `merge: person`',
      );
  return {
    place: cursor.place(),
    from: file.from,
    take,
    fields: patterns.map((pattern) => ({ pattern, keys: file.fields?.[pattern] ?? [] })),
    each: file.each ?? 'environment',
    when: file.when ?? 'proven',
    merge: file.merge ?? 'person',
    closed: file.closed ?? 'remember',
  };
}

/** What an environment follows and which gates it has is its own. */
function isTakable(pattern: string, cursor: Cursor): boolean {
  if (pattern.startsWith('/') || normalPath(pattern) === null) {
    cursor.error(
      `\`${pattern}\` does not lie below the folder of an environment`,
      'write it as seen from there, such as services/*.yaml',
    );
    return false;
  }
  if (pattern !== 'environment.yaml') return true;
  cursor.error('environment.yaml holds gates, and is never taken over', 'name the files beside it');
  return false;
}
