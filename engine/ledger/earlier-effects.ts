// Records of the one outside effect that there was before there were kinds. They are read as what is written today,
// so that nothing else knows of them; nothing writes them any more.

import { writeBackId } from '../model/outside-effect.ts';

type Fields = Readonly<Record<string, unknown>>;

/** The fields of a line as they are written today. Whether they are right is for decoding to say. */
export function withKinds(line: Fields): Fields {
  const { seq, type, id, at, by, clock, run, ...own } = line;
  const today = TODAY.get(type);
  if (today === undefined || typeof run !== 'string') return line;
  const common = { seq, id, at, by, run, ...(clock === undefined ? {} : { clock }) };
  return { ...common, type: today.type, effect: writeBackId(run), kind: 'write-back', [today.field]: own };
}

const TODAY: ReadonlyMap<unknown, { readonly type: string; readonly field: string }> = new Map([
  ['write-back-intended', { type: 'effect-intended', field: 'payload' }],
  ['write-back-ended', { type: 'effect-ended', field: 'result' }],
]);
