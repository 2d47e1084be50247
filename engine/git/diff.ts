// A unified diff for people, bounded: what is beyond the bound is cut at a line, and the cut says so.

import type { Git } from './exec.ts';
import { gitFault } from './failure.ts';
import { assertOid, assertTreePath } from './names.ts';

const DIFF_BYTES = 1024 * 1024;

export async function unifiedDiff(
  git: Git,
  from: string,
  to: string,
  paths: readonly string[],
  bytesMax: number = DIFF_BYTES,
): Promise<string> {
  assertOid(from);
  assertOid(to);
  const args = [
    'diff',
    '--no-color',
    '--no-ext-diff',
    '--no-textconv',
    '--src-prefix=a/',
    '--dst-prefix=b/',
    '--unified=3',
  ];
  const literal = paths.map(assertTreePath).filter((path) => path !== '');
  const whole = paths.length === 0 || literal.length < paths.length;
  const ending = await git.run([...args, '--end-of-options', from, to, '--', ...(whole ? [] : literal)], {
    stdoutMax: bytesMax,
  });
  if (ending.stopped !== 'too-large' && ending.code !== 0) {
    throw gitFault(ending, { what: `compare ${from} and ${to}`, secrets: [] });
  }
  const text = ending.stdout.toString('utf8');
  if (ending.stopped !== 'too-large') return text;
  return `${text.slice(0, text.lastIndexOf('\n') + 1)}... (cut after ${bytesMax} bytes)\n`;
}
