// `tidegate run --json`: an object a line, for each thing that the controller has to say.

import type { Instant } from '../base/instant.ts';
import { instantJson, instantShape } from './instant.ts';
import { choice, object, orNull, type Shape, says, TEXT } from './shape.ts';

export const newsAnswer = object({
  at: instantShape,
  level: choice('info', 'warning', 'error'),
  environment: says('Null where it concerns the whole repository.', orNull(TEXT)),
  sentence: TEXT,
});

export type NewsJson = Shape<typeof newsAnswer>;

export function newsJson({
  at,
  level,
  environment,
  sentence,
}: Omit<NewsJson, 'at'> & { readonly at: Instant }): NewsJson {
  return { at: instantJson(at), level, environment, sentence };
}
