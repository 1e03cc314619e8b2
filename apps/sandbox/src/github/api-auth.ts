import type { Request, Response } from 'express';
import { randomUuid } from '../world/random-text.js';
import type { GithubState } from './state.js';
import type { TokenPair } from './tokens.js';

/** The error body of the REST API. */
export function sendApiError(res: Response, status: number, message: string): void {
  res.status(status).json({ message, documentation_url: 'https://docs.github.com/rest', status: String(status) });
}

/** The token of this call, or undefined after the refusal was sent. `accepted`: the scopes that would open this call. */
export function authenticateCall(
  state: GithubState,
  req: Request,
  res: Response,
  accepted: string,
): TokenPair | undefined {
  res.set('X-GitHub-Request-Id', randomUuid(state.world.random)).set('X-GitHub-Media-Type', 'github.v3; format=json');
  const authorization = req.headers.authorization;
  const token = /^(?:bearer|token) +(\S+)$/i.exec(authorization ?? '')?.[1];
  const pair = token === undefined ? undefined : state.tokens.usable(token);
  if (!pair) {
    sendApiError(res, 401, authorization === undefined ? 'Requires authentication' : 'Bad credentials');
    return undefined;
  }
  describeToken(res, pair, accepted);
  return pair;
}

function describeToken(res: Response, pair: TokenPair, accepted: string): void {
  if (pair.app.kind === 'oauth') {
    res
      .set('X-OAuth-Scopes', pair.scopes.join(', '))
      .set('X-Accepted-OAuth-Scopes', accepted)
      .set('X-OAuth-Client-Id', pair.app.clientId);
  } else {
    res.set('X-Accepted-GitHub-Permissions', 'metadata=read');
  }
  if (pair.accessExpiresAt) {
    res.set(
      'GitHub-Authentication-Token-Expiration',
      pair.accessExpiresAt
        .toISOString()
        .replace('T', ' ')
        .replace(/\.\d+Z/, ' UTC'),
    );
  }
  res.set('X-RateLimit-Limit', '5000').set('X-RateLimit-Remaining', '4999').set('X-RateLimit-Resource', 'core');
}
