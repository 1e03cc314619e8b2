import { Router, urlencoded, type Request, type Response } from 'express';
import { faultGuard } from '../control/fault-guard.js';
import { Notice, sendPage } from '../pages/page.js';
import { fieldsOf, text, texts, withParams } from '../world/fields.js';
import { randomText } from '../world/random-text.js';
import { PagesPage, WorkspacePage } from './authorize-page.js';
import type { NotionRequest, NotionState } from './state.js';
import { findSeat } from './workspaces.js';

const path = '/v1/oauth/authorize';

/** `GET` and `POST /v1/oauth/authorize`: choose workspace, choose pages, back to the client. */
export function authorizeRoutes(state: NotionState): Router {
  const router = Router();
  router.get(path, faultGuard(state.world.faults, 'notion.authorize'), (req, res) => start(state, req, res));
  router.post(path, urlencoded({ extended: false }), (req, res) => decide(state, req, res));
  return router;
}

function start(state: NotionState, req: Request, res: Response): void {
  const integration = state.integrations.get(text(req.query, 'client_id') ?? '');
  if (!integration) return sendNotice(res, 'The client_id is missing or unknown.');
  const redirectUri = text(req.query, 'redirect_uri');
  const onlyOne = integration.redirectUris.length === 1 ? integration.redirectUris[0] : undefined;
  const target = redirectUri ?? onlyOne;
  if (target === undefined || !integration.redirectUris.includes(target)) {
    return sendNotice(res, 'The redirect_uri is missing or not one that this integration registered.');
  }
  const request = { integration, redirectUri, target, state: text(req.query, 'state') };
  if (text(req.query, 'response_type') !== 'code') return sendError(res, request, 'unsupported_response_type');
  if (text(req.query, 'owner') !== 'user') return sendError(res, request, 'invalid_request');
  const requestId = randomText(state.world.random, 32);
  state.pending.set(requestId, request);
  sendPage(res, 200, <WorkspacePage requestId={requestId} app={integration.name} />);
}

function decide(state: NotionState, req: Request, res: Response): void {
  const fields = fieldsOf(req);
  const requestId = text(fields, 'request') ?? '';
  const request = state.pending.get(requestId);
  if (!request) return sendNotice(res, 'This page was already answered. Start again from the app.');
  const decision = text(fields, 'decision');
  const seat = findSeat(text(fields, 'seat'));
  if (decision === 'workspace' && seat) {
    return sendPage(res, 200, <PagesPage requestId={requestId} app={request.integration.name} seat={seat} />);
  }
  state.pending.delete(requestId);
  if (decision !== 'allow' || !seat) return sendError(res, request, 'access_denied');
  const picked = new Set(texts(fields, 'page'));
  const pages = seat.workspace.pages.map((page) => page.id).filter((id) => picked.has(id));
  const { integration, redirectUri, target } = request;
  const code = state.issueCode({ integration, seat, pages, redirectUri });
  res.redirect(302, withParams(target, { code, state: request.state }));
}

function sendError(res: Response, request: NotionRequest, error: string): void {
  res.redirect(302, withParams(request.target, { error, state: request.state }));
}

function sendNotice(res: Response, text: string): void {
  sendPage(res, 400, <Notice service="notion" brand="Sandbox Notion" title="Something is missing" text={text} />);
}
