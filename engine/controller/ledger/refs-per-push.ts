// How many refs a remote takes in one push. A server may limit that (GitHub's rulesets propose five), and refuses the
// whole push then, in words that nobody may rely on. So a push whose every ref is refused is tried in parts; where
// the remote takes such a part, later pushes go in parts at once. Where the first part is refused as well it is not
// about their number, and that answer stands for all: a refusal never becomes a push for each ledger.

import type { GitRepository, PushResult, PushUpdate } from '../../ports/git.ts';

const PART = 5;

export class RefsPerPush {
  #isLimited = false;

  async push(
    git: Pick<GitRepository, 'push'>,
    updates: readonly PushUpdate[],
  ): Promise<ReadonlyMap<string, PushResult>> {
    if (this.#isLimited && updates.length > PART) return await this.#inParts(git, updates);
    const whole = await git.push(updates, { atomic: false });
    if (updates.length <= PART || !isAllRefused(whole)) return whole;
    return new Map([...whole, ...(await this.#inParts(git, updates))]);
  }

  async #inParts(
    git: Pick<GitRepository, 'push'>,
    updates: readonly PushUpdate[],
  ): Promise<ReadonlyMap<string, PushResult>> {
    const answers = new Map<string, PushResult>();
    for (let from = 0; from < updates.length; from += PART) {
      const part = updates.slice(from, from + PART);
      const answered = await git.push(part, { atomic: false });
      for (const [ref, answer] of answered) answers.set(ref, answer);
      this.#isLimited ||= [...answered.values()].some(({ type }) => type === 'accepted');
      if (from === 0 && isAllRefused(answered)) {
        const [words] = answered.values();
        for (const { ref } of updates) if (words !== undefined && !answers.has(ref)) answers.set(ref, words);
        return answers;
      }
    }
    return answers;
  }
}

function isAllRefused(answers: ReadonlyMap<string, PushResult>): boolean {
  return answers.size > 0 && [...answers.values()].every(({ type }) => type === 'refused');
}
