import { json, Router, type RequestHandler } from 'express';
import { z } from 'zod';
import type { GithubState } from '../github/state.js';
import type { NotionState } from '../notion/state.js';
import type { World } from '../world/world.js';
import { endpoints, faultSpec } from './faults.js';
import { githubControl } from './github-control.js';
import { notionControl } from './notion-control.js';
import { parse } from './parse.js';

/** What is under `/control`: how tests and the demo make the outside world misbehave. JSON in, JSON out. */
export function controlRoutes(world: World, github: GithubState, notion: NotionState): Router {
  const router = Router();
  router.use(onlyJson, json());
  router.get('/', (_req, res) => {
    res.json({
      endpoints,
      clock: clockJson(world),
      faults: world.faults.list(),
      github: github.switches,
      notion: notion.switches,
    });
  });
  router.get('/clock', (_req, res) => void res.json(clockJson(world)));
  router.post('/clock', (req, res) => {
    const body = parse(z.strictObject({ advance_seconds: z.number().min(0).max(1e9) }), req.body, res);
    if (!body) return;
    world.clock.advance(body.advance_seconds * 1000);
    res.json(clockJson(world));
  });
  router.use('/faults', faultRoutes(world));
  router.use('/github', githubControl(github));
  router.use('/notion', notionControl(notion));
  return router;
}

// A page in somebody's browser can post forms here, but not JSON without asking first; so only JSON is heard.
const onlyJson: RequestHandler = (req, res, next) => {
  if (req.method === 'GET' || req.method === 'DELETE' || req.is('application/json')) return next();
  res
    .status(415)
    .json({ error: 'invalid_request', error_description: 'Send JSON with Content-Type: application/json.' });
};

function faultRoutes(world: World): Router {
  const router = Router();
  router.get('/', (_req, res) => void res.json({ faults: world.faults.list() }));
  router.post('/', (req, res) => {
    const spec = parse(faultSpec, req.body, res);
    if (spec) res.status(201).json(world.faults.add(spec));
  });
  router.delete('/', (_req, res) => {
    world.faults.clear();
    res.status(204).end();
  });
  router.delete('/:id', (req, res) => {
    res.status(world.faults.remove(Number(req.params.id)) ? 204 : 404).end();
  });
  return router;
}

function clockJson(world: World): Record<string, unknown> {
  return { now: world.clock.now().toISOString(), ahead_seconds: world.clock.aheadSeconds };
}
