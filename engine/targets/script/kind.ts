// `script:` the user's own script puts a version in place, and perhaps another says what is there.

import { object, SCRIPT_LENGTH_MAX, text } from '../../config/schema/shape.ts';
import { scriptPath } from '../../config/script-path.ts';
import { checkScript, RUN_SCOPE } from '../../config/template.ts';
import { targetKind } from '../kind.ts';

const schema = object(
  'The scripts.',
  {
    apply: text('Puts the version in place; run at the root of the version, as a `run:` step is.', {
      maxLength: SCRIPT_LENGTH_MAX,
      examples: ['scripts/apply.sh'],
    }),
    observe: text('Prints the version that is in place, on one line.', {
      maxLength: SCRIPT_LENGTH_MAX,
      examples: ['scripts/observe.sh'],
    }),
  },
  ['apply'],
);

type Settings = { readonly apply: string; readonly observe: string | null };

export const script = targetKind({
  key: 'script',
  description: 'calls a script of the repository',
  schema,
  build: (value, cursor) => {
    const scripts = { apply: value.apply, ...(value.observe === undefined ? {} : { observe: value.observe }) };
    for (const [key, line] of Object.entries(scripts)) {
      const at = cursor.at(key);
      checkScript(at, line, RUN_SCOPE);
      const path = scriptPath(line);
      if (path !== null) at.refer('script', path);
      if (/^[\w.-]+\.sh(\s|$)/.test(line))
        at.warning(`\`${line}\` is looked for on the PATH, not in the repository`, `write \`./${line}\``);
    }
    const settings: Settings = { apply: value.apply, observe: value.observe ?? null };
    return { claim: null, scripts: Object.values(scripts), settings };
  },
  plan: ({ apply, observe }) => {
    const script = observe === null ? apply : observed(apply, observe);
    return { sentence: script, work: [{ type: 'process', script }] };
  },
});

/** What `observe` prints of what is in place stands in the log and in the record, behind what `apply` said. */
function observed(apply: string, observe: string): string {
  return `${apply} && echo 'in place:' && ${observe}`;
}
