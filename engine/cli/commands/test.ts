// `tidegate test [dir]`: runs the policy tests of a config repository as it lies on disk. Exit 0 when every case is
// as expected, 1 when one is not, 2 when there are problems in the files.

import { hasErrors, type Problem } from '../../base/problem.ts';
import { assemble } from '../../config/assemble.ts';
import { testJson } from '../../contract/policy-test.ts';
import { holidaysNeeded } from '../../explain/holidays-needed.ts';
import { judgeTest, type TestResult } from '../../explain/policy-test.ts';
import type { Config } from '../../model/config.ts';
import type { PolicyTest } from '../../model/policy-test.ts';
import type { ConfigFolder } from '../config-folder.ts';
import type { Context } from '../context.ts';
import type { Given } from '../declaration.ts';
import { line } from '../text/line.ts';
import { testLines } from '../text/policy-test-shown.ts';
import { problemsLines, summaryLine } from '../text/problems-shown.ts';
import { openFolder, sourceLines } from './folder.ts';

export async function test(context: Context, { args }: Given): Promise<number> {
  const folder = await openFolder(context.wiring.directory, args[0] ?? '.');
  const { config, tests, problems } = read(folder);
  if (config === null || hasErrors(problems)) {
    const shown = problems.filter(({ severity }) => severity === 'error');
    context.print([...problemsLines(shown, sourceLines(folder)), summaryLine(shown)], testJson([], shown));
    return 2;
  }
  if (tests.length === 0) {
    context.print([line('no policy tests: write cases into policies/tests/<name>.yaml')], testJson([]));
    return 0;
  }
  const results = await judged(tests, config, context);
  context.print(testLines(results), testJson(results));
  return results.every(({ failures }) => failures.length === 0) ? 0 : 1;
}

type Read = {
  readonly config: Config | null;
  readonly tests: readonly PolicyTest[];
  readonly problems: readonly Problem[];
};

function read(folder: ConfigFolder): Read {
  const parsed = folder.files.map((file) => file.parsed);
  const { config, problems } = assemble(parsed, folder);
  const tests = parsed.flatMap(({ content }) => (content?.kind === 'policy-test' ? content.tests : []));
  return { config, tests, problems: [...folder.problems, ...problems] };
}

async function judged(tests: readonly PolicyTest[], config: Config, context: Context): Promise<readonly TestResult[]> {
  const policies = Object.values(config.policies);
  const table = await context.wiring.holidays();
  const results: TestResult[] = [];
  for (const each of tests) {
    const { places, years } = holidaysNeeded(policies, each.at, each.at);
    results.push(judgeTest(each, config, places.length === 0 ? {} : await table.holidays(places, years)));
  }
  return results;
}
