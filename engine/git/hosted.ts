// Forges that many share count pushes (GitHub recommends at most six a minute and repository); a server of one's own
// does not. Only the pace of pushing depends on it.

const FORGES = ['github.com', 'gitlab.com', 'bitbucket.org', 'codeberg.org', 'dev.azure.com', 'git.sr.ht', 'gitea.com'];

export function isHostedForge(url: string): boolean {
  const host = /^(?:[a-z+]+:\/\/)?(?:[^@/]*@)?([^:/]+)/i.exec(url)?.[1]?.toLowerCase() ?? '';
  return FORGES.some((forge) => host === forge || host.endsWith(`.${forge}`));
}
