// Git's own rules for names of refs (git check-ref-format): a name that fails here never reaches a git command.

/** What is wrong with a ref name or a part of one, or null. */
export function refProblem(name: string): string | null {
  if (name.length > 200) return 'it is longer than 200 characters';
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what git refuses
  if (/[\u0000-\u0020\u007f~^:?*[\]\\]/.test(name)) return 'it holds a space or one of ~ ^ : ? * [ ] \\';
  if (name.includes('..') || name.includes('@{') || name.includes('//')) return 'it holds `..`, `@{` or `//`';
  if (name === '@' || name.startsWith('/') || name.endsWith('/')) return 'it begins or ends with a slash, or is `@`';
  if (name.endsWith('.')) return 'it ends with a dot';
  if (name.split('/').some((part) => part.startsWith('.') || part.endsWith('.lock'))) {
    return 'a part of it begins with a dot or ends with .lock';
  }
  return null;
}
