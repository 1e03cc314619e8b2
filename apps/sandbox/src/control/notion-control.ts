import { Router, type RequestHandler } from 'express';
import { z } from 'zod';
import { notionIntegrationSpec } from '../notion/integrations.js';
import { notionSwitches, type NotionState } from '../notion/state.js';
import type { NotionPair } from '../notion/tokens.js';
import { seatName, seats } from '../notion/workspaces.js';
import { parse } from './parse.js';

const seat = z.enum(seats.map(seatName));
const which = z.strictObject({ client_id: z.string().optional(), account: seat.optional() });
const whose = z.strictObject({ client_id: z.string(), account: seat });

/** Switches of the sandbox's Notion. An account is a person in a workspace, for instance `ada@studio`. */
export function notionControl(state: NotionState): Router {
  const router = Router();
  router.get('/switches', (_req, res) => void res.json(state.switches));
  router.patch('/switches', (req, res) => {
    const changes = parse(notionSwitches.partial(), req.body, res);
    if (!changes) return;
    state.switches = notionSwitches.parse({ ...state.switches, ...changes });
    res.json(state.switches);
  });
  router.put('/integrations', (req, res) => {
    const integration = parse(notionIntegrationSpec, req.body, res);
    if (!integration) return;
    state.integrations.set(integration.clientId, integration);
    res.json({ client_id: integration.clientId });
  });
  router.get('/tokens', (_req, res) => {
    res.json({ tokens: state.tokens.living().map((pair) => tokenJson(state, pair)) });
  });
  router.post('/expire', expire(state));
  router.post('/revoke', revokeAsPerson(state));
  return router;
}

function expire(state: NotionState): RequestHandler {
  return (req, res) => {
    const filter = parse(which, req.body, res);
    if (!filter) return;
    if (filter.client_id !== undefined && !state.integrations.has(filter.client_id)) {
      return void res.status(404).json({ error: 'not_found' });
    }
    const pairs = state.tokens.living().filter((pair) => fits(pair, filter) && state.tokens.accessAlive(pair));
    for (const pair of pairs) pair.accessExpiresAt = state.world.clock.now();
    res.json({ expired: pairs.length });
  };
}

function revokeAsPerson(state: NotionState): RequestHandler {
  return (req, res) => {
    const body = parse(whose, req.body, res);
    if (!body) return;
    const authorization = state
      .authorizations()
      .find((one) => one.integration.clientId === body.client_id && seatName(one.seat) === body.account);
    if (!authorization) return void res.status(404).json({ error: 'not_found' });
    const what = { provider: 'notion', event: 'grant_revoked', outcome: 'accepted', reason: 'person' } as const;
    state.world.witness.record({ ...what, ...body, fingerprint: null, generation: null });
    res.json({ revoked: state.disconnect(authorization, 'revoked_by_person') });
  };
}

function fits({ authorization }: NotionPair, filter: z.infer<typeof which>): boolean {
  const sameClient = filter.client_id === undefined || filter.client_id === authorization.integration.clientId;
  return sameClient && (filter.account === undefined || filter.account === seatName(authorization.seat));
}

function tokenJson(state: NotionState, pair: NotionPair): Record<string, unknown> {
  const { integration, seat: owner, botId, pages } = pair.authorization;
  return {
    id: pair.id,
    client_id: integration.clientId,
    account: seatName(owner),
    bot_id: botId,
    pages: pages.length,
    generation: pair.generation,
    access: pair.access,
    access_alive: state.tokens.accessAlive(pair),
    refresh: pair.refresh,
    refresh_alive: pair.refresh !== null && pair.refreshDead === undefined,
  };
}
