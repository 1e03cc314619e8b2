import { Router, type Request, type Response } from 'express';
import { faultGuard } from '../control/fault-guard.js';
import { authenticateCall, sendApiError } from './api-auth.js';
import { repoJson, visibleRepos } from './repos-json.js';
import { closure } from './scopes.js';
import type { GithubState } from './state.js';
import { privateUser, publicUser } from './user-json.js';

/** The REST calls that a person's token opens: `GET /user`, `GET /user/repos`. */
export function apiRoutes(state: GithubState): Router {
  const { faults } = state.world;
  const router = Router();
  router.use((req, res, next) => {
    if (req.headers['user-agent']) return next();
    sendApiError(res, 403, 'Every request needs a User-Agent header.');
  });
  router.get('/user', faultGuard(faults, 'github.user'), (req, res) => sendUser(state, req, res));
  router.get('/user/repos', faultGuard(faults, 'github.repos'), (req, res) => sendRepos(state, req, res));
  return router;
}

function places(state: GithubState): [api: string, web: string] {
  return [`${state.world.url}/github-api`, `${state.world.url}/github`];
}

function sendUser(state: GithubState, req: Request, res: Response): void {
  const pair = authenticateCall(state, req, res, '');
  if (!pair) return;
  const shape = closure(pair.scopes).has('read:user') ? privateUser : publicUser;
  res.json(shape(pair.account, ...places(state)));
}

function sendRepos(state: GithubState, req: Request, res: Response): void {
  const pair = authenticateCall(state, req, res, 'public_repo, repo');
  if (!pair) return;
  const wanted = typeof req.query.visibility === 'string' ? req.query.visibility : 'all';
  const repos = visibleRepos(pair).filter((repo) => wanted === 'all' || (wanted === 'private') === repo.private);
  const size = whole(req.query.per_page, 30, 100);
  const page = whole(req.query.page, 1, 1000);
  const link = (to: number, rel: string): string =>
    `<${places(state)[0]}/user/repos?visibility=${encodeURIComponent(wanted)}&per_page=${size}&page=${to}>; rel="${rel}"`;
  if (page * size < repos.length)
    res.set('Link', `${link(page + 1, 'next')}, ${link(Math.ceil(repos.length / size), 'last')}`);
  res.json(repos.slice((page - 1) * size, page * size).map((repo) => repoJson(repo, pair, places(state))));
}

function whole(value: unknown, otherwise: number, most: number): number {
  const number = Number(value ?? otherwise);
  return Number.isInteger(number) && number > 0 ? Math.min(number, most) : otherwise;
}
