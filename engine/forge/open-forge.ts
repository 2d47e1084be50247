// The forge that tidegate.yaml names, with its secrets out of the environment. An adapter is loaded when it is
// named; octokit when the first thing is asked.

import type { ForgeConfig, GithubLogin } from '../model/forge-config.ts';
import { Fault } from '../ports/fault.ts';
import type { Forge } from '../ports/forge.ts';
import type { GitForgeOptions } from './git-proposals.ts';
import type { GithubSecret } from './github/login.ts';

export type OpenForgeOptions = GitForgeOptions & { readonly env: Readonly<Record<string, string | undefined>> };

/** Null is Git alone. */
export async function openForge(config: ForgeConfig | null, options: OpenForgeOptions): Promise<Forge> {
  const place = config?.place ?? { kind: 'plain' };
  switch (place.kind) {
    case 'github': {
      const { createGithub } = await import('./github/github.ts');
      const { repository, api, login } = place;
      return createGithub({ repository, api, secret: secretOf(login, options.env), clock: options.clock });
    }
    case 'gitlab':
      return (await import('./push-options.ts')).createPushOptionsForge(options);
    case 'plain':
      return (await import('./plain.ts')).createPlainForge(options);
  }
}

function secretOf(login: GithubLogin, env: OpenForgeOptions['env']): GithubSecret {
  return login.type === 'token'
    ? { type: 'token', token: fromEnvironment(login.token, env) }
    : { type: 'app', app: login.app, installation: login.installation, key: fromEnvironment(login.key, env) };
}

export function fromEnvironment(name: string, env: OpenForgeOptions['env']): string {
  const value = env[name] ?? '';
  if (value !== '') return value;
  throw new Fault('usage', `the environment variable ${name} is not set, and tidegate.yaml names it for the forge`, {
    retry: 'never',
    hint: 'set it where the controller is started',
  });
}
