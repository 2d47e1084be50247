// `tidegate config set <service> <env> <key> <value>`: one line for the build of an application.

import { setJson } from '../../contract/config-set.ts';
import type { Context } from '../context.ts';
import type { Given } from '../declaration.ts';
import { refused, unknown, usage } from '../failure.ts';
import { hanging, line, strong } from '../text/line.ts';
import { pickEnvironment } from './pick.ts';

export async function configSet(context: Context, { args }: Given): Promise<number> {
  const [service = '', environment = '', key = '', value = ''] = args;
  if (!/^[A-Za-z0-9][A-Za-z0-9._-]*$/.test(service)) throw usage(`${service} is no name of a service`, 'such as web');
  if (!/^[^\s.]+(\.[^\s.]+)*$/.test(key))
    throw usage(`${key} is no key`, 'keys with dots between them, such as image.tag');
  const path = `environments/${environment}/services/${service}.yaml`;
  await context.withCommands(async (commands) => {
    const snapshot = await context.patiently('looking at the repository', commands.snapshot({ environment }));
    const follow = pickEnvironment(snapshot, environment).gates?.environment.follow;
    const base = (follow?.type === 'branch' ? follow.branch : null) ?? snapshot.observed.defaultBranch;
    const message = `Set ${key} of ${service} in ${environment} to ${value}\n`;
    const ask = { base, path, key, value, message };
    const done = await context.patiently('writing', commands.setValue(ask));
    if (done.type === 'no-file') throw unknown(`${base} has no ${path}`, 'nothing was written');
    if (done.type === 'unreadable') throw refused(`${key} cannot be set in ${path}`, 'nothing was written');
    const answer = setJson({ environment, service, key, base }, done);
    if (done.type === 'same')
      context.print([line(`${key} of ${service} in ${environment} is ${value} already`)], answer);
    else if (done.type === 'committed') {
      context.print(
        [line(`set ${key} of ${service} in ${environment}: `, strong(done.commit.slice(0, 7)), ` on ${base}`)],
        answer,
      );
    } else {
      const why = hanging(2, `${base} takes no push of yours (${done.refusal}): merge that branch the way it asks for`);
      const said = [
        `set ${key} of ${service} in ${environment}: `,
        strong(done.commit.slice(0, 7)),
        ` on ${done.branch}`,
      ];
      context.print([line(...said), why], answer);
    }
  });
  return 0;
}
