// One after another, in the order asked: fetches and writes of one process must not fight over git's lock files.

type Turns = { take<Value>(work: () => Promise<Value>): Promise<Value> };

export function createTurns(): Turns {
  let last: Promise<unknown> = Promise.resolve();
  return {
    take(work) {
      const turn = last.then(work, work);
      last = turn.catch(() => undefined);
      return turn;
    },
  };
}
