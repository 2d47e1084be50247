// `files:` the environment's folder as an immutable release directory, switched by one rename of a symlink.

import { object, text } from '../../config/schema/shape.ts';
import { checkTemplate, environmentScope } from '../../config/template.ts';
import { resolveTemplate } from '../../model/template.ts';
import type { Version } from '../../model/version.ts';
import { targetKind } from '../kind.ts';

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

/** `to` as written; a relative one is below the state folder. `keep` counts releases, the current one included. */
type Settings = { readonly to: string; readonly keep: number };

/** Copy the environment's files (`from`, relative to the export) to `to/releases/<release>`, then switch
 *  `to/current`. */
export type Release = {
  readonly from: string;
  readonly to: string;
  readonly release: string;
  readonly keep: number;
  /** An older epoch than the one last seen in `to` is refused. */
  readonly epoch: number;
  /** Whose `to` is from now on; another mark than the one there is refused. Absent for a run from before there
   *  were marks: it owns nothing, and is refused where somebody does. */
  readonly owner?: { readonly environment: string; readonly mark: string };
};

export const files = targetKind({
  key: 'files',
  description: "puts the environment's files into a folder",
  schema,
  build: (value, cursor, values) => {
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
    const settings: Settings = { to, keep: value.keep ?? 5 };
    return { claim: claimOf(to), settings };
  },
  plan: ({ to, keep }, { environment, version, epoch, targetMark }) => {
    const input: Release = {
      from: `environments/${environment.name}`,
      to,
      release: releaseName(version),
      keep,
      epoch,
      ...(targetMark === null ? {} : { owner: { environment: environment.name, mark: targetMark } }),
    };
    return {
      sentence: `put ${input.from} in place at ${input.to} as ${input.release}`,
      work: [{ type: 'in-process', kind: 'files', input }],
    };
  },
});

/** One spelling of a place. Links are for the place to see. */
function claimOf(to: string): string {
  const parts = to.split('/').filter((part) => part !== '' && part !== '.');
  return `${to.startsWith('/') ? '/' : ''}${parts.join('/')}`;
}

/**
 * Names a release so that a tag moved by hand can never meet an older release of the same name. Git lets a tag be
 * called almost anything; a folder is called by what is plain of it, and the commit tells two apart that look the
 * same then.
 */
function releaseName(version: Version): string {
  const short = version.commit.slice(0, 12);
  const plain = (version.tag ?? '').replace(/[^A-Za-z0-9._+@-]+/g, '_').replace(/^[^A-Za-z0-9]+/, '');
  return plain === '' ? short : `${plain.slice(0, RELEASE_TAG_MAX)}-${short}`;
}

/** File systems allow 255 bytes in a name. */
const RELEASE_TAG_MAX = 100;

/** Whether every expression has a value: where one has none the check above has said so. */
function resolvable(text: string, values: Readonly<Record<string, string>>): boolean {
  return [...text.matchAll(/\$\{\{(.*?)\}\}/g)].every(([, name]) => Object.hasOwn(values, (name ?? '').trim()));
}
