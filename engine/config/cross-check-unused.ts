// Files that do nothing, which nobody means: a policy that no environment names is no gate.

import { hasErrors as anyError } from '../base/problem.ts';
import type { Finding } from './cursor.ts';
import type { FileIndex } from './file-index.ts';
import type { ParsedFile } from './parse.ts';

export function unusedFindings(index: FileIndex): readonly Finding[] {
  const users = [...index.environments.values(), ...index.pipelines.values()];
  // Where a file has errors, what it would use is not known.
  if (users.some(hasErrors)) return [];
  const used = new Set(users.flatMap((file) => file.references.map(({ type, name }) => `${type} ${name}`)));
  const unused = (
    noun: 'pipeline' | 'policy',
    files: ReadonlyMap<string, ParsedFile>,
    key: string,
  ): readonly Finding[] =>
    [...files]
      .filter(([name, file]) => !used.has(`${noun} ${name}`) && !isDraft(file))
      .map(([, file]) =>
        warning(file, `no environment uses this ${noun}`, `name it under \`${key}:\`, or remove the file`),
      );
  return [
    ...unused('pipeline', index.pipelines, 'pipeline'),
    ...unused('policy', index.policies, 'policies'),
    ...unusedCalendars(index),
  ];
}

function unusedCalendars(index: FileIndex): readonly Finding[] {
  const policies = [...index.policies.values()];
  if (policies.some(hasErrors)) return [];
  const used = new Set(
    policies.flatMap((file) => file.references.flatMap(({ type, name }) => (type === 'calendar' ? [name] : []))),
  );
  return [...index.calendars].flatMap(([name, file]) => {
    const hint = `name it in a \`window\` (\`deny: [{ calendar: ${name} }]\`), or remove the file`;
    return used.has(name) ? [] : [warning(file, 'no policy uses this calendar', hint)];
  });
}

export function idleFindings(index: FileIndex): readonly Finding[] {
  return [...index.pipelines.values()].flatMap((file) => {
    if (file.content?.kind !== 'pipeline' || hasErrors(file)) return [];
    const deploys = file.content.value.stages.some((stage) => stage.steps.some(({ touches }) => touches));
    return deploys
      ? []
      : [
          warning(
            file,
            'no step of this pipeline deploys: nothing would be put in place',
            'add a step `deploy: target`',
          ),
        ];
  });
}

/** Kept as an example or for a simulation. */
function isDraft({ content }: ParsedFile): boolean {
  return content?.kind === 'policy' && content.isDraft;
}

function hasErrors(file: ParsedFile): boolean {
  return anyError(file.findings);
}

function warning(file: ParsedFile, message: string, hint: string): Finding {
  return { file: file.path, line: 1, column: 1, severity: 'warning', message, hint, concern: 'gate' };
}
