// Every mistake that can be made in a config repository, and the whole line that its author reads.

import { describe, expect, test } from 'vitest';
import { problemLine } from '../../../engine/base/problem.ts';
import { environment, type Files, problems, readAsIs } from './repository.ts';

const ENV = 'environments/production/environment.yaml';
const PIPE = 'pipelines/deploy.yaml';
const POLICY = 'policies/business-hours.yaml';
const DEPLOY = '  - name: deploy\n    steps: [{ deploy: target }]\n';

type Case = readonly [mistake: string, files: Files, lines: readonly string[]];

function withSteps(...steps: readonly string[]): Files {
  return {
    [PIPE]: `stages:\n${DEPLOY}  - name: more\n    steps:\n${steps.map((step) => `      - ${step}\n`).join('')}`,
  };
}

function withWindow(text: string): Files {
  return { [POLICY]: `window:\n${text}` };
}

const IN_ENVIRONMENTS: readonly Case[] = [
  ['none', {}, []],
  [
    'an unknown key',
    { [ENV]: `${environment()}polices: []\n` },
    [`${ENV}:5:1: unknown key \`polices\` (did you mean \`policies\`?)`],
  ],
  [
    'a key of a later version',
    { 'tidegate.yaml': 'version: 1\nledger: { signatures: optional }\nnotifications: []\n' },
    [
      'tidegate.yaml:3:1: unknown key `notifications` (the keys here are: version, timezone, poll, concurrency, people, teams, changes, forge, release, ledger, lease)',
    ],
  ],
  [
    'no policies',
    { [ENV]: environment({ policies: null }), [POLICY]: '' },
    [
      `${ENV}:1:1: \`policies\` is missing (add \`policies:\` – policies that must all allow a run: files of policies/, without \`.yaml\`. \`policies: []\` says aloud that there is no gate)`,
      `${POLICY}:1:1: this file is empty (see docs/configuration.md for what belongs into it)`,
    ],
  ],
  [
    'an unknown pipeline',
    { [ENV]: environment({ pipeline: 'deplay' }) },
    [
      `${ENV}:2:11: there is no pipeline \`deplay\` (did you mean \`deploy\`?)`,
      `${PIPE}:1:1: no environment uses this pipeline (name it under \`pipeline:\`, or remove the file)`,
    ],
  ],
  [
    'an unknown policy',
    { [ENV]: environment({ policies: '[business-hours, two-approvals]' }) },
    [
      `${ENV}:3:28: there is no policy \`two-approvals\` (policies: business-hours; or add policies/two-approvals.yaml)`,
    ],
  ],
  [
    'a policy named twice',
    { [ENV]: environment({ policies: '[business-hours, business-hours]' }) },
    [
      `${ENV}:3:28: this stands in the list twice (policies that must all allow a run: files of policies/, without \`.yaml\`. \`policies: []\` says aloud that there is no gate)`,
    ],
  ],
  [
    'an unknown environment',
    { [ENV]: environment({ follow: '{ promoted: staging }' }) },
    [
      `${ENV}:1:21: there is no environment \`staging\` (environments: production; or add environments/staging/environment.yaml)`,
    ],
  ],
  [
    'following itself',
    { [ENV]: environment({ follow: '{ promoted: production }' }) },
    [`${ENV}:1:9: an environment cannot follow itself (let one of them follow a branch or tags)`],
  ],
  [
    'a circle',
    {
      [ENV]: environment({ follow: '{ promoted: qa }' }),
      'environments/qa/environment.yaml': environment({ follow: '{ promoted: production }' }),
    },
    [
      `${ENV}:1:9: these environments follow each other: production → qa → production (let one of them follow a branch or tags)`,
      'environments/qa/environment.yaml:1:9: these environments follow each other: qa → production → qa (let one of them follow a branch or tags)',
    ],
  ],
  [
    'two things to follow',
    { [ENV]: environment({ follow: '{ branch: main, tags: "v*" }' }) },
    [`${ENV}:1:9: \`branch\` and \`tags\` cannot stand together (write \`branch:\`, or \`tags:\`, or \`promoted:\`)`],
  ],
  [
    'a branch of the ledger',
    { [ENV]: environment({ follow: '{ branch: tidegate/production }' }) },
    [
      `${ENV}:1:9: \`tidegate/production\` belongs to the ledger (refs/heads/tidegate) (follow another branch: the ledger records what happened, it is no source)`,
    ],
  ],
  [
    'a branch that is an option',
    { [ENV]: environment({ follow: '{ branch: --upload-pack=x }' }) },
    [`${ENV}:1:19: \`--upload-pack=x\` is no name of a branch: it begins with a dash (write a name such as main)`],
  ],
  [
    'a tag pattern that is one tag',
    { [ENV]: environment({ follow: '{ tags: latest }' }) },
    [
      `${ENV}:1:17: \`latest\` is no pattern for tags: it matches one tag only, and that is no semantic version (write a pattern such as v*)`,
    ],
  ],
  [
    'a tag pattern that git refuses',
    { [ENV]: environment({ follow: '{ tags: "v{1,2}.*" }' }) },
    [
      `${ENV}:1:17: \`v{1,2}.*\` is no pattern for tags: git's patterns know no braces: follow one pattern, such as v[0-9]* (write a pattern such as v*)`,
    ],
  ],
  [
    'a pattern with a class that is not closed',
    { [ENV]: environment({ follow: '{ tags: "v[0-9*" }' }) },
    [
      `${ENV}:1:17: \`v[0-9*\` is no pattern for tags: a \`[\` is not closed, names no class, or a backslash ends it: git would match nothing (write a pattern such as v*)`,
    ],
  ],
  ['a pattern with classes', { [ENV]: environment({ follow: '{ tags: "v[!0][[:digit:]].*-[^a-f]" }' }) }, []],
  [
    'a pattern that no tag can match',
    { [ENV]: environment({ follow: '{ tags: "v..*" }' }) },
    [`${ENV}:1:17: \`v..*\` is no pattern for tags: it holds \`..\`, \`@{\` or \`//\` (write a pattern such as v*)`],
  ],
  [
    'an unknown target',
    { [ENV]: environment({ target: '{ compose: { file: compose.yaml } }' }) },
    [`${ENV}:4:9: this has none of \`files\`, \`script\` (write \`files:\`, or \`script:\`)`],
  ],
  [
    'a target that climbs',
    { [ENV]: environment({ target: '{ files: { to: ../../etc } }' }) },
    [`${ENV}:4:24: \`to\` must not climb out with \`..\` (write an absolute path, or one below the state folder)`],
  ],
  [
    'a target script that is not there',
    { [ENV]: environment({ target: '{ script: { apply: scripts/aply.sh } }' }) },
    [
      `${ENV}:4:28: \`scripts/aply.sh\` is not in the repository (add the file; where an earlier step makes it, write \`exec\` before it)`,
    ],
  ],
  [
    'a url with a password',
    { [ENV]: environment({ url: 'https://ana:secret@example.org' }) },
    [
      `${ENV}:5:6: a URL here must not hold a user name or password: Git keeps it for ever (name it in \`secrets:\` and use it in a script)`,
    ],
  ],
  [
    'a url of another kind',
    { [ENV]: environment({ url: 'ftp://example.org' }) },
    [`${ENV}:5:6: this is not an http or https URL (write it whole: https://app.example.org/health)`],
  ],
  [
    'an unset variable in the url',
    { [ENV]: environment({ url: '"http://h:${{ variables.PROT }}"', variables: '{ PORT: 1 }' }) },
    [`${ENV}:5:16: \`variables.PROT\` is not set here (did you mean \`variables.PORT\`?)`],
  ],
  [
    'an expression in a variable',
    { [ENV]: environment({ variables: '{ A: "${{ version.tag }}" }' }) },
    [`${ENV}:5:17: a variable is plain text: expressions are not looked for in it (write the value out)`],
  ],
  [
    'a reserved variable',
    { [ENV]: environment({ variables: '{ TIDEGATE_RUN: 1 }' }) },
    [
      `${ENV}:5:14: \`TIDEGATE_RUN\` cannot be a name here (use letters, digits and _, not beginning with a digit or with TIDEGATE_)`,
    ],
  ],
  [
    'a secret that is a variable',
    { [ENV]: environment({ variables: '{ TOKEN: 1 }', secrets: '[TOKEN]' }) },
    [`${ENV}:5:14: \`TOKEN\` is a variable and a secret (a secret comes from the controller only: remove one)`],
  ],
  [
    'a list where a text belongs',
    { [ENV]: environment({ variables: '{ A: [1] }' }) },
    [`${ENV}:5:17: a list does not fit here (write a text, or a number, or true or false)`],
  ],
  [
    'a choice that is none',
    { [ENV]: environment({ queue: 'latst' }) },
    [`${ENV}:5:8: \`latst\` is not one of the choices (did you mean \`latest\`?)`],
  ],
  [
    'words from before 0.1.0 in a policy',
    withWindow('  allow: [{ days: mon-fri }]\n  running: finish\n'),
    [`${POLICY}:3:3: unknown key \`running\` (it is called \`on_window_close\`: \`finish\` or \`pause\`)`],
  ],
  [
    'a choice from before 0.1.0',
    withWindow('  allow: [{ days: mon-fri }]\n  on_window_close: stop-before-next-stage\n'),
    [`${POLICY}:3:20: \`stop-before-next-stage\` is not one of the choices (it is called \`pause\`)`],
  ],
  [
    'the queue by its name from before 0.1.0',
    { [ENV]: environment({ supersede: 'every' }) },
    [`${ENV}:5:1: unknown key \`supersede\` (it is called \`queue\`: \`latest\` or \`all\`)`],
  ],
  [
    'a queue from before 0.1.0',
    { [ENV]: environment({ queue: 'every' }) },
    [`${ENV}:5:8: \`every\` is not one of the choices (it is called \`all\`)`],
  ],
  [
    'yes for true',
    { [ENV]: environment({ confirm: 'yes' }) },
    [
      `${ENV}:5:10: this must be true or false, not the text \`yes\` (whether commands that change the live system ask to type the words)`,
    ],
  ],
  [
    'paths outside',
    { [ENV]: environment({ paths: '[../x, "shared/*", /etc, missing]' }) },
    [
      `${ENV}:5:9: \`../x\` does not lie inside the repository (write a path from its root, such as shared/nginx)`,
      `${ENV}:5:15: patterns are not possible here (name files and folders; a folder stands for all that is in it)`,
      `${ENV}:5:27: \`/etc\` does not lie inside the repository (write a path from its root, such as shared/nginx)`,
      `${ENV}:5:33: \`missing\` is not in the repository (correct the path, or remove it)`,
    ],
  ],
  [
    'an unknown team',
    { [ENV]: environment({ rollback: '{ by: [leed] }' }) },
    [`${ENV}:5:18: there is no person or team \`leed\` (people or teams in tidegate.yaml: leads, ana, dan)`],
  ],
  [
    'a name with an underscore',
    { 'environments/_all/environment.yaml': environment() },
    [
      'environments/_all/environment.yaml:1:1: `_all` cannot be the name of an environment (rename the folder: use small letters, digits and dashes, at most 63, beginning with a letter or digit)',
    ],
  ],
];

const IN_PIPELINES: readonly Case[] = [
  [
    'a step by a word from before 0.1.0',
    withSteps('{ run: x, repeat: never }'),
    [`${PIPE}:6:19: unknown key \`repeat\` (it is called \`idempotent\`; \`false\` is what \`never\` was)`],
  ],
  [
    'a condition with a word that there is not',
    withSteps("{ run: x, if: 'always() && succes()' }"),
    [`${PIPE}:6:36: there is no \`succes()\` here (there are: success, failure, cancelled, always, size)`],
  ],
  [
    'a condition on the step that deploys',
    withSteps('{ deploy: target, if: always() }'),
    [
      `${PIPE}:6:31: the step that puts the version in place cannot be passed over: a run that succeeds says that it was done (put the condition at another step, or use another pipeline)`,
    ],
  ],
  [
    'a condition about a step that there is not',
    withSteps('{ id: build, run: x }', '{ run: y, if: "steps.biuld.outcome == \'success\'" }'),
    [`${PIPE}:7:24: no step has the id \`biuld\` (did you mean \`build\`?)`],
  ],
  [
    'a value of a step that comes later',
    withSteps('{ run: "echo ${{ steps.build.outputs.a }}" }', '{ id: build, run: x }'),
    [`${PIPE}:6:26: \`steps.build\` has not run when this step does (name a step that stands above)`],
  ],
  [
    'an id that is none',
    withSteps('{ id: a-b, run: x }'),
    [
      `${PIPE}:6:15: \`a-b\` cannot be the id of a step (use a letter first, then letters, digits and underscores, at most 64)`,
    ],
  ],
  [
    'an id twice',
    withSteps('{ id: a, run: x }', '{ id: a, run: y }'),
    [`${PIPE}:7:15: a step with the id \`a\` stands above already (give one of them another id)`],
  ],
  [
    'a stage named twice',
    { [PIPE]: `stages:\n${DEPLOY}${DEPLOY}` },
    [`${PIPE}:4:11: a stage named \`deploy\` stands above already (give one of them another name)`],
  ],
  [
    'a step named twice',
    withSteps('{ name: a, run: x }', '{ name: a, run: y }'),
    [`${PIPE}:7:17: a step named \`a\` stands above already (give one of them another name)`],
  ],
  [
    'a stage without a name',
    { [PIPE]: `stages:\n${DEPLOY}  - steps: [{ wait: 1s }]\n` },
    [`${PIPE}:4:5: \`name\` is missing (add \`name:\` – what the stage is called)`],
  ],
  [
    'a stage without steps',
    { [PIPE]: `stages:\n${DEPLOY}  - name: more\n    steps: []\n` },
    [`${PIPE}:5:12: this list is empty (what is done, in order)`],
  ],
  [
    'a name with a space',
    { [PIPE]: `stages:\n${DEPLOY}  - name: More Tests\n    steps: [{ wait: 1s }]\n` },
    [
      `${PIPE}:4:11: \`More Tests\` does not fit (write small letters, digits and dashes, at most 63, beginning with a letter or digit)`,
    ],
  ],
  [
    'a missing script',
    withSteps('run: ./scripts/../scripts/tests.sh --all'),
    [
      `${PIPE}:6:14: \`scripts/tests.sh\` is not in the repository (add the file; where an earlier step makes it, write \`exec\` before it)`,
    ],
  ],
  [
    'no step at all',
    withSteps('{ rum: x }'),
    [
      `${PIPE}:6:9: this has none of \`run\`, \`deploy\`, \`http\`, \`tcp\`, \`wait\`: is \`rum\` meant to be \`run\`? (write \`run:\`, or \`deploy:\`, or \`http:\`, or \`tcp:\`, or \`wait:\`)`,
    ],
  ],
  [
    'two steps in one',
    withSteps('{ run: x, wait: 1s }'),
    [
      `${PIPE}:6:9: \`run\` and \`wait\` cannot stand together (write \`run:\`, or \`deploy:\`, or \`http:\`, or \`tcp:\`, or \`wait:\`)`,
    ],
  ],
  [
    'a key of another kind of step',
    withSteps('{ run: x, within: 3s }'),
    [
      `${PIPE}:6:19: unknown key \`within\` (the keys here are: run, env, name, timeout, retry, id, if, continue_on_error, idempotent)`,
    ],
  ],
  [
    'a duration with a space',
    withSteps('{ wait: 10 s }'),
    [`${PIPE}:6:17: \`10 s\` does not fit (write a duration such as 500ms, 10s, 15m, 4h, 2d, or a sum such as 1h30m)`],
  ],
  [
    'no time',
    withSteps('{ run: x, timeout: 0s }'),
    [`${PIPE}:6:28: a step needs some time (write a timeout such as 10m)`],
  ],
  [
    'longer than a timer',
    withSteps('{ wait: 30d }'),
    [`${PIPE}:6:9: a step cannot last longer than 24 days (shorten its times)`],
  ],
  [
    'asking without rest',
    withSteps('{ tcp: "h:1", within: 5s, every: 0s }'),
    [`${PIPE}:6:42: asking that often would do nothing else (write 500ms or more)`],
  ],
  [
    'more digits than anybody means',
    withSteps('{ wait: 9999999999999999w }'),
    [
      `${PIPE}:6:17: \`9999999999999999w\` does not fit (write a duration such as 500ms, 10s, 15m, 4h, 2d, or a sum such as 1h30m)`,
    ],
  ],
  [
    'a target of another name',
    withSteps('{ deploy: everything }'),
    [
      `${PIPE}:6:19: this must be \`target\`, not the text \`everything\` (always \`target\`: the target of the environment)`,
    ],
  ],
  [
    'a status as text',
    withSteps('{ http: { url: "http://h", status: "200" } }'),
    [`${PIPE}:6:44: \`200\` does not fit here (write a status such as 200, or a list of statuses)`],
  ],
  [
    'a status that none is',
    withSteps('{ http: { url: "http://h", status: 99 } }'),
    [`${PIPE}:6:44: \`99\` is too small: at least 100 (a status such as 200)`],
  ],
  [
    'a header that breaks the line',
    withSteps('{ http: { url: "http://h", headers: { a: "b\\r\\nc: d" } } }'),
    [`${PIPE}:6:50: \`b\r c: d\` does not fit (write one line of text)`],
  ],
  [
    'a host without a port',
    withSteps('{ tcp: localhost }'),
    [`${PIPE}:6:16: \`localhost\` does not fit (write a host and a port, such as db.example.org:5432)`],
  ],
  [
    'a port that none is',
    withSteps('{ tcp: "localhost:70000" }'),
    [`${PIPE}:6:16: there is no port 70000 (ports go from 1 to 65535)`],
  ],
  ['no tries', withSteps('{ run: x, retry: 0 }'), [`${PIPE}:6:26: \`0\` is too small: at least 1 (a number of tries)`]],
  [
    'an unknown expression',
    withSteps('run: echo "${{ version.comit }} ${{ secrets.TOKEN }}"'),
    [
      `${PIPE}:6:20: \`\${{ version.comit }}\` is not known (did you mean \`version.commit\`?)`,
      `${PIPE}:6:41: \`\${{ secrets.TOKEN }}\` is not known (there are: environment.name, environment.url, version.commit, version.tag, version.short, previous.commit, previous.tag, run.id, run.epoch, run.kind, variables.NAME, steps.ID.outputs.NAME)`,
    ],
  ],
  [
    'an open expression',
    withSteps('run: echo "${{ version.tag"'),
    [`${PIPE}:6:20: \`\${{\` is not closed (close it with \`}}\`)`],
  ],
  [
    'an expression in single quotes',
    withSteps("run: echo '${{ version.tag }}'"),
    [
      `${PIPE}:6:20: an expression inside single quotes cannot expand: its value arrives as a shell variable (use double quotes)`,
    ],
  ],
  [
    'an expression that the shell would evaluate',
    withSteps('run: echo $((1 + ${{ run.epoch }}))'),
    [
      `${PIPE}:6:26: an expression inside \`$(( … ))\` would be evaluated by the shell (give it to the step through \`env:\` and check that it is a number first)`,
    ],
  ],
  [
    'an expression on a later line',
    {
      [PIPE]: `stages:\n${DEPLOY}  - name: more\n    steps:\n      - run: |\n          echo "\${{ version.tag }}"\n          echo "\${{ version.tga }}"\n`,
    },
    [`${PIPE}:8:17: \`\${{ version.tga }}\` is not known (did you mean \`version.tag\`?)`],
  ],
  [
    'a variable that some environments lack',
    {
      ...withSteps('run: echo "${{ variables.PORT }}"'),
      'environments/a/environment.yaml': environment(),
      'environments/b/environment.yaml': environment({ variables: '{ PORT: 1 }' }),
    },
    [
      `${PIPE}:6:20: \`variables.PORT\` is not set in the environments a, production (add it under \`variables:\` of environment.yaml)`,
    ],
  ],
  [
    'a url that the environment lacks',
    withSteps('http: { url: "${{ environment.url }}/health" }'),
    [
      `${PIPE}:6:23: \`environment.url\` is used and environment production has no url (add \`url:\` to environment.yaml)`,
    ],
  ],
  [
    'nothing that deploys',
    { [PIPE]: 'stages:\n  - name: test\n    steps: [{ run: x }]\n' },
    [`${PIPE}:1:1: no step of this pipeline deploys: nothing would be put in place (add a step \`deploy: target\`)`],
  ],
  [
    'an unknown gate of a stage',
    { [PIPE]: `stages:\n${DEPLOY}    policies: [businesshours]\n` },
    [`${PIPE}:4:16: there is no policy \`businesshours\` (did you mean \`business-hours\`?)`],
  ],
  [
    'a mistake after one that was left out',
    withSteps('{ rum: x }', '{ http: { url: nowhere } }'),
    [
      `${PIPE}:6:9: this has none of \`run\`, \`deploy\`, \`http\`, \`tcp\`, \`wait\`: is \`rum\` meant to be \`run\`? (write \`run:\`, or \`deploy:\`, or \`http:\`, or \`tcp:\`, or \`wait:\`)`,
      `${PIPE}:7:24: this is not an http or https URL (write it whole: https://app.example.org/health)`,
    ],
  ],
  [
    'a wrong extension',
    { 'pipelines/fast.yml': '' },
    ['pipelines/fast.yml: a file of this name is not read (rename it to pipelines/fast.yaml)'],
  ],
];

const IN_POLICIES: readonly Case[] = [
  [
    'no rule',
    { [POLICY]: 'override: { by: [leads] }\n' },
    [
      `${POLICY}:1:1: this policy has no rule, so it would allow everything (add one of: window, train, approval, soak, checks, deployers, signature, downgrade, limit, lock, when)`,
    ],
  ],
  [
    'a rule of a later version',
    { [POLICY]: 'quota: 3\n' },
    [
      `${POLICY}:1:1: unknown key \`quota\` (the keys here are: window, train, approval, soak, checks, deployers, signature, downgrade, limit, lock, when, override and 1 more)`,
    ],
  ],
  [
    'an unknown zone',
    withWindow('  timezone: Europe/Bukarest\n  allow: [{ days: mon }]\n'),
    [`${POLICY}:2:13: there is no time zone \`Europe/Bukarest\` (did you mean \`Europe/Bucharest\`?)`],
  ],
  [
    'an offset for a zone',
    withWindow('  timezone: "+02:00"\n  allow: [{ days: mon }]\n'),
    [`${POLICY}:2:13: there is no time zone \`+02:00\` (write an IANA name such as UTC or Europe/Bucharest)`],
  ],
  [
    'an unknown day',
    withWindow('  allow: [{ days: "mon,tus-fri" }]\n'),
    [`${POLICY}:2:19: \`tus\` is no day of the week (did you mean \`tue\`?)`],
  ],
  [
    'an unknown day in a list',
    withWindow('  allow: [{ days: [sat, domingo] }]\n'),
    [`${POLICY}:2:25: \`domingo\` is no day of the week (days: mon, tue, wed, thu, fri, sat, sun)`],
  ],
  [
    'hours that no day has',
    withWindow('  allow: [{ hours: "09:00-25:00" }]\n'),
    [`${POLICY}:2:20: \`09:00-25:00\` names a time that no day has (days go from 00:00 to 24:00)`],
  ],
  [
    'hours in other words',
    withWindow('  allow: [{ hours: 9am-6pm }]\n'),
    [`${POLICY}:2:20: \`9am-6pm\` is no span of hours (write it as "09:00-18:00")`],
  ],
  [
    'hours without length',
    withWindow('  allow: [{ hours: "09:00-09:00" }]\n'),
    [`${POLICY}:2:20: \`09:00-09:00\` begins and ends at the same time (for the whole day write "00:00-24:00")`],
  ],
  [
    'an empty span',
    withWindow('  allow: [{}]\n'),
    [`${POLICY}:2:11: this map is empty (open in this span, or in the \`open\` spans of a calendar)`],
  ],
  [
    'a window that never opens',
    withWindow('  allow: []\n'),
    [
      `${POLICY}:2:10: this window never opens: \`allow\` is empty (name the hours in which it is open, or remove \`allow\` to leave it always open)`,
    ],
  ],
  [
    'a window that says nothing',
    withWindow('  on_window_close: finish\n'),
    [`${POLICY}:2:3: this window says nothing (add \`allow\` (when it is open) or \`deny\` (when it is closed))`],
  ],
  [
    'a day that does not exist',
    withWindow('  deny: [{ from: 2026-02-30, to: 2026-03-01 }]\n'),
    [`${POLICY}:2:18: there is no day 2026-02-30 (correct the date)`],
  ],
  [
    'a date in other words',
    withWindow('  deny: [{ from: 19.12.2026, to: 2026-12-24 }]\n'),
    [
      `${POLICY}:2:18: \`19.12.2026\` does not fit (write a date such as 2026-12-19, or a date and time such as 2026-12-19T14:00)`,
    ],
  ],
  [
    'an end before the beginning',
    withWindow('  deny: [{ from: 2026-12-19, to: 2026-01-04 }]\n'),
    [
      `${POLICY}:2:18: this begins (2026-12-19) after it ends (2026-01-04) (swap \`from\` and \`to\`, or correct the year)`,
    ],
  ],
  [
    'an unknown person to override',
    { [POLICY]: 'window: { allow: [{ days: mon }] }\noverride: { by: [anna] }\n' },
    [`${POLICY}:2:18: there is no person or team \`anna\` (did you mean \`ana\`?)`],
  ],
  [
    'a policy in a folder',
    { 'policies/night/late.yaml': '' },
    ['policies/night/late.yaml: a file of this name is not read (rename it to policies/late.yaml)'],
  ],
  [
    'two documents',
    { [POLICY]: 'window: { allow: [{ days: mon }] }\n---\nwindow: { allow: [{ days: tue }] }\n' },
    [
      `${POLICY}:2:1: a second document begins here (one document a file: the file name is its name, so move it to its own file)`,
    ],
  ],
];

const IN_REPOSITORY: readonly Case[] = [
  [
    'two forges',
    { 'tidegate.yaml': 'version: 1\nledger: { signatures: optional }\nforge: { gitlab: {}, plain: {} }\n' },
    ['tidegate.yaml:3:8: these are 2 forges: gitlab, plain (write one of github, gitlab and plain)'],
  ],
  [
    'a forge that is none',
    { 'tidegate.yaml': 'version: 1\nledger: { signatures: optional }\nforge: { plan: {} }\n' },
    ['tidegate.yaml:3:8: this names no forge (write one of github, gitlab and plain)'],
  ],
  [
    'a forge without a login',
    { 'tidegate.yaml': 'version: 1\nledger: { signatures: optional }\nforge: { github: { repository: acme/shop } }\n' },
    [
      'tidegate.yaml:3:18: nothing says as whom GitHub is asked (write `app`, or `token` with the name of an environment variable)',
    ],
  ],
  [
    'a secret where its variable is named',
    {
      'tidegate.yaml':
        'version: 1\nledger: { signatures: optional }\nforge: { github: { repository: acme/shop, token: ghp_0123 } }\n',
    },
    [
      'tidegate.yaml:3:50: what stands here is not the name of an environment variable (write the name of an environment variable; the secret itself does not belong in Git)',
    ],
  ],
  [
    'an API that everybody can listen to',
    {
      'tidegate.yaml':
        'version: 1\nledger: { signatures: optional }\nforge: { github: { repository: acme/shop, token: T, api: "http://ghe/api/v3" } }\n',
    },
    ['tidegate.yaml:3:58: a token would go there for everybody to read (write an address that begins with https://)'],
  ],
  [
    'deployments of an environment that is not there',
    {
      'tidegate.yaml':
        'version: 1\nledger: { signatures: optional }\nforge: { github: { repository: acme/shop, token: T }, deployments: [prod] }\n',
    },
    [
      'tidegate.yaml:3:69: there is no environment `prod` (environments: production; or add environments/prod/environment.yaml)',
    ],
  ],
  [
    'another format',
    { 'tidegate.yaml': 'version: 2\nledger: { signatures: optional }\n' },
    ['tidegate.yaml:1:10: this must be `1`, not `2` (the format of this repository: 1)'],
  ],
  [
    'a lease that one late renewal loses',
    { 'tidegate.yaml': 'version: 1\nlease: { renew: 20s }\nledger: { signatures: optional }\n' },
    [
      'tidegate.yaml:2:8: a lease that expires after 30s and is renewed every 20s is lost by one late renewal (`expires` must be at least twice `renew`)',
    ],
  ],
  [
    'a team of strangers',
    {
      'tidegate.yaml':
        'version: 1\nledger: { signatures: optional }\npeople: { ana: {} }\nteams: { leads: [ana, dan] }\n',
    },
    ['tidegate.yaml:4:23: there is no person `dan` (people: ana)'],
  ],
  [
    'a team named as a person',
    { 'tidegate.yaml': 'version: 1\nledger: { signatures: optional }\npeople: { ana: {} }\nteams: { ana: [ana] }\n' },
    ['tidegate.yaml:4:10: `ana` is a person too (give the team another name)'],
  ],
  [
    'two people with one address',
    {
      'tidegate.yaml':
        'version: 1\nledger: { signatures: optional }\npeople: { a: { email: x@y }, b: { email: X@y } }\n',
    },
    ['tidegate.yaml:3:42: `a` has the same email (a person is known by it, so it must belong to one of them)'],
  ],
  [
    'one address in the lists of two people',
    {
      'tidegate.yaml':
        'version: 1\nledger: { signatures: optional }\npeople:\n  a: { email: [x@y, z@y] }\n  b: { email: [b@y, Z@Y] }\n',
    },
    ['tidegate.yaml:5:21: `a` has the same email (a person is known by it, so it must belong to one of them)'],
  ],
  [
    'one address twice in a list',
    { 'tidegate.yaml': 'version: 1\nledger: { signatures: optional }\npeople: { a: { email: [x@y, X@y] } }\n' },
    ['tidegate.yaml:3:29: the same address stands here twice (write it once)'],
  ],
  [
    'two people with one login, or one number of a login',
    {
      'tidegate.yaml':
        'version: 1\nledger: { signatures: optional }\npeople:\n  a: { github: { login: a, id: 7 } }\n  b: { github: A }\n  c: { github: { login: c, id: 7 } }\n',
    },
    [
      'tidegate.yaml:5:16: `a` has the same github (a person is known by it, so it must belong to one of them)',
      'tidegate.yaml:6:32: `a` has the same github id (a person is known by it, so it must belong to one of them)',
    ],
  ],
  [
    'the noreply address of another one',
    {
      'tidegate.yaml':
        'version: 1\nledger: { signatures: optional }\npeople:\n  a: { github: a }\n  b: { email: 9+A@users.noreply.github.com }\n  c: { email: c@users.noreply.github.com, github: c }\n',
    },
    [
      'tidegate.yaml:5:15: `a` has the address 9+A@users.noreply.github.com by their login (a person is known by it, so it must belong to one of them)',
    ],
  ],
  [
    'a ledger among the branches',
    { 'tidegate.yaml': 'version: 1\nledger: { signatures: optional, namespace: refs/heads }\n' },
    [
      'tidegate.yaml:2:44: `refs/heads` cannot hold the ledger: it is a folder of refs that others use (write refs/heads/tidegate, or refs/tidegate)',
    ],
  ],
  [
    'a ledger reached through a helper',
    { 'tidegate.yaml': 'version: 1\nledger: { signatures: optional, repository: "ext::sh -c x" }\n' },
    ['tidegate.yaml:2:45: this is no address of a repository (write an https, ssh or file URL, or a path)'],
  ],
  [
    'signatures that nobody can give',
    { 'tidegate.yaml': 'version: 1\nledger: { signatures: required }\n' },
    [
      "tidegate.yaml:2:23: signatures are required, and there is no policies/allowed_signers: nobody's word can count (write a line `<e-mail> <public key>` for each person into policies/allowed_signers)",
    ],
  ],
  [
    'signatures that people can give',
    {
      'tidegate.yaml': 'version: 1\nledger: { signatures: required }\n',
      'policies/allowed_signers': 'ana@example.org ssh-ed25519 AAAA\n',
    },
    [],
  ],
  [
    'a key given twice',
    { 'tidegate.yaml': 'version: 1\nledger: { signatures: optional }\npoll: 10s\npoll: 20s\n' },
    ['tidegate.yaml:4:1: `poll` is given twice (keep one of them)'],
  ],
  [
    'a tab',
    { 'tidegate.yaml': 'version: 1\nledger:\n\tsignatures: optional\n' },
    ['tidegate.yaml:3:1: a tab is used for indentation (indent with spaces)'],
  ],
  [
    'an open quote',
    { 'tidegate.yaml': 'version: 1\ntimezone: "UTC\n' },
    ['tidegate.yaml:3:1: missing closing "quote (close the quote or bracket)'],
  ],
];

const IN_SERVICES: readonly Case[] = [
  [
    'values that the schema of the service refuses',
    {
      'schemas/web.schema.json':
        '{"type":"object","required":["greeting"],"additionalProperties":false,"properties":{"greeting":{"type":"string"},"size":{"enum":["small","large"],"description":"How big"}, "site": {"type":"string","format":"uri"}}}',
      'environments/production/services/web.yaml': 'greting: hello\nsize: lage\nsite: nowhere\n',
    },
    [
      'environments/production/services/web.yaml:1:1: `greeting` is missing (see the schema of this service)',
      'environments/production/services/web.yaml:1:1: unknown key `greting` (did you mean `greeting`?)',
      'environments/production/services/web.yaml:2:7: `lage` is not one of the choices (did you mean `large`?)',
      'environments/production/services/web.yaml:3:7: `nowhere` must match format "uri" (see the schema of this service)',
    ],
  ],
  [
    'a schema that is none',
    { 'schemas/web.schema.json': '{"type": "strng"}', 'environments/production/services/web.yaml': 'a: 1\n' },
    [
      'schemas/web.schema.json:1:1: this schema cannot be used: type must be JSONType or JSONType[]: strng (JSON Schema 2020-12 is understood here)',
    ],
  ],
  ['a service without a schema', { 'environments/production/services/other.yaml': 'anything: [goes]\n' }, []],
  [
    'a service that is no YAML',
    { 'environments/production/services/other.yaml': 'a: b: c\n' },
    [
      'environments/production/services/other.yaml:1:4: a second `: ` on one line (put the value in quotes, or the inner map on its own lines)',
    ],
  ],
  [
    'a misspelt environment.yaml',
    { 'environments/qa/enviroment.yaml': environment() },
    [
      'environments/qa/enviroment.yaml: a file of this name is not read (rename it to environments/qa/environment.yaml)',
    ],
  ],
];

test.each([
  ['version: 1\n', '1:1', 'tidegate'],
  ['version: 1\nledger: { signatures: optional, namespace: refs/own }\n', '2:23', 'refs/own'],
])('records that nobody signs: every repository is warned, of its own ledger: %j', (text, place, ledger) => {
  const { problems: found } = readAsIs({ 'tidegate.yaml': text });
  expect(found.map(problemLine)).toEqual([
    `tidegate.yaml:${place}: what people do here (approvals, overrides, rollbacks) counts without a signature (anyone who may push to the ledger can claim any name; protect \`${ledger}/*\` on the server (docs/operations.md), or list keys in policies/allowed_signers and write \`required\`)`,
  ]);
  expect(found[0]?.severity).toBe('warning');
});

describe.each([
  ['environment.yaml', IN_ENVIRONMENTS],
  ['a pipeline', IN_PIPELINES],
  ['a policy', IN_POLICIES],
  ['tidegate.yaml', IN_REPOSITORY],
  ['services', IN_SERVICES],
] as const)('a mistake in %s', (_, cases) => {
  test.each(cases)('%s', (_mistake, files, lines) => {
    expect(problems(files)).toEqual(lines);
  });
});
