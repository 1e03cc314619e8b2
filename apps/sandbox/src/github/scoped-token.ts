import type { Request, Response } from 'express';
import { z } from 'zod';
import type { GithubRepo } from './accounts.js';
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

type Body = z.infer<typeof body>;

/** `POST /applications/{client_id}/token/scoped`: a token for fewer repositories. Only GitHub Apps have this. */
export function sendScopedToken(state: GithubState, pair: TokenPair, req: Request, res: Response): void {
  const parsed = body.safeParse(req.body);
  if (!parsed.success) return sendApiError(res, 422, 'Validation Failed');
  const refused = refusal(pair, parsed.data);
  if (refused) return sendApiError(res, ...refused);
  const repos = wantedRepos(pair, parsed.data);
  if (!repos) return sendApiError(res, 422, 'There is no such repository.');
  const { app, account, scopes, expiring, generation } = pair;
  const repositoryIds = repos.map((repo) => repo.id);
  const minted = state.tokens.mint({ app, account, scopes, expiring, generation, repositoryIds });
  // A scoped token is never refreshed: one asks for a new one.
  minted.pair.refreshDead = 'never_given_out';
  res.json(authorizationJson(state, minted.pair, minted.accessToken));
}

function refusal(pair: TokenPair, wish: Body): [status: number, message: string] | undefined {
  if (pair.app.kind !== 'github-app') return [422, 'Only the user access token of a GitHub App can be scoped.'];
  if (pair.repositoryIds) return [403, 'This token is scoped already.'];
  if (wish.repositories && wish.repository_ids) return [422, 'Name repositories or repository_ids, not both.'];
  if (wish.target === undefined && wish.target_id === undefined) return [422, 'Name a target or a target_id.'];
  const known = wish.target === pair.account.login || wish.target_id === pair.account.id;
  return known ? undefined : [404, 'Not Found'];
}

/** All of the account's when none is named; undefined when one that is named does not exist. */
function wantedRepos(pair: TokenPair, wish: Body): readonly GithubRepo[] | undefined {
  const names: readonly unknown[] | undefined = wish.repositories ?? wish.repository_ids;
  if (!names) return pair.account.repos;
  const found = pair.account.repos.filter((repo) => names.includes(repo.name) || names.includes(repo.id));
  return found.length === names.length ? found : undefined;
}
