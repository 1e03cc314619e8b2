import { json, Router, type Request, type RequestHandler, type Response } from 'express';
import { faultGuard } from '../control/fault-guard.js';
import { basicCredentials, fieldsOf, text } from '../world/fields.js';
import { fingerprint } from '../world/random-text.js';
import { sendApiError } from './api-auth.js';
import type { GithubApp } from './apps.js';
import { authorizationJson } from './authorization-json.js';
import { sendScopedToken } from './scoped-token.js';
import type { GithubState } from './state.js';
import type { TokenPair } from './tokens.js';

type Operation = (pair: TokenPair, token: string, req: Request, res: Response) => void;

/** Token administration under `/applications/{client_id}`: HTTP Basic with the app's own credentials, JSON body. */
export function applicationsRoutes(state: GithubState): Router {
  const { faults } = state.world;
  const router = Router();
  const path = '/applications/:clientId/token';
  router.use('/applications', json());
  const run = (operation: Operation): RequestHandler => forToken(state, operation);

  router.post(
    path,
    faultGuard(faults, 'github.check_token'),
    run((pair, token, _req, res) => {
      res.json(authorizationJson(state, pair, token));
    }),
  );
  router.patch(
    path,
    faultGuard(faults, 'github.reset_token'),
    run((pair, _token, _req, res) => {
      witness(state, pair, 'token_revoked', 'reset');
      res.json(authorizationJson(state, pair, state.tokens.reset(pair)));
    }),
  );
  router.delete(
    path,
    faultGuard(faults, 'github.delete_token'),
    run((pair, _token, _req, res) => {
      witness(state, pair, 'token_revoked', 'client');
      pair.accessDead = 'revoked';
      if (state.switches.delete_token_kills_refresh) state.tokens.kill(pair, 'revoked');
      res.status(204).end();
    }),
  );
  router.delete(
    '/applications/:clientId/grant',
    faultGuard(faults, 'github.delete_grant'),
    run((pair, _token, _req, res) => {
      witness(state, pair, 'grant_revoked', 'client');
      state.forget(pair.app, pair.account, 'revoked');
      res.status(204).end();
    }),
  );
  router.post(
    `${path}/scoped`,
    faultGuard(faults, 'github.scoped_token'),
    run((pair, _token, req, res) => {
      sendScopedToken(state, pair, req, res);
    }),
  );
  return router;
}

function forToken(state: GithubState, operation: Operation): RequestHandler {
  return (req, res) => {
    const app = callingApp(state, req, res);
    if (!app) return;
    const token = text(fieldsOf(req), 'access_token');
    if (token === undefined) return sendApiError(res, 422, 'Validation Failed: access_token is missing.');
    const pair = state.tokens.alive(token);
    if (pair?.app.clientId === app.clientId) return operation(pair, token, req, res);
    if (req.method === 'DELETE') {
      const event = req.path.endsWith('/grant') ? 'grant_revoked' : 'token_revoked';
      const seen = { provider: 'github', event, client_id: app.clientId, account: null, generation: null } as const;
      state.world.witness.record({ ...seen, outcome: 'refused', reason: 'unknown', fingerprint: fingerprint(token) });
    }
    sendApiError(res, 404, 'Not Found');
  };
}

function callingApp(state: GithubState, req: Request, res: Response): GithubApp | undefined {
  const credentials = basicCredentials(req);
  const app = state.apps.authenticate(credentials?.id, credentials?.secret);
  if (!app) sendApiError(res, 401, credentials ? 'Bad credentials' : 'Requires authentication');
  else if (app.clientId !== req.params.clientId) sendApiError(res, 404, 'Not Found');
  else return app;
  return undefined;
}

function witness(state: GithubState, pair: TokenPair, event: 'token_revoked' | 'grant_revoked', reason: string): void {
  const { app, account, access, generation } = pair;
  const seen = { client_id: app.clientId, account: account.login, fingerprint: access, generation };
  state.world.witness.record({ provider: 'github', event, outcome: 'accepted', reason, ...seen });
}
