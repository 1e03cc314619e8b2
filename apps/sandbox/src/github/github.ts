import { Router } from 'express';
import { apiRoutes } from './api.routes.js';
import { applicationsRoutes } from './applications.routes.js';
import { authorizeRoutes } from './authorize.routes.js';
import { errorDocs } from './error-docs.js';
import { repoRoutes } from './repo.routes.js';
import type { GithubState } from './state.js';
import { tokenRoutes } from './token.routes.js';

/** What is under `/github`: the web side, and the API once more at `/api/v3`, where GitHub Enterprise has it. */
export function githubWeb(state: GithubState): Router {
  const router = Router();
  router.use(authorizeRoutes(state), tokenRoutes(state));
  router.get('/docs/errors', errorDocs);
  router.use('/api/v3', githubApi(state));
  // Last, because it takes any two words.
  router.use(repoRoutes());
  return router;
}

/** What is under `/github-api`. */
export function githubApi(state: GithubState): Router {
  const router = Router();
  router.use(apiRoutes(state), applicationsRoutes(state));
  return router;
}
