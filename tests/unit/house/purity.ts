// What the core must not know: the clock, chance, the process, I/O, waiting, and state that outlives a call.
// Names are banned wherever they are referred to, so that an alias (`const D = Date`) is caught where it is made;
// `Math` and `Temporal` may only be used with a plain member, so that the bad members cannot be reached another way.

import { isNode, type Node, type Offence, offence, parse, type SourceFile, visit } from './source.ts';

const BANNED: Readonly<Record<string, string>> = {
  Date: 'reads or means a clock; use Temporal and an instant that was given',
  process: 'is the world outside',
  performance: 'is a clock',
  crypto: 'is chance',
  fetch: 'is the network',
  console: 'is output',
  Promise: 'is waiting',
  setTimeout: 'is a timer',
  setInterval: 'is a timer',
  setImmediate: 'is a timer',
  clearTimeout: 'is a timer',
  clearInterval: 'is a timer',
  clearImmediate: 'is a timer',
  queueMicrotask: 'is waiting',
  WebSocket: 'is the network',
  XMLHttpRequest: 'is the network',
  Worker: 'is a thread',
  WeakRef: 'shows when memory is collected',
  FinalizationRegistry: 'shows when memory is collected',
  globalThis: 'reaches everything that is banned here',
  global: 'reaches everything that is banned here',
  self: 'reaches everything that is banned here',
  require: 'loads code that cannot be checked',
  eval: 'runs code that cannot be checked',
  Function: 'runs code that cannot be checked',
};

/** Members that make an answer depend on the machine: the same observation must give the same plan, to the byte. */
const BANNED_MEMBERS: Readonly<Record<string, readonly string[]>> = {
  Math: ['random'],
  Temporal: ['Now'],
  Intl: ['DateTimeFormat', 'Collator', 'NumberFormat', 'RelativeTimeFormat'],
};

const BY_LOCALE = [
  'localeCompare',
  'toLocaleString',
  'toLocaleDateString',
  'toLocaleTimeString',
  'toLocaleLowerCase',
  'toLocaleUpperCase',
];

export function purityOffences(file: SourceFile): readonly Offence[] {
  const offences: Offence[] = [];
  const program = parse(file);
  visit(program, (node, parent, key) => {
    const why = whyImpure(node, parent, key);
    if (why !== null) offences.push(offence(file, node.start, why));
  });
  return [...offences, ...moduleState(file, program)];
}

function whyImpure(node: Node, parent: Node | null, key: string): string | null {
  if (node.async === true) return 'the core is synchronous: async';
  if (node.type === 'AwaitExpression' || node.await === true) return 'the core is synchronous: await';
  if (node.type === 'ImportExpression') return 'the core is synchronous: import() is a promise';
  if (node.type === 'MetaProperty' && isNode(node.meta) && node.meta.name === 'import')
    return 'import.meta is the world outside';
  if (node.type === 'VariableDeclaration' && String(node.kind).includes('await'))
    return 'the core is synchronous: await using';
  if (node.type !== 'Identifier' || typeof node.name !== 'string') return null;
  const name = node.name;
  if (BY_LOCALE.includes(name)) return `${name} depends on the machine's locale`;
  if (isMereName(parent, key)) return null;
  if (Object.hasOwn(BANNED, name)) return `the core may not use ${name}: it ${BANNED[name]}`;
  const members = Object.hasOwn(BANNED_MEMBERS, name) ? BANNED_MEMBERS[name] : undefined;
  return members === undefined || parent === null ? null : whyMember(name, members, parent, key);
}

function whyMember(name: string, members: readonly string[], parent: Node, key: string): string | null {
  const inType = parent.type === 'TSQualifiedName' && key === 'left';
  const inValue = parent.type === 'MemberExpression' && key === 'object' && parent.computed === false;
  const member = inType ? parent.right : inValue ? parent.property : null;
  if (!isNode(member)) return `${name} may only be used with a plain member, not passed on, taken apart or indexed`;
  return members.some((banned) => banned === member.name) ? `the core may not use ${name}.${member.name}` : null;
}

/** A key or a member bears a name without meaning the global of that name: `{ process: 1 }`, `job.process`. */
function isMereName(parent: Node | null, key: string): boolean {
  if (parent === null) return false;
  switch (parent.type) {
    case 'MemberExpression':
      return key === 'property' && parent.computed === false;
    case 'Property':
      return key === 'key' && parent.computed === false && parent.shorthand === false;
    case 'MethodDefinition':
    case 'PropertyDefinition':
    case 'TSPropertySignature':
    case 'TSMethodSignature':
      return key === 'key' && parent.computed !== true;
    case 'TSQualifiedName':
      return key === 'right';
    case 'TSNamedTupleMember':
      return key === 'label';
    case 'ImportSpecifier':
      return key === 'imported';
    case 'ExportSpecifier':
      return key === 'exported';
    default:
      return false;
  }
}

/** `let` at module level is state; so is an empty collection there, whose only use is to be filled between calls. */
function moduleState(file: SourceFile, program: Node): readonly Offence[] {
  const body = Array.isArray(program.body) ? program.body.filter(isNode) : [];
  const declarations = body.map((node) => (isNode(node.declaration) ? node.declaration : node));
  return declarations.flatMap((node) => {
    if (node.type !== 'VariableDeclaration') return [];
    if (node.kind !== 'const') return [offence(file, node.start, `module-level ${String(node.kind)} is state`)];
    const declarators = Array.isArray(node.declarations) ? node.declarations.filter(isNode) : [];
    return declarators
      .filter(isEmptyCollection)
      .map(({ start }) => offence(file, start, 'a module-level empty collection is state'));
  });
}

function isEmptyCollection(declarator: Node): boolean {
  const init = declarator.init;
  if (!isNode(init)) return false;
  const callee = init.callee;
  const noArguments = Array.isArray(init.arguments) && init.arguments.length === 0;
  return (
    init.type === 'NewExpression' && noArguments && isNode(callee) && /^(Weak)?(Map|Set)$/.test(String(callee.name))
  );
}
