// Where the configuration lives, read from what a person typed. URLs are hostile: only transports that run nothing
// but git itself are let through, nothing may look like an option to git or ssh, and a secret in a URL is taken out
// before git or a message ever sees it.

import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { Fault } from '../ports/fault.ts';

export type RemoteLogin = { readonly username: string; readonly password: string };

export type RemoteUrl = {
  readonly transport: 'http' | 'ssh' | 'file';
  /** What git is given: without a password. */
  readonly url: string;
  /** For messages. */
  readonly shown: string;
  /** `https://host:port`, for HTTP only. */
  readonly origin: string | null;
  /** Taken out of the URL, or null. */
  readonly login: RemoteLogin | null;
  /** The folder, for `file` only. */
  readonly folder: string | null;
};

export function parseRemoteUrl(text: string, cwd: string = process.cwd()): RemoteUrl {
  if (text === '' || text.length > 4096) refuse(text, 'it is empty or longer than 4,096 characters');
  if (hasControl(text)) refuse(text, 'it contains control characters');
  if (text.startsWith('-')) refuse(text, 'it starts with a dash, which git would read as an option');
  if (/^[a-z0-9+.-]+::/i.test(text)) refuse(text, 'remote helpers (`helper::address`) can run any program');
  const scheme = /^([a-z][a-z0-9+.-]*):\/\//i.exec(text)?.[1]?.toLowerCase();
  switch (scheme) {
    case 'http':
    case 'https':
      return httpUrl(text);
    case 'ssh':
    case 'git+ssh':
    case 'ssh+git':
      return sshUrl(text);
    case 'file':
      return fileUrl(text);
    case undefined:
      return isScpLike(text) ? scpUrl(text) : folderUrl(text, cwd);
    default:
      return refuse(text, `the transport ${scheme} is not allowed; use https, http, ssh, file or a path`);
  }
}

/** Replaces the user part of every URL in a text, and each of the given secrets. */
export function maskText(text: string, secrets: readonly string[] = []): string {
  let masked = text.replace(/([a-z][a-z0-9+.-]*:\/\/)[^\s/]*@/gi, '$1***@');
  masked = masked.replace(/(authorization:\s*\S+\s+)\S+/gi, '$1***');
  for (const secret of secrets) if (secret.length > 0) masked = masked.replaceAll(secret, '***');
  return masked;
}

/** A URL that may be shown: `https://***@host/path`. */
export function maskUrl(url: string): string {
  return maskText(url.replaceAll(/\p{Cc}/gu, '?')).slice(0, 300);
}

function httpUrl(text: string): RemoteUrl {
  let url: URL;
  try {
    url = new URL(text);
  } catch {
    return refuse(text, 'it is not a URL');
  }
  checkHost(text, url.hostname);
  let login: RemoteLogin | null = null;
  if (url.password !== '') {
    login = { username: decode(text, url.username), password: decode(text, url.password) };
    if (hasControl(login.username + login.password)) refuse(text, 'its login contains control characters');
    url.username = '';
    url.password = '';
  }
  url.hash = '';
  return { transport: 'http', url: url.href, shown: maskUrl(url.href), origin: url.origin, login, folder: null };
}

function sshUrl(text: string): RemoteUrl {
  const match = /^[a-z+]+:\/\/(?:([^@/]*)@)?(\[[0-9a-f:.%]+\]|[^/:@]*)(?::(\d*))?(\/.*)$/i.exec(text);
  if (match === null) return refuse(text, 'it is not an ssh URL with a path');
  const [, user = '', host = '', port = '', folder = ''] = match;
  if (user.includes(':')) refuse(text, 'ssh takes no password from a URL; use a key or an agent');
  checkSsh(text, user, host, folder);
  const url = `ssh://${user === '' ? '' : `${user}@`}${host}${port === '' ? '' : `:${port}`}${folder}`;
  return { transport: 'ssh', url, shown: maskUrl(url), origin: null, login: null, folder: null };
}

function scpUrl(text: string): RemoteUrl {
  const match = /^(?:([^@/]*)@)?(\[[0-9a-f:.%]+\]|[^/:@]+):(.+)$/i.exec(text);
  if (match === null) return refuse(text, 'it is not an address such as git@host:path');
  const [, user = '', host = '', folder = ''] = match;
  // Git ends the host at the first colon: it would call another host than the one that is checked here.
  if (user.includes(':')) refuse(text, 'ssh takes no password from a URL; use a key or an agent');
  checkSsh(text, user, host, folder);
  return { transport: 'ssh', url: text, shown: maskUrl(text), origin: null, login: null, folder: null };
}

function checkSsh(text: string, user: string, host: string, folder: string): void {
  if (decode(text, user).startsWith('-'))
    refuse(text, 'its user starts with a dash, which ssh would read as an option');
  checkHost(text, decode(text, host));
  if (/^\/?-/.test(decode(text, folder))) refuse(text, 'its path starts with a dash');
}

function checkHost(text: string, host: string): void {
  if (host === '') refuse(text, 'it names no host');
  if (host.startsWith('-')) refuse(text, 'its host starts with a dash, which ssh would read as an option');
  if (/[\s'"`$;&|<>\\]/.test(host) || hasControl(host)) refuse(text, 'its host contains characters that no host has');
}

function fileUrl(text: string): RemoteUrl {
  let folder: string;
  try {
    folder = fileURLToPath(text);
  } catch {
    return refuse(text, 'a file URL is file:///path, without a host');
  }
  if (hasControl(folder)) refuse(text, 'it contains control characters');
  return { transport: 'file', url: text, shown: maskUrl(text), origin: null, login: null, folder };
}

function folderUrl(text: string, cwd: string): RemoteUrl {
  const folder = path.resolve(cwd, text);
  return { transport: 'file', url: folder, shown: folder, origin: null, login: null, folder };
}

/** Git's own rule: a colon before the first slash; a drive letter is a path. */
function isScpLike(text: string): boolean {
  if (process.platform === 'win32' && /^[a-z]:[\\/]/i.test(text)) return false;
  const colon = text.indexOf(':', text.startsWith('[') || text.includes('@[') ? text.indexOf(']') : 0);
  const slash = text.indexOf('/');
  return colon > 0 && (slash < 0 || colon < slash);
}

function hasControl(text: string): boolean {
  return /\p{Cc}/u.test(text);
}

function decode(text: string, part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return refuse(text, 'it contains a broken percent escape');
  }
}

function refuse(text: string, why: string): never {
  // What is no URL has no certain user part: a password may hold slashes and spaces, so all up to the last @ goes.
  const shown = maskUrl(text.replace(/^([a-z][a-z0-9+.-]*:(?:\/\/|:)?).*@/is, '$1***@'));
  throw new Fault('usage', `the repository URL ${shown} is refused: ${why}`, {
    retry: 'never',
    hint: 'give a URL such as https://host/path.git, git@host:path.git, or a path',
  });
}
