// /api/v1: one address for each question; the answers have the shapes of contract/.

import type { FastifyInstance } from 'fastify';
import type { Instant } from '../../base/instant.ts';
import { askHistory, askPlan, askRun, askStatus, askWhen, askWhy } from '../questions.ts';
import { type Ask, sendAnswer } from '../sending.ts';
import { limitOf, paramOf, queryOf, required } from './query.ts';

export function addApi(server: FastifyInstance, ask: Ask, at: Instant | null): void {
  server.get('/api/v1/status', async (request, reply) => {
    const query = queryOf(request, ['environment']);
    return sendAnswer(request, reply, await ask((commands) => askStatus(commands, query('environment'))));
  });
  server.get('/api/v1/why', async (request, reply) => {
    const query = queryOf(request, ['environment', 'version']);
    const environment = required('environment', query('environment'));
    return sendAnswer(request, reply, await ask((commands) => askWhy(commands, environment, query('version'))));
  });
  server.get('/api/v1/when', async (request, reply) => {
    const query = queryOf(request, ['version', 'environment']);
    const version = required('version', query('version'));
    return sendAnswer(request, reply, await ask((commands) => askWhen(commands, version, query('environment'))));
  });
  server.get('/api/v1/history', async (request, reply) => {
    const query = queryOf(request, ['environment', 'limit']);
    const limit = limitOf(query('limit'));
    return sendAnswer(request, reply, await ask((commands) => askHistory(commands, query('environment'), limit, at)));
  });
  server.get('/api/v1/runs/:id', async (request, reply) => {
    queryOf(request, []);
    return sendAnswer(request, reply, await ask((commands) => askRun(commands, paramOf(request, 'id'))));
  });
  server.get('/api/v1/plan', async (request, reply) => {
    const query = queryOf(request, ['environment']);
    return sendAnswer(request, reply, await ask((commands) => askPlan(commands, query('environment'))));
  });
}
