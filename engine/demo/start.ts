// `npm start`: the starter's repository, its three services and a controller on this machine, until Ctrl-C. The
// controller runs in this very process, so that there is no child that could be left behind; what it starts dies with
// it (supervisor), and so do the services (watchdog). A later start carries on with the same repository, ports and
// history.

import path from 'node:path';
import { tellNews } from './news.ts';
import type { PlayHooks, PlayOptions, PlayWiring } from './play.ts';
import { openPlayLog } from './play-log.ts';
import { openPlayground, type Playground } from './playground.ts';
import { type Service, startService } from './services.ts';
import { listenForStop } from './stop-signals.ts';
import { welcome } from './welcome.ts';

const FIRST_TAG = 'v1.0.0';

export async function start(options: PlayOptions, hooks: PlayHooks, wiring: PlayWiring): Promise<number> {
  const stop = listenForStop(() => hooks.print('\nStopping …\n'));
  const services: Service[] = [];
  try {
    const playground = await openPlayground({
      state: options.state,
      starter: await wiring.starter(),
      tag: FIRST_TAG,
      now: wiring.now(),
      portOffset: 0,
    });
    await startServices(services, playground, options.state, wiring.service);
    hooks.print(await welcome(playground, options, hooks, wiring));
    if (stop.signal.aborted) return 0;
    return await control(playground, services, options, hooks, wiring, stop.signal);
  } finally {
    await Promise.all(services.map((service) => service.stop()));
    stop.close();
    if (stop.signal.aborted) hooks.print('Stopped. Nothing is left running; `npm start` carries on.\n');
  }
}

async function startServices(
  services: Service[],
  { places }: Playground,
  state: string,
  program: string,
): Promise<void> {
  const started = await Promise.allSettled(
    places.map(async ({ environment, port, folder }) => {
      const log = path.join(state, 'logs', `service-${environment}.log`);
      services.push(await startService({ environment, port, folder, program, log }));
    }),
  );
  const failed = started.find((result) => result.status === 'rejected');
  if (failed !== undefined) throw failed.reason;
}

async function control(
  playground: Playground,
  services: readonly Service[],
  { state }: PlayOptions,
  hooks: PlayHooks,
  wiring: PlayWiring,
  stop: AbortSignal,
): Promise<number> {
  const urls = new Map(services.map(({ environment, url }) => [environment, url]));
  const news = tellNews(hooks, urls, wiring.now);
  for (const { environment, ended } of services) {
    void ended.then((how) => {
      if (!stop.aborted) news.warn(environment, `its service ${how}; Ctrl-C and \`npm start\` bring it back`);
    });
  }
  const log = openPlayLog(path.join(state, 'tidegate.log'), wiring.now, news.warn);
  try {
    const options = { repo: playground.repository, state, at: null, once: false, name: 'npm-start', environments: [] };
    const exit = await wiring.runController(options, {
      log,
      stop,
      onRecord(environment, record, sentence, tone) {
        log.info(sentence, { environment });
        news.onRecord(environment, record, sentence, tone);
      },
      onBecause(environment, sentence) {
        log.info(sentence, { environment });
        news.onBecause(environment, sentence);
      },
    });
    return stop.aborted ? 0 : exit;
  } finally {
    log.close();
  }
}
