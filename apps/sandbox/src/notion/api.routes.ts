import { json, Router, type Request, type Response } from 'express';
import { faultGuard } from '../control/fault-guard.js';
import { fieldsOf, text } from '../world/fields.js';
import { randomUuid } from '../world/random-text.js';
import { checkVersion, sendApiError } from './answers.js';
import { pageJson } from './page-json.js';
import type { NotionState } from './state.js';
import { userJson } from './token-json.js';
import type { NotionPair } from './tokens.js';
import type { NotionPage } from './workspaces.js';

type Call = (pair: NotionPair, req: Request, res: Response) => void;

/** `GET /v1/users/me`, `POST /v1/search`, `GET /v1/pages/:id`. */
export function apiRoutes(state: NotionState): Router {
  const { faults } = state.world;
  const router = Router();
  const version = checkVersion(state);
  const called = (call: Call) => (req: Request, res: Response) => {
    const token = /^bearer +(\S+)$/i.exec(req.headers.authorization ?? '')?.[1];
    const pair = token === undefined ? undefined : state.tokens.alive(token);
    if (pair) return call(pair, req, res);
    sendApiError(state, res, [401, 'unauthorized'], 'The API token is not valid.');
  };
  router.get(
    '/v1/users/me',
    faultGuard(faults, 'notion.me'),
    version,
    called((pair, _req, res) => {
      res.json(botJson(state, pair));
    }),
  );
  router.post(
    '/v1/search',
    json(),
    faultGuard(faults, 'notion.search'),
    version,
    called((pair, req, res) => {
      if (mayRead(state, pair, res)) res.json(searchJson(state, pair, req));
    }),
  );
  router.get(
    '/v1/pages/:id',
    faultGuard(faults, 'notion.page'),
    version,
    called((pair, req, res) => {
      if (mayRead(state, pair, res)) sendOnePage(state, pair, req, res);
    }),
  );
  return router;
}

function mayRead(state: NotionState, pair: NotionPair, res: Response): boolean {
  if (pair.authorization.integration.capabilities.includes('read_content')) return true;
  sendApiError(state, res, [403, 'restricted_resource'], 'The integration lacks the capability to read content.');
  return false;
}

function botJson(state: NotionState, pair: NotionPair): Record<string, unknown> {
  const { botId, integration, seat } = pair.authorization;
  return {
    object: 'user',
    id: botId,
    name: integration.name,
    avatar_url: null,
    type: 'bot',
    bot: {
      owner: { type: 'user', user: userJson(seat.user, integration.capabilities.includes('read_user_with_email')) },
      workspace_id: seat.workspace.id,
      workspace_name: seat.workspace.name,
      workspace_limits: { max_file_upload_size_in_bytes: 5_242_880 },
    },
    request_id: randomUuid(state.world.random),
  };
}

/** Only what the person picked exists for the integration. */
function sharedPages({ authorization }: NotionPair): NotionPage[] {
  return authorization.seat.workspace.pages.filter((page) => authorization.pages.includes(page.id));
}

function searchJson(state: NotionState, pair: NotionPair, req: Request): Record<string, unknown> {
  const wanted = (text(fieldsOf(req), 'query') ?? '').toLowerCase();
  const found = sharedPages(pair).filter((page) => page.title.toLowerCase().includes(wanted));
  return {
    object: 'list',
    results: found.map((page) => pageJson(page, pair)),
    next_cursor: null,
    has_more: false,
    type: 'page_or_data_source',
    page_or_data_source: {},
    request_id: randomUuid(state.world.random),
  };
}

function sendOnePage(state: NotionState, pair: NotionPair, req: Request, res: Response): void {
  const wanted = String(req.params.id).replaceAll('-', '').toLowerCase();
  const page = sharedPages(pair).find((one) => one.id.replaceAll('-', '') === wanted);
  if (page) res.json({ ...pageJson(page, pair), request_id: randomUuid(state.world.random) });
  else
    sendApiError(
      state,
      res,
      [404, 'object_not_found'],
      'There is no such page, or it is not shared with this integration.',
    );
}
