// tidegate.yaml from text to model: defaults, and what a schema cannot say.

import type { ChangesConfig, LedgerConfig, RepositoryConfig } from '../../model/config.ts';
import { DEFAULT_PLACE, namespaceProblem, remoteProblem } from '../../model/ledger-place.ts';
import type { Cursor } from '../cursor.ts';
import { millis, TIMER_MS_MAX } from '../millis.ts';
import { record } from '../record.ts';
import type { RepositoryFile } from '../schema/repository.ts';
import { suggestion } from '../suggest.ts';
import { checkZone } from '../zone.ts';
import { buildForge } from './forge.ts';
import { buildPeople } from './people.ts';
import { buildRelease } from './release.ts';

export function buildRepository(file: RepositoryFile, cursor: Cursor): RepositoryConfig {
  const timezone = file.timezone ?? 'UTC';
  checkZone(cursor.at('timezone'), timezone);
  const pollMs = timer(file.poll, 10_000, cursor.at('poll'));
  if (pollMs < 100) cursor.at('poll').error('the repository cannot be looked at that often', 'write 100ms or more');
  return {
    timezone,
    pollMs,
    concurrency: file.concurrency ?? 4,
    people: buildPeople(file.people ?? {}, cursor.at('people')),
    teams: teams(file, cursor.at('teams')),
    changes: changes(file, cursor.at('changes')),
    forge: buildForge(file.forge, cursor.at('forge')),
    release: buildRelease(file.release, cursor.at('release')),
    ledger: ledger(file, cursor.at('ledger')),
    lease: lease(file, cursor.at('lease')),
  };
}

/** A duration that becomes a timer. */
function timer(value: string | undefined, byDefaultMs: number, cursor: Cursor): number {
  const ms = millis(value, byDefaultMs);
  if (ms > TIMER_MS_MAX) cursor.error('this is longer than 24 days', 'write a shorter time');
  return ms;
}

function teams(file: RepositoryFile, cursor: Cursor): RepositoryConfig['teams'] {
  const known = Object.keys(file.people ?? {});
  for (const [team, members] of Object.entries(file.teams ?? {})) {
    if (known.includes(team))
      cursor.at(team).error(`\`${team}\` is a person too`, 'give the team another name', cursor.at(team).key());
    for (const [index, member] of members.entries()) {
      if (known.includes(member)) continue;
      cursor.at(team, index).error(`there is no person \`${member}\``, suggestion(member, known, 'people'));
    }
  }
  return record(Object.entries(file.teams ?? {}));
}

function changes(file: RepositoryFile, cursor: Cursor): ChangesConfig | null {
  const given = file.changes;
  if (given === undefined) return null;
  const teams = file.teams ?? {};
  const known = [...Object.keys(file.people ?? {}), ...Object.keys(teams)];
  for (const [index, name] of given.by.entries()) {
    if (known.includes(name)) continue;
    cursor.at('by', index).error(`there is no person or team \`${name}\``, suggestion(name, known, 'people and teams'));
  }
  const members = new Set(given.by.flatMap((name) => (Object.hasOwn(teams, name) ? (teams[name] ?? []) : [name])));
  const count = given.count ?? 1;
  if (members.size < count) {
    cursor
      .at('by')
      .error(
        `no change of gates could ever be accepted: it asks for ${count}, and these are ${members.size}`,
        'name more people, or ask for fewer',
      );
  }
  return { by: given.by, count, author: given.author ?? 'excluded' };
}

function ledger(file: RepositoryFile, cursor: Cursor): LedgerConfig {
  const given = file.ledger ?? {};
  const namespace = given.namespace ?? DEFAULT_PLACE.namespace;
  const wrong = namespaceProblem(namespace);
  if (wrong !== null)
    cursor
      .at('namespace')
      .error(`\`${namespace}\` cannot hold the ledger: ${wrong}`, 'write refs/heads/tidegate, or refs/tidegate');
  const repository = given.repository ?? null;
  const unsafe = repository === null ? null : remoteProblem(repository);
  if (unsafe !== null) cursor.at('repository').error(unsafe.message, unsafe.hint);
  return {
    namespace,
    repository,
    signatures: given.signatures ?? 'optional',
    output: given.output ?? 'tail',
    flushMs: given.flush === undefined ? null : timer(given.flush, 0, cursor.at('flush')),
  };
}

function lease(file: RepositoryFile, cursor: Cursor): RepositoryConfig['lease'] {
  const renewMs = timer(file.lease?.renew, 10_000, cursor.at('renew'));
  const expiresMs = timer(file.lease?.expires, 30_000, cursor.at('expires'));
  if (renewMs < 1) cursor.at('renew').error('a lease must be renewed after some time', 'write 10s');
  if (expiresMs < 2 * renewMs) {
    cursor
      .at('expires')
      .error(
        `a lease that expires after ${expiresMs / 1_000}s and is renewed every ${renewMs / 1_000}s is lost by one late renewal`,
        '`expires` must be at least twice `renew`',
      );
  }
  return { renewMs, expiresMs };
}
