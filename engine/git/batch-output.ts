// Reads what `git cat-file --batch…` prints, however it is cut into chunks: a line per object, followed by its bytes
// where they were asked for. Binary-safe; an object above its bound is skipped without being held in memory.

export type BatchAnswer =
  | {
      readonly type: 'object';
      readonly oid: string;
      readonly kind: string;
      readonly size: number;
      readonly bytes: Buffer | null;
    }
  | { readonly type: 'too-large'; readonly oid: string; readonly size: number }
  | { readonly type: 'missing' };

type BatchQuestion = {
  /** The most bytes to hold; null asks only for kind and size. */
  readonly bytesMax: number | null;
  readonly answer: (answer: BatchAnswer) => void;
};

type BatchOutput = {
  expect(question: BatchQuestion): void;
  take(chunk: Buffer): void;
  /** How many questions wait for their answer. */
  waiting(): number;
};

type Body = { oid: string; kind: string; size: number; left: number; parts: Buffer[] | null; question: BatchQuestion };

export function batchOutput(): BatchOutput {
  const questions: (BatchQuestion | null)[] = [];
  let asked = 0;
  let line = Buffer.alloc(0);
  let body: Body | null = null;

  function next(): BatchQuestion {
    const question = questions[asked] ?? null;
    if (question === null) throw new Error('cat-file answered what nobody asked');
    // Let go of at once: it holds on to all that it was answered, which may be large.
    questions[asked] = null;
    asked += 1;
    if (asked > 1_024) {
      questions.splice(0, asked);
      asked = 0;
    }
    return question;
  }

  function takeLine(text: string): void {
    const question = next();
    const [oid = '', kind = '', size = ''] = text.split(' ');
    // "<what was asked> missing", "… ambiguous": what was asked may contain no space (the asker sees to that).
    if (size === '' || !/^\d+$/.test(size)) {
      question.answer({ type: 'missing' });
      return;
    }
    const bytes = Number(size);
    if (question.bytesMax === null) {
      question.answer({ type: 'object', oid, kind, size: bytes, bytes: null });
      return;
    }
    const parts = bytes <= question.bytesMax ? [] : null;
    body = { oid, kind, size: bytes, left: bytes + 1, parts, question };
  }

  /** The bytes and the newline after them. */
  function takeBody(open: Body, chunk: Buffer): Buffer {
    const part = chunk.subarray(0, open.left);
    open.parts?.push(part);
    open.left -= part.length;
    if (open.left === 0) {
      body = null;
      const { oid, kind, size, parts, question } = open;
      if (parts === null) question.answer({ type: 'too-large', oid, size });
      else question.answer({ type: 'object', oid, kind, size, bytes: joined(parts).subarray(0, size) });
    }
    return chunk.subarray(part.length);
  }

  return {
    expect: (question) => void questions.push(question),
    waiting: () => questions.length - asked + (body === null ? 0 : 1),
    take(chunk) {
      let rest = chunk;
      while (rest.length > 0) {
        if (body !== null) {
          rest = takeBody(body, rest);
          continue;
        }
        const end = rest.indexOf(0x0a);
        if (end < 0) {
          line = Buffer.concat([line, rest]);
          return;
        }
        const text = Buffer.concat([line, rest.subarray(0, end)]).toString('latin1');
        line = Buffer.alloc(0);
        rest = rest.subarray(end + 1);
        takeLine(text);
      }
    },
  };
}

/** A copy when there is one part too: a small object must not keep the whole chunk that it came in alive. */
function joined(parts: readonly Buffer[]): Buffer {
  return Buffer.concat(parts);
}
