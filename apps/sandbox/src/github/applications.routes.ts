import { json, Router } from 'express';
import { faultGuard } from '../control/fault-guard.js';
import { forToken, type Operation } from './administration.js';
import { authorizationJson } from './authorization-json.js';
import { sendScopedToken } from './scoped-token.js';
import type { GithubState } from './state.js';
import type { TokenPair } from './tokens.js';

/** Token administration under `/applications/{client_id}`: HTTP Basic with the app's own credentials, JSON body. */
export function applicationsRoutes(state: GithubState): Router {
  const { faults } = state.world;
  const router = Router();
  const token = '/applications/:clientId/token';
  const grant = '/applications/:clientId/grant';
  router.use('/applications', json());
  router.post(token, faultGuard(faults, 'github.check_token'), forToken(state, checkToken));
  router.patch(token, faultGuard(faults, 'github.reset_token'), forToken(state, resetToken));
  router.delete(token, faultGuard(faults, 'github.delete_token'), forToken(state, deleteToken));
  router.delete(grant, faultGuard(faults, 'github.delete_grant'), forToken(state, deleteGrant));
  router.post(`${token}/scoped`, faultGuard(faults, 'github.scoped_token'), forToken(state, scopeToken));
  return router;
}

const checkToken: Operation = ({ state, pair, token, res }) => {
  res.json(authorizationJson(state, pair, token));
};

const resetToken: Operation = ({ state, pair, res }) => {
  witness(state, pair, 'token_revoked', 'reset');
  res.json(authorizationJson(state, pair, state.tokens.reset(pair)));
};

const deleteToken: Operation = ({ state, pair, res }) => {
  witness(state, pair, 'token_revoked', 'client');
  pair.accessDead = 'revoked';
  if (state.switches.delete_token_kills_refresh) state.tokens.kill(pair, 'revoked');
  res.status(204).end();
};

const deleteGrant: Operation = ({ state, pair, res }) => {
  witness(state, pair, 'grant_revoked', 'client');
  state.forget(pair.app, pair.account, 'revoked');
  res.status(204).end();
};

const scopeToken: Operation = ({ state, pair, req, res }) => sendScopedToken(state, pair, req, res);

function witness(state: GithubState, pair: TokenPair, event: 'token_revoked' | 'grant_revoked', reason: string): void {
  const { app, account, access, generation } = pair;
  const seen = { client_id: app.clientId, account: account.login, fingerprint: access, generation };
  state.world.witness.record({ provider: 'github', event, outcome: 'accepted', reason, ...seen });
}
