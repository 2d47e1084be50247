// A unified diff for strangers' eyes: values that look like secrets are not shown, and a file whose diff is too long
// is named with what shows it.

/** The part of a diff that is about one file. */
export type FileDiff = { readonly path: string; readonly text: string };

const SECRET_NAME =
  /(?:pass(?:word|wd|phrase)?|secret|token|credential|private[-_.]?key|api[-_.]?key|auth)s?["']?\s*$/i;
const ADDRESS_WITH_PASSWORD = /([a-z][a-z0-9+.-]*:\/\/[^\s/:@]+):[^\s/@]+@/gi;

/** By file, in the order of the diff; lines of context and changes with values masked. */
export function maskedDiff(diff: string): readonly FileDiff[] {
  const files: { path: string; lines: string[] }[] = [];
  let isBlock = false;
  for (const line of diff.replace(/\n$/, '').split('\n')) {
    const header = /^diff --git a\/(.*) b\/(.*)$/.exec(line);
    if (header !== null) {
      files.push({ path: header[2] ?? '', lines: [] });
      isBlock = false;
      continue;
    }
    const file = files.at(-1);
    if (file === undefined || /^(?:index |similarity |old mode|new mode|---|\+\+\+)/.test(line)) continue;
    const masked = maskLine(line, isBlock);
    isBlock = masked.opensBlock;
    file.lines.push(masked.line);
  }
  return files.map(({ path, lines }) => ({ path, text: lines.join('\n') }));
}

/** A value below a secret's name may take several lines, each deeper than the name: all of them are hidden. */
function maskLine(line: string, isBlock: boolean): { readonly line: string; readonly opensBlock: boolean } {
  const [sign = '', rest = ''] = [line.slice(0, 1), line.slice(1)];
  if (sign === '@') return { line, opensBlock: false };
  const pair = /^(\s*(?:-\s+)?[^:=#]*?)(\s*[:=]\s*)(.*)$/.exec(rest);
  if (pair !== null) {
    const [, name = '', between = '', value = ''] = pair;
    const isSecret = SECRET_NAME.test(name);
    const opens = isSecret && /^(?:[|>][+-]?\d*)?$/.test(value.trim());
    if (isSecret && !opens) return { line: `${sign}${name}${between}(hidden)`, opensBlock: false };
    if (isSecret) return { line, opensBlock: true };
  }
  if (isBlock && /^\s+\S/.test(rest))
    return { line: `${sign}${/^\s*/.exec(rest)?.[0] ?? ''}(hidden)`, opensBlock: true };
  return { line: line.replace(ADDRESS_WITH_PASSWORD, '$1:(hidden)@'), opensBlock: false };
}
