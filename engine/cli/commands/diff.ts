// `tidegate diff <env> <a> <b>`: the unified diff of the environment's inputs, as git prints it.

import { diffJson } from '../../contract/diff.ts';
import { sayVersion } from '../../model/version.ts';
import type { Context } from '../context.ts';
import type { Given } from '../declaration.ts';
import { paint } from '../paint.ts';
import { hanging, type Line, styled } from '../text/line.ts';
import { pickEnvironment, pickVersion } from './pick.ts';

export async function diff(context: Context, { args }: Given): Promise<number> {
  const [environment = '', a = '', b = ''] = args;
  const { from, to, text } = await context.withCommands(async (commands) => {
    pickEnvironment(
      await context.patiently('looking at the repository', commands.snapshot({ environment })),
      environment,
    );
    const versions = { from: await pickVersion(commands, a), to: await pickVersion(commands, b) };
    return {
      ...versions,
      text: await context.patiently('comparing', commands.diff(environment, versions.from, versions.to)),
    };
  });
  const json = diffJson(environment, from, to, text);
  if (text === '' && !context.isJson) {
    context.note(
      hanging(0, `nothing that makes ${environment} differs between ${sayVersion(from)} and ${sayVersion(to)}`),
    );
    return 0;
  }
  const lines = text.replace(/\n$/, '').split('\n').map(diffLine);
  // Never wrapped; and to a pipe to the byte, because it may be applied.
  const isPiped = context.look.columns === null && !context.look.isColored;
  context.write(isPiped ? text : paint(lines, { ...context.look, columns: null }), json);
  return 0;
}

function diffLine(text: string): Line {
  if (/^(?:\+\+\+|---|diff |index )/.test(text)) return hanging(0, styled('strong', text));
  return hanging(
    0,
    styled(
      text.startsWith('+') ? 'good' : text.startsWith('-') ? 'bad' : text.startsWith('@@') ? 'dim' : 'plain',
      text,
    ),
  );
}
