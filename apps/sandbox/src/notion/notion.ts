import { Router } from 'express';
import { apiRoutes } from './api.routes.js';
import { authorizeRoutes } from './authorize.routes.js';
import { oauthRoutes } from './oauth.routes.js';
import type { NotionState } from './state.js';

/** What is under `/notion`. */
export function notionRoutes(state: NotionState): Router {
  const router = Router();
  router.use(authorizeRoutes(state), oauthRoutes(state), apiRoutes(state));
  return router;
}
