// `tidegate serve --json`: where it listens, said once when it does.

import { object, type Shape, says, TEXT } from './shape.ts';

export const serveAnswer = object({
  url: says('Where the first page is.', TEXT),
  repository: says('Whose pages they are.', TEXT),
});

export type ServeJson = Shape<typeof serveAnswer>;

export function serveJson(url: string, repository: string): ServeJson {
  return { url, repository };
}
