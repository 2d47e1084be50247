// `tidegate doctor`: asks for every finding in turn, however the ones before it came out, and says them all. Exit 1
// when something failed. What a failed check keeps from being looked at is said to be unknown.

import { doctorJson } from '../../contract/doctor.ts';
import type { Snapshot } from '../../controller/commands/commands.ts';
import { type Checked, judgeGit, judgeLedgerHost, judgeMachine, judgeReach, notOk } from '../../explain/doctor.ts';
import { judgeAccounts } from '../../explain/doctor-accounts.ts';
import {
  judgeConfiguration,
  judgeLedgers,
  judgePrograms,
  judgeSigners,
  judgeSigningKey,
  programsCalled,
} from '../../explain/doctor-config.ts';
import { judgeParting } from '../../explain/doctor-parting.ts';
import type { Doctor } from '../../ports/doctor.ts';
import { Fault } from '../../ports/fault.ts';
import type { Context } from '../context.ts';
import { doctorLines } from '../text/doctor-shown.ts';

export async function doctor(context: Context): Promise<number> {
  const repo = await context.repo();
  const found = await context.wiring.openDoctor({ repo, state: context.state });
  try {
    const checks = await context.patiently('looking at everything', examine(context, found));
    context.print(doctorLines(checks), doctorJson(checks));
    return checks.some(({ status }) => status === 'failed') ? 1 : 0;
  } finally {
    await found.close();
  }
}

async function examine(context: Context, found: Doctor): Promise<readonly Checked[]> {
  const machine = await found.machine();
  const git = judgeGit(await found.gitVersion());
  const first = [git, ...judgeMachine(machine)];
  if (git.status === 'failed') return [...first, ...unknown(OF_REMOTE, 'fix git first')];
  const reached = await found.reach();
  const second = [...first, ...judgeReach(reached)];
  if (reached.type === 'failed')
    return [...second, ...unknown(OF_CONFIGURATION, 'fix what the check of the remote says first')];
  if (machine.state.refusal !== null)
    return [...second, ...unknown(OF_CONFIGURATION, 'fix the state folder first, or name another with --state')];
  return [...second, ...(await examineRepository(context, found))];
}

async function examineRepository(context: Context, found: Doctor): Promise<readonly Checked[]> {
  const snapshot = await lookAt(context);
  if (snapshot instanceof Fault) {
    const name = snapshot.code === 'ledger-blocked' ? 'ledger-room' : 'configuration';
    const failed = [notOk(name, 'failed', snapshot.message, snapshot.hint)];
    return [...failed, ...unknown(OF_CONFIGURATION.filter(isNot(failed)), snapshot.hint)];
  }
  const { config, head, problems, observed } = snapshot;
  const judged = [judgeConfiguration(problems)];
  if (config === null || head === null) {
    return [...judged, ...unknown(OF_CONFIGURATION.filter(isNot(judged)), 'fix the configuration first')];
  }
  const signers = await found.signers(head);
  const called = programsCalled(config);
  const missing = await found.missingPrograms(called.map(({ program }) => program));
  return [
    ...(await judgedHost(found, config.repository.ledger)),
    ...judged,
    judgeLedgers(observed),
    judgeSigners(config, signers),
    judgeSigningKey(await found.signingKey(signers ?? ''), config),
    judgePrograms(called, missing),
    ...judgeAccounts(config, observed),
    ...judgeParting(config),
  ];
}

async function judgedHost(
  found: Doctor,
  ledger: { readonly repository: string | null; readonly namespace: string },
): Promise<readonly Checked[]> {
  try {
    return judgeLedgerHost(await found.ledgerHost(ledger), ledger.namespace);
  } catch (cause) {
    if (!(cause instanceof Fault)) throw cause;
    const [first = '', ...others] = OF_HOST;
    return [notOk(first, 'failed', cause.message, cause.hint), ...unknown(others, cause.hint)];
  }
}

async function lookAt(context: Context): Promise<Snapshot | Fault> {
  try {
    return await context.withCommands((commands) => commands.snapshot());
  } catch (cause) {
    if (cause instanceof Fault) return cause;
    throw cause;
  }
}

const OF_HOST = ['ledger-writable', 'ledger-room', 'ledger-protected', 'server-fsync'];
const OF_CONFIGURATION = [...OF_HOST, 'configuration', 'ledger-sound', 'signers', 'signing-key', 'programs'];
const OF_REMOTE = ['remote', 'clock', ...OF_CONFIGURATION];

function unknown(names: readonly string[], hint: string): readonly Checked[] {
  return names.map((name) => notOk(name, 'unknown', 'not looked at, because of what failed before', hint));
}

function isNot(checks: readonly Checked[]): (name: string) => boolean {
  return (name) => !checks.some((check) => check.name === name);
}
