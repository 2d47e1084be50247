// The pages, each made of the answers that the API gives.

import type { FastifyInstance } from 'fastify';
import type { Instant } from '../../base/instant.ts';
import { environmentPage, environmentsPage } from '../pages/environments.ts';
import { frame } from '../pages/frame.ts';
import { runPage } from '../pages/run.ts';
import { askHistory, askRun, askStatus, askWhy } from '../questions.ts';
import { type Ask, sendPage } from '../sending.ts';
import { paramOf, queryOf } from './query.ts';

const RUNS_SHOWN = 12;

export function addPages(server: FastifyInstance, ask: Ask, at: Instant | null): void {
  server.get('/', async (request, reply) => {
    queryOf(request, []);
    const status = await ask((commands) => askStatus(commands, null));
    return sendPage(request, reply, frame('Environments', status, environmentsPage(status.json)));
  });
  server.get('/environments/:name', async (request, reply) => {
    queryOf(request, []);
    const name = paramOf(request, 'name');
    // One look serves all three: they cannot tell of different moments.
    const page = await ask(async (commands) => {
      const status = await askStatus(commands, name);
      const why = await askWhy(commands, name, null);
      const history = await askHistory(commands, name, RUNS_SHOWN, at);
      return frame(name, status, environmentPage(status.json, why.json, history.json));
    });
    return sendPage(request, reply, page);
  });
  server.get('/runs/:id', async (request, reply) => {
    queryOf(request, []);
    const id = paramOf(request, 'id');
    const run = await ask((commands) => askRun(commands, id));
    return sendPage(request, reply, frame(id, run, runPage(run.json)));
  });
}
