// The shape of files: no barrels, no default exports, no names that mean everything, none too long to hold in a head.

import { isNode, type Offence, offence, parse, type SourceFile } from './source.ts';

export const LINES_MAX = 400;

/** Names under which anything may be put, and therefore is. */
const NAMES = ['util', 'utils', 'helper', 'helpers', 'common', 'manager', 'data', 'info', 'misc'];

export function shapeOffences(file: SourceFile): readonly Offence[] {
  return [...nameOffences(file), ...(isEngine(file) ? lengthOffences(file) : []), ...exportOffences(file)];
}

/** Only code must fit a head; a table of a test's cases is read a row at a time. */
function isEngine(file: SourceFile): boolean {
  return file.path.startsWith('engine/');
}

function nameOffences(file: SourceFile): readonly Offence[] {
  const words = file.path.replace(/(\.test)?\.ts$/, '').split(/[/.-]/);
  const vague = words
    .filter((word) => NAMES.includes(word))
    .map((word) => offence(file, 0, `'${word}' names nothing; name the file for its main export`));
  const barrel = file.path.endsWith('/index.ts')
    ? [offence(file, 0, 'a barrel: import from the file that has the thing')]
    : [];
  const kebab = file.path.split('/').every((part) => /^[a-z0-9]+([.-][a-z0-9]+)*$/.test(part));
  return [...vague, ...barrel, ...(kebab ? [] : [offence(file, 0, 'file names are kebab-case')])];
}

function lengthOffences(file: SourceFile): readonly Offence[] {
  const lines = file.text.split('\n').length - (file.text.endsWith('\n') ? 1 : 0);
  return lines > LINES_MAX
    ? [offence(file, 0, `${lines} lines; split it by moment or by noun before ${LINES_MAX}`)]
    : [];
}

function exportOffences(file: SourceFile): readonly Offence[] {
  const program = parse(file);
  const body = Array.isArray(program.body) ? program.body.filter(isNode) : [];
  const passedOn = body.filter((node) => node.type.startsWith('Export') && isNode(node.source));
  const defaults = body.filter((node) => {
    const specifiers = Array.isArray(node.specifiers) ? node.specifiers.filter(isNode) : [];
    const named = specifiers.some(
      ({ exported }) => isNode(exported) && (exported.name ?? exported.value) === 'default',
    );
    return node.type === 'ExportDefaultDeclaration' || node.type === 'TSExportAssignment' || named;
  });
  const isBarrel = body.length > 0 && passedOn.length === body.length;
  return [
    ...defaults.map(({ start }) => offence(file, start, 'a default export has no name of its own')),
    ...(isBarrel ? [offence(file, passedOn[0]?.start ?? 0, 'a barrel: it only passes on what others have')] : []),
  ];
}
