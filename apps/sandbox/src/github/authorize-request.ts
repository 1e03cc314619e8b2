import { text } from '../world/fields.js';
import type { GithubApp, GithubApps } from './apps.js';
import { allowedRedirect } from './redirect-match.js';
import { normalise, offlineAccess, splitScopes } from './scopes.js';

export interface AuthorizeRequest {
  readonly app: GithubApp;
  /** Where the browser goes; a token request that names a redirect_uri must name this one. */
  readonly target: string;
  readonly state: string | undefined;
  /** Empty when the client named none: then earlier grants count. */
  readonly scopes: readonly string[];
  readonly expiring: boolean;
  readonly challenge: string | undefined;
  readonly pickAccount: boolean;
  readonly loginHint: string | undefined;
}

export type AuthorizeReading =
  | { readonly kind: 'unknown_client' }
  | {
      readonly kind: 'refused';
      readonly target: string;
      readonly state: string | undefined;
      readonly error: string;
      readonly description: string;
    }
  | { readonly kind: 'ok'; readonly request: AuthorizeRequest };

/** Reads `GET /login/oauth/authorize` (docs.github.com, "Authorizing OAuth apps", step 1). */
export function readAuthorizeRequest(apps: GithubApps, query: Record<string, unknown>): AuthorizeReading {
  const app = apps.find(text(query, 'client_id'));
  if (!app) return { kind: 'unknown_client' };
  const state = text(query, 'state');
  const redirectUri = text(query, 'redirect_uri');
  const target = allowedRedirect(app, redirectUri);
  const refuse = (error: string, description: string): AuthorizeReading => ({
    kind: 'refused',
    // An unregistered address is never a target: the error goes to the registered one.
    target: target ?? app.redirectUris[0],
    state,
    error,
    description,
  });
  if (target === undefined)
    return refuse('redirect_uri_mismatch', 'The redirect_uri is not one that this app registered.');
  const pkceProblem = checkChallenge(query);
  if (pkceProblem) return refuse('invalid_request', pkceProblem);
  const asked = app.kind === 'oauth' ? splitScopes(text(query, 'scope') ?? '') : [];
  return {
    kind: 'ok',
    request: {
      app,
      target,
      state,
      scopes: normalise(asked),
      expiring: app.expiring || asked.includes(offlineAccess),
      challenge: text(query, 'code_challenge'),
      pickAccount: text(query, 'prompt') === 'select_account',
      loginHint: text(query, 'login'),
    },
  };
}

function checkChallenge(query: Record<string, unknown>): string | undefined {
  const challenge = text(query, 'code_challenge');
  const method = text(query, 'code_challenge_method');
  if (challenge === undefined && method === undefined) return undefined;
  if (challenge === undefined || method === undefined) return 'code_challenge and code_challenge_method go together.';
  if (method !== 'S256') return 'The only code_challenge_method is S256.';
  return /^[A-Za-z0-9_-]{43}$/.test(challenge) ? undefined : 'A code_challenge has 43 base64url characters.';
}
