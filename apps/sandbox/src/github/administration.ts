import type { Request, RequestHandler, Response } from 'express';
import { basicCredentials, fieldsOf, text } from '../world/fields.js';
import { fingerprint } from '../world/random-text.js';
import { sendApiError } from './api-auth.js';
import type { GithubApp } from './apps.js';
import type { GithubState } from './state.js';
import type { TokenPair } from './tokens.js';

export interface Administered {
  readonly state: GithubState;
  /** The pair of the access token that the app named. */
  readonly pair: TokenPair;
  readonly token: string;
  readonly req: Request;
  readonly res: Response;
}

export type Operation = (call: Administered) => void;

/** Runs the operation once the app has shown its credentials and named a living token of its own. */
export function forToken(state: GithubState, operation: Operation): RequestHandler {
  return (req, res) => {
    const app = callingApp(state, req, res);
    if (!app) return;
    const token = text(fieldsOf(req), 'access_token');
    if (token === undefined) return sendApiError(res, 422, 'Validation Failed: access_token is missing.');
    const pair = state.tokens.alive(token);
    if (pair?.app.clientId === app.clientId) return operation({ state, pair, token, req, res });
    if (req.method === 'DELETE') witnessUnknown(state, app, req.path, token);
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

function witnessUnknown(state: GithubState, app: GithubApp, path: string, token: string): void {
  state.world.witness.record({
    provider: 'github',
    event: path.endsWith('/grant') ? 'grant_revoked' : 'token_revoked',
    outcome: 'refused',
    reason: 'unknown',
    client_id: app.clientId,
    account: null,
    fingerprint: fingerprint(token),
    generation: null,
  });
}
