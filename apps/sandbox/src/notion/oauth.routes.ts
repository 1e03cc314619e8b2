import { json, Router, type NextFunction, type Request, type RequestHandler, type Response } from 'express';
import { faultGuard } from '../control/fault-guard.js';
import { basicCredentials, fieldsOf, text } from '../world/fields.js';
import { fingerprint, randomUuid } from '../world/random-text.js';
import { checkVersion, sendOauthError, type OauthRefusal } from './answers.js';
import type { NotionIntegration } from './integrations.js';
import { spendCode } from './spend-code.js';
import { spendRefresh } from './spend-refresh.js';
import type { NotionState } from './state.js';
import { tokenJson } from './token-json.js';
import type { NotionMinted } from './tokens.js';
import { seatName } from './workspaces.js';

type Fields = Record<string, unknown>;
type Operation = (integration: NotionIntegration, fields: Fields, res: Response) => void;

/** `POST /v1/oauth/token`, `/revoke`, `/introspect`: HTTP Basic only, JSON only. */
export function oauthRoutes(state: NotionState): Router {
  const { faults } = state.world;
  const router = Router();
  const version = checkVersion(state, () => state.switches.oauth_needs_version);
  const route = (name: 'token' | 'revoke' | 'introspect', operation: Operation): void => {
    router.post(
      `/v1/oauth/${name}`,
      readJson(state),
      faultGuard(faults, `notion.${name}`),
      version,
      asIntegration(state, operation),
    );
  };
  route('token', (integration, fields, res) => {
    const result = spend(state, integration, fields);
    if ('code' in result) sendOauthError(state, res, result);
    else res.set('Cache-Control', 'no-store').json(tokenJson(state, result));
  });
  route('revoke', (integration, fields, res) => revoke(state, integration, fields, res));
  route('introspect', (integration, fields, res) => introspect(state, integration, fields, res));
  return router;
}

function readJson(state: NotionState): RequestHandler {
  const parse = json();
  return (req, res, next) => {
    if (!req.is('application/json')) {
      return sendOauthError(state, res, {
        code: 'invalid_request',
        message: 'The body must be JSON (Content-Type: application/json).',
      });
    }
    parse(req, res, (error?: unknown) => {
      if (error === undefined) next();
      else sendOauthError(state, res, { code: 'invalid_request', message: 'The body is not valid JSON.' });
    });
  };
}

function asIntegration(state: NotionState, operation: Operation) {
  return (req: Request, res: Response, _next: NextFunction): void => {
    const credentials = basicCredentials(req);
    const integration = state.integrations.get(credentials?.id ?? '');
    const fields = fieldsOf(req);
    // A secret in the body is refused even beside a right header: Basic is the only way.
    if (!integration || integration.clientSecret !== credentials?.secret || 'client_secret' in fields) {
      return sendOauthError(state, res, {
        code: 'invalid_client',
        message: 'The client must authenticate with HTTP Basic.',
      });
    }
    operation(integration, fields, res);
  };
}

function spend(state: NotionState, integration: NotionIntegration, fields: Fields): NotionMinted | OauthRefusal {
  const grantType = text(fields, 'grant_type');
  if (grantType === 'authorization_code') return spendCode(state, integration, fields);
  if (grantType === 'refresh_token') return spendRefresh(state, integration, fields);
  return grantType === undefined
    ? { code: 'invalid_request', message: 'grant_type is missing.' }
    : { code: 'unsupported_grant_type', message: 'grant_type must be authorization_code or refresh_token.' };
}

function revoke(state: NotionState, integration: NotionIntegration, fields: Fields, res: Response): void {
  const token = text(fields, 'token');
  if (token === undefined) return sendOauthError(state, res, { code: 'invalid_request', message: 'token is missing.' });
  const pair = state.tokens.byAccess(token);
  const own = pair?.authorization.integration.clientId === integration.clientId ? pair : undefined;
  const seen = {
    provider: 'notion',
    event: 'token_revoked',
    client_id: integration.clientId,
    fingerprint: fingerprint(token),
  } as const;
  if (!own) {
    state.world.witness.record({ ...seen, outcome: 'refused', reason: 'unknown', account: null, generation: null });
    return sendOauthError(state, res, {
      code: 'invalid_request',
      message: 'token is not an access token of this integration.',
    });
  }
  state.tokens.kill(own, 'revoked');
  const account = seatName(own.authorization.seat);
  state.world.witness.record({ ...seen, outcome: 'accepted', reason: 'client', account, generation: own.generation });
  res.json({ request_id: randomUuid(state.world.random) });
}

function introspect(state: NotionState, integration: NotionIntegration, fields: Fields, res: Response): void {
  const pair = state.tokens.alive(text(fields, 'token') ?? '');
  const request_id = randomUuid(state.world.random);
  if (pair?.authorization.integration.clientId !== integration.clientId)
    return void res.json({ active: false, request_id });
  const scope = integration.capabilities.join(' ');
  res.json({ active: true, scope, iat: Math.floor(pair.issuedAt.getTime() / 1000), request_id });
}
