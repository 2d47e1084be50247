// `forge` of tidegate.yaml from text to model: one place, one login.

import type { ForgeConfig, ForgePlace, GithubLogin } from '../../model/forge-config.ts';
import type { Cursor } from '../cursor.ts';
import type { ForgeFile } from '../schema/forge.ts';

const PLACES = ['github', 'gitlab', 'plain'] as const;
const GITHUB = 'https://api.github.com';

export function buildForge(file: ForgeFile | undefined, cursor: Cursor): ForgeConfig | null {
  if (file === undefined) return null;
  const named = PLACES.filter((kind) => file[kind] !== undefined);
  if (cursor.complete && named.length !== 1)
    cursor.error(
      named.length === 0 ? 'this names no forge' : `these are ${named.length} forges: ${named.join(', ')}`,
      'write one of github, gitlab and plain',
    );
  const place = placeOf(file, cursor);
  for (const [index, name] of (file.deployments ?? []).entries())
    cursor.at('deployments', index).refer('promoted', name);
  if (place.kind !== 'github' && (file.deployments ?? []).length > 0)
    cursor.at('deployments').warning('only GitHub shows deployments', 'remove the list');
  return { place, plan: { paths: file.plan?.paths ?? null }, deployments: file.deployments ?? [] };
}

function placeOf(file: ForgeFile, cursor: Cursor): ForgePlace {
  const { github } = file;
  if (github !== undefined) {
    const at = cursor.at('github');
    const { webhook } = github;
    return {
      kind: 'github',
      repository: github.repository,
      api: apiOf(github.api ?? GITHUB, at.at('api')),
      login: loginOf(github, at),
      webhook: webhook === undefined ? null : { port: webhook.port, secret: webhook.secret },
    };
  }
  return { kind: file.gitlab === undefined ? 'plain' : 'gitlab' };
}

function loginOf({ app, token }: NonNullable<ForgeFile['github']>, at: Cursor): GithubLogin {
  if (at.complete && app === undefined && token === undefined)
    at.error(
      'nothing says as whom GitHub is asked',
      'write `app`, or `token` with the name of an environment variable',
    );
  if (app !== undefined && token !== undefined)
    at.at('token').error('an App gets its own tokens', 'write either `app` or `token`');
  return app === undefined
    ? { type: 'token', token: token ?? '' }
    : { type: 'app', app: app.id, installation: app.installation, key: app.key };
}

/** A token goes there with each request. */
function apiOf(text: string, at: Cursor): string {
  const url = URL.parse(text);
  const isLoopback = url !== null && ['127.0.0.1', 'localhost', '[::1]'].includes(url.hostname);
  if (url === null) at.error(`\`${text}\` is no address`, `write one such as ${GITHUB}`);
  else if (url.username !== '' || url.password !== '')
    at.error('a login does not belong in Git', 'name an environment variable as `token`');
  else if (url.protocol !== 'https:' && !isLoopback)
    at.error('a token would go there for everybody to read', 'write an address that begins with https://');
  return text.replace(/\/+$/, '');
}
