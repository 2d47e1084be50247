// What `git push --porcelain` prints (git help push, OUTPUT): a line per ref, `<flag> TAB <from>:<to> TAB <summary>`.
// Pure.

export type RefReport =
  | { readonly type: 'done' | 'up-to-date' }
  /** `stale`: git's own check said that the remote is not where it was expected, so nothing was sent. */
  | { readonly type: 'rejected'; readonly reason: string; readonly stale: boolean };

export function readPushReport(text: string): ReadonlyMap<string, RefReport> {
  const reports = new Map<string, RefReport>();
  for (const line of text.split('\n')) {
    const match = /^([ +*=!-])\t([^\t]*):([^\t]*)\t(.*)$/.exec(line);
    const [, flag = '', , ref = '', summary = ''] = match ?? [];
    const report = match === null ? null : reportOf(flag, summary);
    if (report !== null) reports.set(ref, report);
  }
  return reports;
}

function reportOf(flag: string, summary: string): RefReport | null {
  switch (flag) {
    case ' ':
    case '*':
    case '+':
      return { type: 'done' };
    case '=':
      return { type: 'up-to-date' };
    case '!':
      // "[remote failure]": the remote never reported this ref. That is no answer.
      if (summary.startsWith('[remote failure]')) return null;
      return {
        type: 'rejected',
        reason: /\((.*)\)$/.exec(summary)?.[1] ?? summary,
        stale:
          /^\[rejected\] \((stale info|fetch first|non-fast-forward|already exists|remote ref updated since checkout)\)/.test(
            summary,
          ),
      };
    default:
      return null;
  }
}
