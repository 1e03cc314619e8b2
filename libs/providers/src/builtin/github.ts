import type { DefinitionInput } from '../definition/schema.js';
import { githubScopes } from './github-scopes.js';

/**
 * GitHub with an OAuth App (docs.github.com: authorizing OAuth apps, scopes, token expiration, REST endpoints for OAuth
 * applications). The GitHub App with its own rules would be a definition of its own.
 */
export const github: DefinitionInput = {
  slug: 'github',
  name: 'GitHub',
  params: {
    web: {
      kind: 'baseUrl',
      says: 'Where people sign in; GitHub Enterprise Server has its own host',
      pattern: 'https?://[a-z0-9.-]+(:[0-9]+)?(/[a-z0-9._-]+)*',
      default: 'https://github.com',
    },
    api: {
      kind: 'baseUrl',
      says: 'The REST API; on GitHub Enterprise Server https://HOST/api/v3',
      pattern: 'https?://[a-z0-9.-]+(:[0-9]+)?(/[a-z0-9._-]+)*',
      default: 'https://api.github.com',
    },
  },
  origins: { endpoints: ['{web}', '{api}'], token: ['{api}'] },
  authorize: {
    url: '{web}/login/oauth/authorize',
    accountPicker: { prompt: 'select_account' },
    pkce: 'S256',
  },
  token: { url: '{web}/login/oauth/access_token', auth: 'body', encoding: 'form' },
  errors: {
    // Every error of the token endpoint comes with status 200.
    at200: true,
    reconnect: ['bad_refresh_token', 'bad_verification_code', 'unverified_user_email', 'access_denied'],
    operator: [
      'incorrect_client_credentials',
      'redirect_uri_mismatch',
      'unsupported_grant_type',
      'application_suspended',
      'device_flow_disabled',
    ],
    transient: ['slow_down', 'authorization_pending'],
    rateLimit: { remaining: 'x-ratelimit-remaining', reset: 'x-ratelimit-reset' },
  },
  scopes: {
    kind: 'oauth',
    requestSeparator: ' ',
    responseSeparators: [',', ' '],
    // Asks for a token that ends and can be refreshed. It also keeps the parameter `scope` from being empty: without
    // one, GitHub grants again everything that this person ever granted to the app.
    pseudo: ['offline_access'],
    catalogue: githubScopes,
  },
  lifetime: {
    codeSeconds: 600,
    accessSeconds: 28_800,
    refreshIdleSeconds: 15_897_600,
  },
  refresh: {
    // Single use, no documented grace; the access token of the pair dies at the same moment, so refresh late.
    rotation: 'rotating',
    accessTokenDiesOnRefresh: true,
    leadSeconds: 300,
  },
  revocation: {
    // Deletes this one access token. The grant endpoint beside it would end every other server's token of this person.
    url: '{api}/applications/{client_id}/token',
    method: 'DELETE',
    auth: 'basic',
    encoding: 'json',
    headers: { 'X-GitHub-Api-Version': '2022-11-28' },
    token: 'access',
    tokenField: 'access_token',
    effect: 'token',
    successStatuses: [204],
    goneStatuses: [404],
  },
  identity: {
    endpoint: { url: '{api}/user', headers: { 'X-GitHub-Api-Version': '2022-11-28' } },
    // The login can be renamed and taken by somebody else; the number stays.
    paths: { key: [['id']], label: ['login'], avatarUrl: ['avatar_url'] },
  },
  authorization: 'per_server',
  maxGrantsPerAccount: 10,
};
