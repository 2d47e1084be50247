// The checks of `tidegate doctor` that rest on the configuration: its problems, the ledgers, whose keys must be
// there, what the pipelines call. Pure, over what a command has looked at anyway.

import type { Problem } from '../base/problem.ts';
import { hasErrors } from '../base/problem.ts';
import type { Config } from '../model/config.ts';
import type { SigningKeyFound } from '../model/findings.ts';
import { mustSignIn } from '../model/must-sign.ts';
import type { Observed } from '../model/observed.ts';
import type { RuleConfig } from '../model/rule.ts';
import { type Checked, notOk, ok } from './doctor.ts';
import { keysOf } from './doctor-keys.ts';

export function judgeConfiguration(problems: readonly Problem[]): Checked {
  const errors = problems.filter(({ severity }) => severity === 'error');
  const name = 'configuration';
  const hint = 'check it in a clone: that says where, and how to fix it';
  const [first] = errors;
  if (first !== undefined) {
    const more = errors.length > 1 ? ` (and ${errors.length - 1} more)` : '';
    return notOk(name, 'failed', `${first.file}:${first.line}: ${first.message}${more}`, hint);
  }
  const warnings = problems.length;
  if (warnings > 0 && !hasErrors(problems))
    return notOk(
      name,
      'warning',
      `the configuration has ${warnings === 1 ? 'a warning' : `${warnings} warnings`}`,
      hint,
    );
  return ok(name, 'the configuration has no problems');
}

export function judgeLedgers({ environments, repository }: Pick<Observed, 'environments' | 'repository'>): Checked {
  const name = 'ledger-sound';
  const damaged = [repository, ...environments.map(({ ledger }) => ledger)].flatMap((ledger) =>
    ledger.type === 'damaged' ? [ledger.sentence] : [],
  );
  const [first] = damaged;
  if (first !== undefined) {
    const more = damaged.length > 1 ? ` (and ${damaged.length - 1} more)` : '';
    return notOk(name, 'failed', `${first}${more}`, 'put back what was there; docs/restore.md says how');
  }
  return ok(name, 'the newest commit of every ledger can be read (to verify it reads all of them)');
}

/** `signers`: null where there is no policies/allowed_signers. */
export function judgeSigners(config: Config, signers: string | null): Checked {
  const name = 'signers';
  const must = mustHaveKeys(config);
  const file = 'policies/allowed_signers';
  if (signers === null) {
    if (must.length === 0) return ok(name, `nobody has to sign, and there is no ${file}`);
    return notOk(
      name,
      'failed',
      `${must.join(', ')} must sign, and there is no ${file}`,
      `write one: a line for each person, \`<person> <public key>\``,
    );
  }
  const { principals, unreadable } = keysOf(signers);
  if (unreadable.length > 0)
    return notOk(
      name,
      'failed',
      `${file}:${unreadable[0]}: this line is no key${unreadable.length > 1 ? ` (and ${unreadable.length - 1} more)` : ''}`,
      'write it as git has it: `<person or e-mail> <key type> <key>`',
    );
  const without = must.filter((person) => {
    const emails = config.repository.people[person]?.emails ?? [];
    return !principals.some((matches) => [person, ...emails].some(matches));
  });
  if (without.length === 0)
    return ok(
      name,
      must.length === 0 ? `nobody has to sign; ${file} can be read` : `everybody who must sign has a key in ${file}`,
    );
  const status = without.length === must.length ? 'failed' : 'warning';
  return notOk(
    name,
    status,
    `${without.join(', ')} must sign and ${without.length === 1 ? 'has' : 'have'} no key in ${file}`,
    'add their public keys there, in a commit of its own',
  );
}

/** Where all words must be signed, all people of teams; else those whom a rule in use wants signatures of. */
function mustHaveKeys(config: Config): readonly string[] {
  const { people, teams } = config.repository;
  const names = mustSignIn(config.repository)
    ? Object.keys(teams)
    : rulesInUse(config).flatMap((rule) => (rule.type === 'signature' ? rule.by : []));
  const found = names.flatMap((name) => (Object.hasOwn(teams, name) ? (teams[name] ?? []) : [name]));
  return [...new Set(found)].filter((name) => Object.hasOwn(people, name)).sort();
}

/** A draft that nobody names asks nothing of anybody. */
function rulesInUse({ environments, pipelines, policies }: Config): readonly RuleConfig[] {
  const stages = Object.values(pipelines).flatMap((pipeline) => pipeline.stages);
  const names = new Set([...Object.values(environments), ...stages].flatMap((each) => each.policies));
  return Object.values(policies).flatMap((policy) => (names.has(policy.name) ? policy.rules : []));
}

export function judgeSigningKey(found: SigningKeyFound, config: Config | null): Checked {
  const name = 'signing-key';
  const isRequired = mustSignIn(config?.repository ?? null);
  switch (found.type) {
    case 'none':
      if (!isRequired) return ok(name, `${found.sentence}; nothing here requires it`);
      return notOk(
        name,
        'warning',
        `${found.sentence}, and words of people must be signed (a controller needs no key)`,
        found.hint,
      );
    case 'silent':
      return notOk(name, 'unknown', found.sentence, found.hint);
    case 'signs':
      if (found.signed.type === 'signed') return ok(name, `your key signs as ${found.signed.by}`);
      return notOk(
        name,
        isRequired ? 'warning' : 'unknown',
        `your key signs, but whose it is nobody knows here${found.signed.type === 'invalid' ? `: ${found.signed.sentence}` : ''}`,
        'add its public half to policies/allowed_signers, in a commit of its own',
      );
  }
}

export function judgePrograms(called: readonly Called[], missing: readonly string[]): Checked {
  const name = 'programs';
  const absent = called.filter(({ program }) => missing.includes(program));
  const [first] = absent;
  if (first === undefined) {
    const known = called.map(({ program }) => program).join(', ');
    return ok(name, known === '' ? 'pipelines call no program by its name' : `on the PATH of this machine: ${known}`);
  }
  const said = absent.map(({ program, where }) => `${program} (${where})`).join(', ');
  return notOk(
    name,
    'failed',
    `not on the PATH of this machine: ${said}`,
    'install what is missing where the controller runs; ask there if that is another machine',
  );
}

type Called = { readonly program: string; readonly where: string };

/** What steps call by a bare name. Paths into the repository are what `tidegate check` looks after. */
export function programsCalled(config: Config): readonly Called[] {
  const found = new Map<string, string>();
  for (const pipeline of Object.values(config.pipelines)) {
    for (const stage of pipeline.stages) {
      for (const step of stage.steps) {
        for (const script of step.scripts) {
          const program = firstProgram(script);
          if (program !== null && !found.has(program))
            found.set(program, `pipeline ${pipeline.name}, ${stage.name}: ${step.name}`);
        }
      }
    }
  }
  return [...found].map(([program, where]) => ({ program, where })).sort((a, b) => (a.program < b.program ? -1 : 1));
}

/** Null for what the shell does itself, for a path in the repository, and for what only the shell can work out. */
function firstProgram(script: string): string | null {
  const line =
    script
      .split('\n')
      .map((each) => each.trim())
      .find((each) => each !== '' && !each.startsWith('#')) ?? '';
  const bare = line.replace(/^(?:[A-Za-z_][A-Za-z0-9_]*=[A-Za-z0-9_./:-]*\s+)+/, '');
  const word = /^[A-Za-z0-9_./+-]+(?=$|[\s;&|<>])/.exec(bare)?.[0];
  if (word === undefined || SHELL_WORDS.has(word)) return null;
  return word.includes('/') && !word.startsWith('/') ? null : word;
}

/** Reserved words and what every POSIX shell has built in. */
const SHELL_WORDS = new Set(
  '. : alias bg break case cd command continue do done echo elif else esac eval exec exit export false fc fg fi for function getopts hash if in jobs kill printf pwd read readonly return set shift test then times trap true type ulimit umask unalias unset until wait while'.split(
    ' ',
  ),
);
