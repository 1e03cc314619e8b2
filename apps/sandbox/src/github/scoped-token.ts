import type { Request, Response } from 'express';
import { z } from 'zod';
import { sendApiError } from './api-auth.js';
import { authorizationJson } from './authorization-json.js';
import type { GithubState } from './state.js';
import type { TokenPair } from './tokens.js';

const body = z.object({
  access_token: z.string(),
  target: z.string().optional(),
  target_id: z.int().optional(),
  repositories: z.array(z.string()).optional(),
  repository_ids: z.array(z.int()).optional(),
  permissions: z.record(z.string(), z.enum(['read', 'write', 'admin'])).optional(),
});

/** `POST /applications/{client_id}/token/scoped`: a token for fewer repositories. Only GitHub Apps have this. */
export function sendScopedToken(state: GithubState, pair: TokenPair, req: Request, res: Response): void {
  const parsed = body.safeParse(req.body);
  if (!parsed.success) return sendApiError(res, 422, 'Validation Failed');
  const { target, target_id, repositories, repository_ids } = parsed.data;
  if (pair.app.kind !== 'github-app')
    return sendApiError(res, 422, 'Only the user access token of a GitHub App can be scoped.');
  if (pair.repositoryIds) return sendApiError(res, 403, 'This token is scoped already.');
  if (repositories && repository_ids) return sendApiError(res, 422, 'Name repositories or repository_ids, not both.');
  if (target === undefined && target_id === undefined) return sendApiError(res, 422, 'Name a target or a target_id.');
  if (target !== pair.account.login && target_id !== pair.account.id) return sendApiError(res, 404, 'Not Found');
  const wanted = pair.account.repos.filter(
    (repo) => repositories?.includes(repo.name) ?? repository_ids?.includes(repo.id) ?? true,
  );
  if (wanted.length !== (repositories ?? repository_ids ?? wanted).length)
    return sendApiError(res, 422, 'There is no such repository.');
  const { app, account, scopes, expiring, generation } = pair;
  const minted = state.tokens.mint({
    app,
    account,
    scopes,
    expiring,
    generation,
    repositoryIds: wanted.map((repo) => repo.id),
  });
  // A scoped token is never refreshed: one asks for a new one.
  minted.pair.refreshDead = 'never_given_out';
  res.json(authorizationJson(state, minted.pair, minted.accessToken));
}
