// `run:` one line or script for the shell, at the root of the version's export.

import { millis } from '../../config/millis.ts';
import { record } from '../../config/record.ts';
import { scalar, scalarText } from '../../config/schema/scalar.ts';
import { mapOf, SCRIPT_LENGTH_MAX, text, VARIABLES } from '../../config/schema/shape.ts';
import { scriptPath } from '../../config/script-path.ts';
import { checkScript, checkTemplate, RUN_SCOPE } from '../../config/template.ts';
import { resolveScript, resolveTemplate } from '../../model/template.ts';
import { stepKind, stepSchema } from '../kind.ts';

const schema = stepSchema('run', 'Runs a script.', {
  run: text(
    'One line or script for `sh -eu` (with `pipefail` where it has that), run at the root of the version. `${{ … }}` arrives as data.',
    {
      maxLength: SCRIPT_LENGTH_MAX,
      examples: ['scripts/test.sh', 'npm test'],
    },
  ),
  env: mapOf('Environment variables for this step.', VARIABLES, scalar, { examples: [{ CI: true }] }),
});

type Settings = { readonly run: string; readonly env: Readonly<Record<string, string>> };

export const run = stepKind({
  key: 'run',
  schema,
  build: (step, cursor) => {
    checkScript(cursor.at('run'), step.run, RUN_SCOPE);
    const script = scriptPath(step.run);
    if (script !== null) cursor.at('run').refer('script', script);
    const env = Object.entries(step.env ?? {}).map(
      ([name, value]) => [name, scalarText(value, cursor.at('env', name))] as const,
    );
    for (const [name, value] of env) checkTemplate(cursor.at('env', name), value, RUN_SCOPE);
    const settings: Settings = { run: step.run, env: record(env) };
    return {
      title: `run ${firstLine(step.run)}`,
      timeoutMs: millis(step.timeout, 600_000),
      scripts: [step.run],
      settings,
    };
  },
  plan: (settings, { values }) => {
    const { script, env } = resolveScript(settings.run, values);
    const own = Object.entries(settings.env).map(([name, value]) => [name, resolveTemplate(value, values)]);
    return {
      sentence: script,
      work: [{ type: 'process', script }],
      env: { ...Object.fromEntries(own), ...env },
    };
  },
});

function firstLine(script: string): string {
  const line = script.trim().split('\n', 1)[0] ?? '';
  return line.length > 60 ? `${line.slice(0, 59)}…` : line;
}
