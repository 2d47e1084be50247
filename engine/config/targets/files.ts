// `files:` the environment's folder as an immutable release directory, switched by one rename of a symlink.

import { resolveTemplate } from '../../model/template.ts';
import { object, text } from '../schema/shape.ts';
import { checkTemplate, environmentScope } from '../template.ts';
import { targetKind } from './kind.ts';

const schema = object(
  'Where releases go.',
  {
    to: text(
      'A folder; a relative one is below the state folder. `current` in it points at the release that is live.',
      {
        examples: ['/srv/shop', 'live/production'],
      },
    ),
    keep: {
      type: 'integer',
      description: 'How many releases stay there, the live one included.',
      minimum: 1,
      maximum: 1_000,
      default: 5,
    },
  },
  ['to'],
);

export const filesTarget = targetKind(
  'files',
  "puts the environment's files into a folder",
  schema,
  (value, cursor, values) => {
    const at = cursor.at('to');
    const variables = Object.keys(values).filter((name) => name.startsWith('variables.'));
    const scope = environmentScope(variables.map((name) => name.slice('variables.'.length)));
    checkTemplate(at, value.to, scope);
    const known = !value.to.includes('${{') || resolvable(value.to, values);
    const to = known ? resolveTemplate(value.to, values) : value.to;
    if (to.split('/').includes('..'))
      at.error('`to` must not climb out with `..`', 'write an absolute path, or one below the state folder');
    if (to === '/' || to.startsWith('-') || to.startsWith('~'))
      at.error(`\`${to}\` is no folder for releases`, 'write a path such as /srv/shop');
    return { type: 'files', to, keep: value.keep ?? 5 };
  },
);

/** Whether every expression has a value: where one has none the check above has said so. */
function resolvable(text: string, values: Readonly<Record<string, string>>): boolean {
  return [...text.matchAll(/\$\{\{(.*?)\}\}/g)].every(([, name]) => Object.hasOwn(values, (name ?? '').trim()));
}
