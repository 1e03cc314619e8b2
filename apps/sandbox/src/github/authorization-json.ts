import type { GithubState } from './state.js';
import type { TokenPair } from './tokens.js';
import { simpleUser } from './user-json.js';

/** The "authorization" object with which token administration answers. `token` is the text that the caller sent or just got. */
export function authorizationJson(state: GithubState, pair: TokenPair, token: string): Record<string, unknown> {
  const api = `${state.world.url}/github-api`;
  const web = `${state.world.url}/github`;
  return {
    id: pair.id,
    url: `${api}/authorizations/${pair.id}`,
    app: { client_id: pair.app.clientId, name: pair.app.name, url: new URL(pair.app.redirectUris[0]).origin },
    token,
    hashed_token: pair.access,
    token_last_eight: pair.lastEight,
    note: null,
    note_url: null,
    created_at: pair.createdAt.toISOString(),
    updated_at: pair.createdAt.toISOString(),
    scopes: pair.app.kind === 'oauth' ? pair.scopes : null,
    fingerprint: null,
    expires_at: pair.accessExpiresAt?.toISOString() ?? null,
    user: simpleUser(pair.account, api, web),
    ...(pair.app.kind === 'github-app' && {
      installation: {
        permissions: { contents: 'read', metadata: 'read' },
        repository_selection: pair.repositoryIds ? 'selected' : 'all',
        single_file_name: null,
        repositories_url: `${api}/user/repos`,
        account: simpleUser(pair.account, api, web),
      },
    }),
  };
}
