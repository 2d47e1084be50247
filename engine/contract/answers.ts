// The shape of what each command prints with --json, by its words. Published as JSON Schema in the package's folder
// `contract/`.

import { actedAnswer, answerAnswer, checkSetAnswer, deployAnswer, overrideAnswer, suspendAnswer } from './acted.ts';
import { branchPlanAnswer } from './branch-plan.ts';
import { calendarAnswer } from './calendar.ts';
import { configSetAnswer } from './config-set.ts';
import { diffAnswer } from './diff.ts';
import { doctorAnswer } from './doctor.ts';
import { failureAnswer } from './failure.ts';
import { checkAnswer, initAnswer } from './folder.ts';
import { gatesAnswer } from './gates.ts';
import { logsAnswer } from './logs.ts';
import { newsAnswer } from './news.ts';
import { planAnswer } from './plan.ts';
import { testAnswer } from './policy-test.ts';
import { postmortemsAnswer } from './postmortem.ts';
import { mergeAnswer, proposalsAnswer } from './proposals.ts';
import { releaseAnswer } from './release.ts';
import { historyAnswer, showAnswer } from './run.ts';
import { serveAnswer } from './serve.ts';
import { either, type Schema } from './shape.ts';
import { simulateAnswer } from './simulate.ts';
import { statsAnswer } from './statistics.ts';
import { statusAnswer } from './status.ts';
import { verifyAnswer } from './verify.ts';
import { whenAnswer } from './when.ts';
import { whyAnswer } from './why.ts';

/** Of `run` each line is such a value. */
export const ANSWERS: Readonly<Record<string, Schema>> = {
  approve: answerAnswer,
  calendar: calendarAnswer,
  cancel: actedAnswer,
  check: checkAnswer,
  'checks set': checkSetAnswer,
  'config set': configSetAnswer,
  deploy: deployAnswer,
  diff: diffAnswer,
  doctor: doctorAnswer,
  history: historyAnswer,
  init: initAnswer,
  logs: logsAnswer,
  merge: mergeAnswer,
  override: overrideAnswer,
  plan: either(planAnswer, branchPlanAnswer),
  'postmortem close': actedAnswer,
  'postmortem list': postmortemsAnswer,
  promote: actedAnswer,
  proposals: proposalsAnswer,
  reject: answerAnswer,
  release: releaseAnswer,
  resume: suspendAnswer,
  rollback: actedAnswer,
  run: newsAnswer,
  serve: serveAnswer,
  show: showAnswer,
  simulate: simulateAnswer,
  stats: statsAnswer,
  status: statusAnswer,
  suspend: suspendAnswer,
  test: testAnswer,
  verify: verifyAnswer,
  when: whenAnswer,
  why: either(whyAnswer, gatesAnswer),
};

/** What any of them prints instead when it ends early. */
export const FAILURE = failureAnswer;

const DRAFT = { $schema: 'https://json-schema.org/draft/2020-12/schema' };

/** By file name. */
export function publishedAnswers(): Readonly<Record<string, Schema>> {
  const answers = Object.entries(ANSWERS).map(([words, schema]) => {
    const title = `Tidegate: what \`tidegate ${words} --json\` prints${words === 'run' ? ', each line' : ''}`;
    return [`${words.replace(' ', '-')}.schema.json`, { ...DRAFT, title, ...schema }] as const;
  });
  const failure = 'Tidegate: what a command prints with --json when it ends early';
  return { ...Object.fromEntries(answers), 'failure.schema.json': { ...DRAFT, title: failure, ...FAILURE } };
}
