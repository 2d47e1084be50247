// Names of branches and prefixes of refs, by git's own rules (git check-ref-format), and stricter: nothing that could
// be read as an option. A name that fails here never reaches a git command.

import { refProblem } from '../model/ref-problem.ts';
import { tagPattern } from '../model/tag-pattern.ts';

/** What is wrong with the short name of a branch, or null. */
export function branchProblem(name: string): string | null {
  if (name === '') return 'it is empty';
  if (name.startsWith('-')) return 'it begins with a dash';
  if (name.startsWith('refs/')) return 'it begins with refs/: give the short name, such as main';
  return refProblem(name);
}

const SEMVER = /^v?(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)(-[0-9A-Za-z.-]+)?(\+[0-9A-Za-z.-]+)?$/;

/** What is wrong with a pattern of tag names, or null. */
export function tagPatternProblem(pattern: string): string | null {
  if (pattern.startsWith('-')) return 'it begins with a dash';
  if (pattern.startsWith('refs/')) return 'it begins with refs/: give tag names only, such as v*';
  if (/[{}]/.test(pattern)) return "git's patterns know no braces: follow one pattern, such as v[0-9]*";
  const read = tagPattern(pattern);
  if (read === null) return 'a `[` is not closed, names no class, or a backslash ends it: git would match nothing';
  const wrong = refProblem(read.sample);
  if (wrong !== null) return wrong;
  if (read.hasWildcard) return null;
  return SEMVER.test(read.prefix) ? null : 'it matches one tag only, and that is no semantic version';
}
