// `${{ … }}` in steps, targets and URLs: names of values, and nothing else. There is no language in here to escape
// from. A value travels as data: into a URL or body as plain text, into a script only through an environment variable
// that the shell expands. It is never pasted into a shell line.

import { assert } from '../base/assert.ts';
import { shellContexts } from './shell.ts';
import { stepReference } from './step-reference.ts';
import type { Version } from './version.ts';

export type TemplatePart =
  | { readonly type: 'text'; readonly text: string }
  /** `name` as written between the braces, trimmed; it may be unknown. */
  | { readonly type: 'expression'; readonly name: string }
  /** `${{` without its `}}`. */
  | { readonly type: 'unclosed'; readonly text: string };

/** Values by name: `environment.url`, `variables.PORT`. */
export type TemplateValues = Readonly<Record<string, string>>;

/** Every name there is, but for `variables.NAME`, and what it stands for. */
export const TEMPLATE_NAMES: Readonly<Record<string, string>> = {
  'environment.name': "the environment's name",
  'environment.url': 'its `url:`; empty where it has none',
  'version.commit': 'the commit, 40 hex digits',
  'version.tag': 'its tag; empty where it has none',
  'version.short': 'the tag where there is one, else the first 7 digits of the commit',
  'previous.commit': 'the commit that ran here before; empty the first time',
  'previous.tag': 'its tag; empty where it has none',
  'run.id': "the run's id, such as production-12",
  'run.epoch': 'a number that grows with every run, so that a target can refuse an older one',
  'run.kind': 'deploy, rollback or heal',
};

export function templateParts(text: string): readonly TemplatePart[] {
  const parts: TemplatePart[] = [];
  let from = 0;
  while (from < text.length) {
    const open = text.indexOf('${{', from);
    if (open < 0) break;
    if (open > from) parts.push({ type: 'text', text: text.slice(from, open) });
    const close = text.indexOf('}}', open);
    if (close < 0) return [...parts, { type: 'unclosed', text: text.slice(open) }];
    parts.push({ type: 'expression', name: text.slice(open + 3, close).trim() });
    from = close + 2;
  }
  if (from < text.length) parts.push({ type: 'text', text: text.slice(from) });
  return parts;
}

export function templateValues(input: {
  readonly environment: { readonly name: string; readonly url: string | null; readonly variables: TemplateValues };
  readonly version: Version;
  readonly previous: Version | null;
  readonly run: { readonly id: string; readonly epoch: number; readonly kind: string };
}): TemplateValues {
  const values: Record<string, string> = {
    'environment.name': input.environment.name,
    'environment.url': input.environment.url ?? '',
    'version.commit': input.version.commit,
    'version.tag': input.version.tag ?? '',
    'version.short': input.version.tag ?? input.version.commit.slice(0, 7),
    'previous.commit': input.previous?.commit ?? '',
    'previous.tag': input.previous?.tag ?? '',
    'run.id': input.run.id,
    'run.epoch': String(input.run.epoch),
    'run.kind': input.run.kind,
  };
  for (const [name, value] of Object.entries(input.environment.variables)) values[`variables.${name}`] = value;
  return values;
}

/** Plain substitution, for URLs, bodies, headers, hosts. `config/` has checked that every name exists. */
export function resolveTemplate(text: string, values: TemplateValues): string {
  return templateParts(text)
    .map((part) => (part.type === 'expression' ? requiredValue(part.name, values) : part.text))
    .join('');
}

/**
 * A script whose expressions have become shell variables, and the environment that gives them their values. Outside
 * quotes the reference is put in double quotes, so that a value is one word whatever is in it; inside double quotes
 * it stands bare.
 */
export function resolveScript(
  text: string,
  values: TemplateValues,
): { readonly script: string; readonly env: TemplateValues } {
  const parts = templateParts(text);
  const contexts = shellContexts(text);
  const variables = new Map<string, string>();
  const env: Record<string, string> = {};
  let expression = 0;
  const script = parts.map((part) => {
    if (part.type !== 'expression') return part.text;
    const variable = variables.get(part.name) ?? `TIDEGATE_VALUE_${variables.size + 1}`;
    variables.set(part.name, variable);
    env[variable] = requiredValue(part.name, values);
    const context = contexts[expression];
    expression += 1;
    return context === 'plain' ? `"\${${variable}}"` : `\${${variable}}`;
  });
  return { script: script.join(''), env };
}

/** A step that was passed over has put nothing out, and what a step did not put out is an empty text. */
export function namedValue(name: string, values: TemplateValues): string | undefined {
  const value = Object.hasOwn(values, name) ? values[name] : undefined;
  return value === undefined && stepReference(name) !== null ? '' : value;
}

function requiredValue(name: string, values: TemplateValues): string {
  const value = namedValue(name, values);
  assert(value !== undefined, `\`\${{ ${name} }}\` was checked to exist and has no value`);
  return value;
}
