// `tidegate postmortem list --json`: exceptions that somebody still has to write a post-mortem for.

import type { PostmortemDue } from '../model/environment-state.ts';
import { instantJson, instantShape } from './instant.ts';
import { listOf, object, type Shape, TEXT } from './shape.ts';

export const due = { id: TEXT, run: TEXT, sentence: TEXT, at: instantShape };

export const postmortemsAnswer = object({ postmortemsDue: listOf(object({ environment: TEXT, ...due })) });

export type PostmortemsJson = Shape<typeof postmortemsAnswer>;

export type Owed = { readonly environment: string; readonly due: PostmortemDue };

export function postmortemsJson(owed: readonly Owed[]): PostmortemsJson {
  return { postmortemsDue: owed.map(({ environment, due }) => ({ environment, ...dueJson(due) })) };
}

export function dueJson({ id, run, sentence, at }: PostmortemDue) {
  return { id, run, sentence, at: instantJson(at) };
}
