import { Router, type RequestHandler } from 'express';
import { z } from 'zod';
import { findAccount, githubAccounts } from '../github/accounts.js';
import { githubAppSpec } from '../github/apps.js';
import { githubSwitches, type GithubState } from '../github/state.js';
import type { TokenPair } from '../github/tokens.js';
import { parse } from './parse.js';

const login = z.enum(githubAccounts.map((account) => account.login));
const which = z.strictObject({ client_id: z.string().optional(), account: login.optional() });
const whose = z.strictObject({ client_id: z.string(), account: login });

/** Switches of the sandbox's GitHub. */
export function githubControl(state: GithubState): Router {
  const router = Router();
  router.get('/switches', (_req, res) => void res.json(state.switches));
  router.patch('/switches', (req, res) => {
    const changes = parse(githubSwitches.partial(), req.body, res);
    if (!changes) return;
    state.switches = githubSwitches.parse({ ...state.switches, ...changes });
    res.json(state.switches);
  });
  router.put('/apps', (req, res) => {
    const app = parse(githubAppSpec, req.body, res);
    if (!app) return;
    state.apps.put(app);
    res.json({ client_id: app.clientId, kind: app.kind, expiring: app.expiring });
  });
  router.get('/tokens', (_req, res) => {
    res.json({ tokens: state.tokens.living().map((pair) => tokenJson(state, pair)) });
  });
  router.post('/expire', expire(state));
  router.post('/revoke', revokeAsPerson(state));
  return router;
}

function expire(state: GithubState): RequestHandler {
  return (req, res) => {
    const filter = parse(which, req.body, res);
    if (!filter) return;
    const app = state.apps.find(filter.client_id);
    if (filter.client_id !== undefined && !app) return void res.status(404).json({ error: 'not_found' });
    const pairs = state.tokens
      .living(app, findAccount(filter.account))
      .filter((pair) => state.tokens.accessAlive(pair));
    for (const pair of pairs) pair.accessExpiresAt = state.world.clock.now();
    res.json({ expired: pairs.length });
  };
}

function revokeAsPerson(state: GithubState): RequestHandler {
  return (req, res) => {
    const body = parse(whose, req.body, res);
    if (!body) return;
    const app = state.apps.find(body.client_id);
    const account = findAccount(body.account);
    if (!app || !account) return void res.status(404).json({ error: 'not_found' });
    const seen = { client_id: app.clientId, account: account.login, fingerprint: null, generation: null };
    const what = { provider: 'github', event: 'grant_revoked', outcome: 'accepted', reason: 'person' } as const;
    state.world.witness.record({ ...what, ...seen });
    res.json({ revoked: state.forget(app, account, 'revoked_by_person') });
  };
}

function tokenJson(state: GithubState, pair: TokenPair): Record<string, unknown> {
  return {
    id: pair.id,
    client_id: pair.app.clientId,
    account: pair.account.login,
    scopes: pair.scopes,
    generation: pair.generation,
    access: pair.access,
    access_alive: state.tokens.accessAlive(pair),
    access_expires_at: pair.accessExpiresAt?.toISOString() ?? null,
    refresh: pair.refresh ?? null,
    refresh_alive: pair.refresh !== undefined && state.tokens.refreshRefusal(pair) === undefined,
  };
}
