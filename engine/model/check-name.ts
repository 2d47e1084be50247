// How results of checks are called: `ci/test`, `coverage`. A policy and the command that records a result must agree
// on what a name is, so both take it from here. A name never begins with a dash: no shell and no option parser
// mistakes it.

export const CHECK_NAME_PATTERN = '^[A-Za-z0-9][A-Za-z0-9._/-]{0,99}$';
export const CHECK_NAME_SAYS = 'letters, digits and ._/- (at most 100), beginning with a letter or digit';

export function isCheckName(text: string): boolean {
  return new RegExp(CHECK_NAME_PATTERN).test(text);
}
