// What setting one value came to.

import { COMMIT, choice, object, orNull, type Shape, says, TEXT } from './shape.ts';

export const configSetAnswer = object({
  environment: TEXT,
  service: TEXT,
  key: TEXT,
  base: says('The branch that it belongs on.', TEXT),
  result: says(
    '`proposed`: that branch takes no push, and it waits on one of its own.',
    choice('same', 'committed', 'proposed'),
  ),
  branch: says('Where the commit is; null where nothing had to be written.', orNull(TEXT)),
  commit: orNull(COMMIT),
});

type Set = Shape<typeof configSetAnswer>;

export function setJson(
  asked: Pick<Set, 'environment' | 'service' | 'key' | 'base'>,
  done:
    | { readonly type: 'same' }
    | { readonly type: 'committed'; readonly commit: string }
    | { readonly type: 'proposed'; readonly commit: string; readonly branch: string },
): Set {
  const { environment, service, key, base } = asked;
  const branch = done.type === 'proposed' ? done.branch : done.type === 'committed' ? base : null;
  return {
    environment,
    service,
    key,
    base,
    result: done.type,
    branch,
    commit: done.type === 'same' ? null : done.commit,
  };
}
