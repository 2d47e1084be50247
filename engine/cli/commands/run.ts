// `tidegate run`: the controller. What it has to say goes to standard output, a line each; with --json a JSON object
// each.

import { hostname } from 'node:os';
import { formatInstant } from '../../base/instant.ts';
import { newsJson } from '../../contract/news.ts';
import { CHANGE_DIGITS } from '../../model/gate-terms.ts';
import { type LedgerPlace, placeProblem, readPlace } from '../../model/ledger-place.ts';
import type { Grant } from '../../model/owners.ts';
import type { Context } from '../context.ts';
import type { Given } from '../declaration.ts';
import { usage } from '../failure.ts';
import { isLocalRemote } from '../local-remote.ts';
import { harmlessJson, paint } from '../paint.ts';
import { dim, hanging, strong, styled } from '../text/line.ts';
import type { News } from '../wiring.ts';

export async function run(context: Context, given: Given): Promise<number> {
  const { wiring, at, state, isJson } = context;
  const once = given.flag('once');
  if (at !== null && !once) throw usage('--at needs --once', 'a controller that goes on cannot stand still in time');
  const environments = namesOf(given.text('environments'));
  const acceptGates = acceptedIn(given.texts('acceptGates'));
  const name = given.text('name') ?? hostname();
  if (!/^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/.test(name))
    throw usage(
      `--name ${JSON.stringify(name)} cannot name a controller`,
      'letters, digits, dots, dashes and underscores',
    );
  const repo = await context.repo();
  if (at !== null && !isLocalRemote(repo)) {
    throw usage(
      '--at is only for a repository on this machine',
      'records with a given time have no place in one that others share: clone it, and run on the clone',
    );
  }
  const say = (news: News) =>
    wiring.terminal.writeOut(isJson ? `${harmlessJson(newsJson(news))}\n` : paint([newsLine(news)], context.look));
  const granted = given.texts('grants').flatMap(grantsOf);
  const grants = granted.length === 0 ? {} : { grants: granted };
  const ledger = given.text('ledger');
  const moved = ledger === null ? {} : { moveLedger: placeOf(ledger) };
  return await wiring.runController(
    { repo, state, at, once, name, environments, acceptGates, ...grants, ...moved },
    { say },
  );
}

function grantsOf(text: string): readonly Grant[] {
  const [, environment, list] = /^([a-z0-9][a-z0-9-]{0,62})=(.+)$/.exec(text) ?? [];
  const secrets = list?.split(',').map((secret) => secret.trim()) ?? [];
  const bad = secrets.find((secret) => !/^([A-Za-z_][A-Za-z0-9_]*\*?|\*)$/.test(secret));
  if (environment === undefined || bad !== undefined) {
    throw usage(
      `--grants ${JSON.stringify(text)} gives no secrets to an environment`,
      'an environment, =, and names of secrets, such as production=PROD_TOKEN,DB_*',
    );
  }
  return secrets.map((secret) => ({ environment, secret }));
}

function placeOf(text: string): LedgerPlace {
  const place = readPlace(text);
  const wrong = placeProblem(place);
  if (wrong === null) return place;
  throw usage(
    `--ledger ${JSON.stringify(text)} is no place for a ledger: ${wrong}`,
    'a prefix of refs, and with @ the repository that it is in, such as refs/tidegate or refs/tidegate@ssh://git@example.org/ledger.git',
  );
}

function namesOf(text: string | null): readonly string[] {
  if (text === null) return [];
  const names = text.split(',').map((name) => name.trim());
  const bad = names.find((name) => !/^[a-z0-9][a-z0-9-]{0,62}$/.test(name));
  if (bad !== undefined)
    throw usage(
      `--environments: ${JSON.stringify(bad)} cannot name an environment`,
      'names separated by commas, such as staging,production',
    );
  return [...new Set(names)];
}

/** `production=` and the digits that `why --gates` shows. */
function acceptedIn(texts: readonly string[]): ReadonlyMap<string, string> {
  return new Map(
    texts.map((text) => {
      const [, environment, digest] = /^([a-z0-9][a-z0-9-]{0,62})=([0-9a-f]{1,64})$/.exec(text) ?? [];
      if (environment === undefined || digest === undefined || digest.length < CHANGE_DIGITS) {
        throw usage(
          `--accept-gates ${JSON.stringify(text)} names no change of gates`,
          `an environment and ${CHANGE_DIGITS} digits of the digest, as \`tidegate why <env> --gates\` shows them: production=…`,
        );
      }
      return [environment, digest];
    }),
  );
}

function newsLine({ at, level, environment, sentence }: News) {
  const clock = formatInstant(at).slice(11, 19).padEnd(8);
  const who = environment === null ? [] : [strong(environment), ': '];
  const style = level === 'error' ? 'bad' : level === 'warning' ? 'waits' : 'plain';
  return hanging(10, dim(`${clock}Z `), ...who, styled(style, sentence));
}
