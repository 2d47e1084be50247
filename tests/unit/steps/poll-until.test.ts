import { afterEach, describe, expect, test, vi } from 'vitest';
import { perform } from '../../../engine/steps/http/perform.ts';
import { type Observation, pollUntil } from '../../../engine/steps/poll-until.ts';

const never = new AbortController().signal;
const CONTEXT = { signal: never, say: () => {}, stateDirectory: '', repository: '' };
const BAD: Observation = { good: false, sentence: 'answered 503' };

/** Each of these looks is over at once, so that no machine is too slow for it. */
async function polled(answers: readonly (Observation | Error)[], withinMs = 250) {
  const said: string[] = [];
  let looks = 0;
  const context = { ...CONTEXT, say: (line: string) => void said.push(line) };
  const answer = await pollUntil({ withinMs, everyMs: 0 }, context, async () => {
    const next = answers[Math.min(looks, answers.length - 1)] ?? BAD;
    looks += 1;
    if (next instanceof Error) throw next;
    return next;
  });
  return { ...answer, looks, said };
}

describe('asking until the time is over', () => {
  test('answers what was seen last, and how often it looked', async () => {
    const { good, sentence, tries, looks, said } = await polled([BAD]);
    expect({ good, sentence, tries }).toEqual({ good: false, sentence: 'answered 503', tries: looks });
    expect(said).toEqual(['try 1: answered 503']);
  });

  test('ends with the first good answer, however much time is left', async () => {
    const good: Observation = { good: true, sentence: 'answered 200' };
    const refused = new TypeError('fetch failed', { cause: new Error('ECONNREFUSED') });
    const { tries, said, sentence } = await polled([BAD, BAD, refused, good, BAD], 600_000);
    expect({ tries, sentence }).toEqual({ tries: 4, sentence: 'answered 200' });
    expect(said).toEqual(['try 1: answered 503', 'try 3: ECONNREFUSED', 'try 4: answered 200']);
  });

  test('has one try where there is no time', async () => {
    expect(await polled([BAD], 0)).toMatchObject({ tries: 1, looks: 1 });
  });
});

describe('an http step that fails', () => {
  afterEach(() => vi.unstubAllGlobals());

  test('says what it saw last, and the number of tries where there were several', async () => {
    let asked = 0;
    vi.stubGlobal('fetch', async () => {
      asked += 1;
      return new Response(null, { status: 503 });
    });
    const work = {
      url: 'http://127.0.0.1:1/health',
      method: 'GET',
      headers: {},
      body: null,
      status: [200],
      json: null,
      withinMs: 250,
      everyMs: 50,
    } as const;
    const place = { directory: '', log: '', temporary: '' };
    const ended = await perform(work, place, CONTEXT);
    const tries = asked === 1 ? '' : ` \\(${asked} tries in [^)]+\\)`;
    expect(ended.outcome).toBe('failed');
    expect(ended.sentence).toMatch(new RegExp(`^GET ${work.url} answered 503, wanted 200${tries}$`));
  });
});
