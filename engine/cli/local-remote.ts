// Whether a remote is a folder of this machine or a server on its loopback address: the only ones for which a given
// clock (`run --once --at`) is accepted, because records with invented times have no place in a repository that
// others share.

export function isLocalRemote(url: string): boolean {
  if (/^file:\/\//i.test(url)) return isLocalHost(hostOf(url)) || hostOf(url) === '';
  if (/^[a-z][a-z0-9+.-]*:\/\//i.test(url)) return isLocalHost(hostOf(url));
  // `host:path` is ssh, unless a slash stands before the colon; `C:\path` is a drive.
  const scp = /^(?:[^@/\\]+@)?(\[[^\]]+\]|[^/\\:[\]]{2,}):/.exec(url);
  return scp === null ? !/^[^/\\]*::/.test(url) : isLocalHost(unbracketed(scp[1] ?? ''));
}

function hostOf(url: string): string {
  try {
    return unbracketed(new URL(url).hostname);
  } catch {
    return 'unreadable';
  }
}

function unbracketed(host: string): string {
  return host.replace(/^\[(.*)\]$/, '$1').toLowerCase();
}

function isLocalHost(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127(?:\.\d{1,3}){3}$/.test(host);
}
