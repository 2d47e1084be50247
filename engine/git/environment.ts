// The environment that git runs in. The user's own configuration, helpers, ssh, proxies and CAs keep working; what
// would point git at another repository, print secrets (GIT_TRACE*) or run programs that the repository chose (hooks,
// ext::) is taken away. Configuration and logins travel in the environment and never on a command line, where others
// could read them.

import { devNull } from 'node:os';
import { parseRemoteUrl, type RemoteLogin, type RemoteUrl } from './remote-url.ts';

/**
 * The name of the remote inside git's configuration: not `origin`, which a user's global configuration may speak
 * about.
 */
export const REMOTE = 'tidegate';

const DROPPED =
  /^GIT_(DIR|WORK_TREE|INDEX_FILE|INDEX_VERSION|OBJECT_DIRECTORY|ALTERNATE_OBJECT_DIRECTORIES|NAMESPACE|PREFIX|QUARANTINE_PATH|CONFIG|COMMON_DIR|GRAFT_FILE|REPLACE_REF_BASE|SHALLOW_FILE|TRACE.*|TR2.*|CURL_VERBOSE|REDACT_.*|PUSH_OPTION.*|INTERNAL_.*|IMPLICIT_WORK_TREE|PROTOCOL|PROTOCOL_FROM_USER|REFLOG_ACTION|EXTERNAL_DIFF|DIFF_OPTS|(LITERAL|GLOB|NOGLOB|ICASE)_PATHSPECS|DEFAULT_HASH|AUTHOR_.*|COMMITTER_.*)$/;

const HELPER =
  '!f() { test "$1" = get && printf \'username=%s\\npassword=%s\\n\' "$TIDEGATE_REMOTE_USERNAME" "$TIDEGATE_REMOTE_PASSWORD"; }; f';

type Variables = Readonly<Record<string, string | undefined>>;

export function gitEnvironment(
  inherited: Variables,
  remote: RemoteUrl,
  directory: string,
): Readonly<Record<string, string>> {
  const env: Record<string, string> = {};
  for (const [name, value] of Object.entries(inherited)) {
    if (value !== undefined && !DROPPED.test(name)) env[name] = value;
  }
  Object.assign(env, {
    GIT_DIR: directory,
    LC_ALL: 'C',
    LANGUAGE: 'C',
    GIT_TERMINAL_PROMPT: '0',
    GCM_INTERACTIVE: 'never',
    GIT_ALLOW_PROTOCOL: 'http:https:ssh:file',
    GIT_NO_REPLACE_OBJECTS: '1',
    GIT_LITERAL_PATHSPECS: '1',
    GIT_ATTR_NOSYSTEM: '1',
    GIT_OPTIONAL_LOCKS: '0',
    GIT_PAGER: '',
  });
  const settings: [string, string][] = [
    [`remote.${REMOTE}.url`, remote.url],
    ['gc.auto', '0'],
    ['maintenance.auto', 'false'],
    ['core.hooksPath', devNull],
    ['core.attributesFile', devNull],
    ['protocol.ext.allow', 'never'],
    ['fetch.recurseSubmodules', 'false'],
    ['push.recurseSubmodules', 'no'],
    ['push.followTags', 'false'],
    ['push.gpgSign', 'false'],
    ['core.fsync', 'committed'],
    // Git maps packs whole otherwise, each of its processes.
    ['core.packedGitWindowSize', '1m'],
    ['core.packedGitLimit', '16m'],
    ['core.logAllRefUpdates', 'false'],
    ['advice.fetchShowForcedUpdates', 'false'],
  ];
  const login = remoteLogin(inherited, remote);
  if (login !== null && remote.origin !== null) {
    env['TIDEGATE_REMOTE_USERNAME'] = login.username;
    env['TIDEGATE_REMOTE_PASSWORD'] = login.password;
    // The empty helper drops the user's own for this origin only: they would otherwise be told to keep our token.
    settings.push([`credential.${remote.origin}.helper`, ''], [`credential.${remote.origin}.helper`, HELPER]);
  }
  // The token itself stays out of what git's children inherit: only the helper's own variable carries it.
  delete env['TIDEGATE_GIT_TOKEN'];
  addSettings(env, settings);
  return env;
}

/** From the URL, else from TIDEGATE_GIT_TOKEN; null leaves it to the user's own helpers. */
export function remoteLogin(inherited: Variables, remote: RemoteUrl): RemoteLogin | null {
  if (remote.login !== null) return remote.login;
  const token = inherited['TIDEGATE_GIT_TOKEN'];
  if (token === undefined || token === '') return null;
  return { username: inherited['TIDEGATE_GIT_USERNAME'] || 'x-access-token', password: token };
}

/**
 * The token is for the origin of the address that a person gave: one that a file of the repository names is not given
 * it.
 */
export function withoutForeignToken(inherited: Variables, remote: RemoteUrl, given: string): Variables {
  const isItsOwn = remote.origin !== null && remote.origin === parseRemoteUrl(given).origin;
  return isItsOwn ? inherited : { ...inherited, TIDEGATE_GIT_TOKEN: undefined };
}

/** Appended to whatever GIT_CONFIG_COUNT the user already has. */
function addSettings(env: Record<string, string>, settings: readonly (readonly [string, string])[]): void {
  const before = Number.parseInt(env['GIT_CONFIG_COUNT'] ?? '0', 10) || 0;
  settings.forEach(([key, value], index) => {
    env[`GIT_CONFIG_KEY_${before + index}`] = key;
    env[`GIT_CONFIG_VALUE_${before + index}`] = value;
  });
  env['GIT_CONFIG_COUNT'] = String(before + settings.length);
}
