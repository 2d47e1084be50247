// The only file that wires adapters to the core. Everything heavy is loaded where it is first needed, so that
// `tidegate --version` loads none of it.

import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { hostname } from 'node:os';
import path from 'node:path';
import { endOnRequest } from './cli/end-on-request.ts';
import { guardProcess } from './cli/guard-process.ts';
import { runProgram } from './cli/program.ts';
import { makeTerminal } from './cli/terminal.ts';
import { withCommand } from './cli/text/remedy-shown.ts';
import type { News, ServeOptions, Wiring } from './cli/wiring.ts';
import type { Commands, ControllerOptions, OpenOptions } from './controller/commands/commands.ts';
import type { PlayWiring } from './demo/play.ts';
import type { LedgerRecord } from './ledger/records/table.ts';
import type { ControllerExit } from './model/controller-exit.ts';
import type { Remedy } from './model/remedy.ts';
import type { Clock } from './ports/clock.ts';
import type { Doctor } from './ports/doctor.ts';
import type { GitRepository } from './ports/git.ts';
import type { HolidayTable } from './ports/holidays.ts';
import type { Log } from './ports/log.ts';
import type { Signing } from './ports/signing.ts';
import type { StateFolder } from './ports/state-folder.ts';

const root = path.resolve(import.meta.dirname, '..');
const LINGER_MS = 500;
const silent: Log = { info: () => {}, warn: () => {}, error: () => {} };

async function survey(
  options: OpenOptions,
  folder: StateFolder,
  log: Log,
  name: string,
  {
    environments: only,
    acceptGates,
    grants,
    moveLedger,
    keepsPlace,
  }: Pick<ControllerOptions, 'environments' | 'acceptGates' | 'grants' | 'moveLedger'> & {
    readonly keepsPlace: boolean;
  },
  clock: Clock,
  triesAgain: boolean,
) {
  const [{ openNativeGit }, { Survey }, { readSeen }] = await Promise.all([
    import('./git/native.ts'),
    import('./controller/observe/survey.ts'),
    import('./controller/loop/flusher.ts'),
  ]);
  const open = (url: string, cache: string): Promise<GitRepository> =>
    openNativeGit({ url, tokenFor: options.repo, directory: folder.resolve(cache), log, triesAgain });
  const git = await open(options.repo, 'repo.git');
  const seenBy = {
    git,
    openSigning,
    openHolidays,
    clock,
    log,
    controller: { id: folder.controllerId, name, ...timeZones() },
    nonce: () => randomBytes(8).toString('hex'),
    only,
    acceptGates,
    ...(grants === undefined ? {} : { grants }),
  };
  const opened = new Survey({
    ...seenBy,
    openLedger: (url) => open(url, 'ledger.git'),
    moveLedger: moveLedger ?? null,
    keepsPlace,
  });
  opened.recall(readSeen(await folder.readNote('ledger-tips.json')));
  /** Another view through the same copies, for what would be. */
  const another = () => new Survey({ ...seenBy, openLedger: async () => opened.ledgerGit });
  return { opened, another };
}

/** The release of the time zone data that Node brings with it. */
function timeZones(): { readonly zones?: string } {
  const zones = process.versions['tz'];
  return zones === undefined ? {} : { zones };
}

/** With the key that git signs with where the person stands. */
async function openSigning(): Promise<Signing> {
  return (await import('./git/ssh-signing.ts')).openSshSigning({ directory: process.cwd() });
}

/** One for the life of the process: what it has computed is kept. */
async function openHolidays(): Promise<HolidayTable> {
  holidays ??= import('./host/holidays.ts').then(({ openHolidays: open }) => open());
  return holidays;
}
let holidays: Promise<HolidayTable> | null = null;

async function openCommands(options: OpenOptions): Promise<Commands> {
  const made = await commandsOf(options);
  const handOff = endOnRequest(process, terminal, made.close);
  return {
    ...made,
    close: async () => {
      handOff();
      await made.close();
    },
  };
}

async function commandsOf(options: OpenOptions): Promise<Commands> {
  const [{ openStateFolder }, commands, { gitIdentity }, { realClock, stoppedClock }] = await Promise.all([
    import('./host/state-folder.ts'),
    import('./controller/commands/open-commands.ts'),
    import('./git/identity.ts'),
    import('./host/clock.ts'),
  ]);
  const folder = await openStateFolder(options.state, { exclusive: false });
  const clock = options.at === null ? realClock() : stoppedClock(options.at);
  const { opened } = await survey(
    options,
    folder,
    silent,
    hostname(),
    { environments: [], acceptGates: new Map(), keepsPlace: false },
    clock,
    false,
  );
  return commands.openCommands({
    survey: opened,
    clock,
    openHolidays,
    openSigning,
    identity: () => gitIdentity(process.cwd()),
    uniqueId: () => randomBytes(8).toString('hex'),
  });
}

async function serve({ host, port, hosts, ...options }: ServeOptions, ready: (url: string) => void): Promise<number> {
  const { openServer } = await import('./server/server.ts');
  const { Fault } = await import('./ports/fault.ts');
  const server = await openServer({ openCommands: () => commandsOf(options), at: options.at, hosts });
  const ended = new Promise<void>((resolve) => {
    process.once('SIGINT', () => resolve());
    process.once('SIGTERM', () => resolve());
  });
  try {
    ready(await server.listen({ host, port }));
  } catch (cause) {
    const message = `cannot listen on ${host}:${port}: ${cause instanceof Error ? cause.message : String(cause)}`;
    throw new Fault('refused', message, { retry: 'never', hint: 'name another port with --listen', cause });
  }
  await ended;
  server.server.closeAllConnections();
  await server.close();
  return 0;
}

async function openDoctor({ repo, state }: Pick<OpenOptions, 'repo' | 'state'>): Promise<Doctor> {
  const [{ openGitDoctor }, { openHostDoctor }] = await Promise.all([
    import('./git/doctor.ts'),
    import('./host/doctor.ts'),
  ]);
  const cache = path.join(state, 'repo.git');
  const git = await openGitDoctor({ url: repo, cache, directory: process.cwd() });
  return { ...git, ...openHostDoctor(state, process.env) };
}

type Hooks = {
  readonly log: Log;
  readonly onRecord: (environment: string, record: LedgerRecord, sentence: string) => void;
  readonly onBecause: (environment: string, sentence: string, remedy: Remedy | null) => void;
  /** Ends the life when aborted; null where signals do. */
  readonly stop: AbortSignal | null;
};

async function live(options: ControllerOptions, hooks: Hooks): Promise<ControllerExit> {
  const [
    { openStateFolder },
    { runController },
    { openRunner },
    { performerOf },
    { timerTicker },
    { isHostedForge },
    { givenClock, realClock },
    { keepHeapSmall },
    { parseRemoteUrl },
    { createWebhookPort },
    { openForge },
  ] = await Promise.all([
    import('./host/state-folder.ts'),
    import('./controller/loop/run-controller.ts'),
    import('./runner/runner.ts'),
    import('./performers.ts'),
    import('./host/ticker.ts'),
    import('./git/hosted.ts'),
    import('./host/clock.ts'),
    import('./host/small-heap.ts'),
    import('./git/remote-url.ts'),
    import('./forge/webhook-port.ts'),
    import('./forge/open-forge.ts'),
  ]);
  if (!options.once) keepHeapSmall();
  const folder = await openStateFolder(options.state, { exclusive: true });
  try {
    const clock = options.at === null ? realClock() : givenClock(options.at);
    const { opened, another } = await survey(
      options,
      folder,
      hooks.log,
      options.name,
      { ...options, keepsPlace: true },
      clock,
      true,
    );
    const runner = openRunner({
      concurrency: 4,
      stateDirectory: folder.path,
      env: process.env,
      repository: parseRemoteUrl(options.repo).shown,
      performerOf,
    });
    let lookNow = () => {};
    const webhook = createWebhookPort({ clock, log: hooks.log, env: process.env, wake: () => lookNow() });
    try {
      return await runController({
        survey: opened,
        runner,
        folder,
        clock,
        log: hooks.log,
        // A forge counts pushes; a server of one's own does not mind.
        flushMs: isHostedForge(options.repo) ? 10_000 : 1_000,
        onRecord: hooks.onRecord,
        onBecause: hooks.onBecause,
        once: options.once,
        ticker: timerTicker,
        webhook,
        forges: {
          open: (config, author) => openForge(config, { git: opened.git, clock, author, env: process.env }),
          openSurvey: another,
          openHolidays,
        },
        listen: (handlers) => {
          lookNow = handlers.lookNow;
          return listen(handlers, hooks.stop);
        },
      });
    } finally {
      await webhook.close();
      await opened.git.close();
      if (opened.ledgerGit !== opened.git) await opened.ledgerGit.close();
    }
  } finally {
    await folder.close();
  }
}

function listen({ lookNow, end }: { lookNow: () => void; end: () => void }, stop: AbortSignal | null): () => void {
  process.on('SIGHUP', lookNow);
  if (stop !== null) {
    stop.addEventListener('abort', end);
    if (stop.aborted) end();
    return () => {
      process.off('SIGHUP', lookNow);
      stop.removeEventListener('abort', end);
    };
  }
  process.on('SIGINT', end);
  process.on('SIGTERM', end);
  return () => {
    process.off('SIGHUP', lookNow);
    process.off('SIGINT', end);
    process.off('SIGTERM', end);
  };
}

/** A given clock is told as it was given: a story's Monday is a Monday in its log. */
function newsLog(say: (news: News) => void, at: number | null): Log {
  const startedAt = Date.now();
  const now = () => (at === null ? Date.now() : at + Date.now() - startedAt);
  const tell =
    (level: News['level']) =>
    (sentence: string, fields: Readonly<Record<string, unknown>> = {}) => {
      const environment = fields['environment'];
      say({ at: now(), level, environment: typeof environment === 'string' ? environment : null, sentence });
    };
  return { info: tell('info'), warn: tell('warning'), error: tell('error') };
}

async function playWiring(): Promise<PlayWiring> {
  const { readStarter } = await import('./demo/starter-files.ts');
  const { toneOf } = await import('./ledger/say.ts');
  const launcher = path.join(root, 'bin', 'tidegate');
  return {
    runController: (options, { onRecord, ...hooks }) => {
      const tell: Hooks['onRecord'] = (name, record, sentence) => onRecord(name, record, sentence, toneOf(record));
      return live({ ...options, acceptGates: new Map() }, { ...hooks, onRecord: tell });
    },
    starter: () => readStarter(root),
    service: path.join(root, 'scripts', 'service.mjs'),
    tidegate: [process.execPath, `${launcher}.js`],
    // The shell launcher is only in a checkout; a package has put `tidegate` on PATH.
    typed: existsSync(launcher) ? launcher : 'tidegate',
    directory: process.cwd(),
    now: () => Date.now(),
  };
}

const terminal = makeTerminal(process);
const wiring: Wiring = {
  openCommands,
  runController: (options, { say }) => {
    const log = newsLog(say, options.at);
    return live(options, {
      log,
      onRecord: (environment, _record, sentence) => log.info(sentence, { environment }),
      onBecause: (environment, sentence, remedy) => log.info(withCommand(sentence, remedy), { environment }),
      stop: null,
    });
  },
  serve,
  start: async (options, hooks) => (await import('./demo/start.ts')).start(options, hooks, await playWiring()),
  demo: async (options, hooks) => (await import('./demo/demo.ts')).demo(options, hooks, await playWiring()),
  holidays: async () => (await import('./host/holidays.ts')).openHolidays(),
  beginRepository: async (directory, files) =>
    (await import('./git/working-clone.ts')).beginRepository(directory, files),
  unpushedCommits: async (directory) => (await import('./git/working-clone.ts')).unpushedCommits(directory),
  openDoctor,
  terminal,
  now: () => Date.now(),
  env: process.env,
  directory: process.cwd(),
};

guardProcess(process, terminal);
process.exitCode = await runProgram(process.argv.slice(2), wiring);
// Everything was closed. What a remote that hangs has left open all the same must not keep the process: unless it is
// alive then, nothing comes of this.
setTimeout(() => process.exit(), LINGER_MS).unref();
