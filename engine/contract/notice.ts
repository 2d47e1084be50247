// Somebody is to be told: now where it is due, else at `at`.

import type { Notice } from '../model/verdict.ts';
import { instantJson, instantShape } from './instant.ts';
import { choice, listOf, object, type Shape, TEXT } from './shape.ts';

export const notice = {
  kind: choice('remind', 'escalate', 'announce'),
  at: instantShape,
  to: listOf(TEXT),
  sentence: TEXT,
};

export const noticeShape = object(notice);

export type NoticeJson = Shape<typeof noticeShape>;

export function noticeJson({ kind, at, to, sentence }: Notice): NoticeJson {
  return { kind, at: instantJson(at), to, sentence };
}
