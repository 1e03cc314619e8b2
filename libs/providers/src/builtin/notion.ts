import type { DefinitionInput } from '../definition/schema.js';

/** One header value for the whole definition: the version that the official client library of the same year sends. */
const headers = { 'Notion-Version': '2025-09-03' };

/** Notion with a public integration (developers.notion.com: authorization, refresh, revoke and error pages). */
export const notion: DefinitionInput = {
  slug: 'notion',
  name: 'Notion',
  params: {
    api: {
      kind: 'baseUrl',
      says: 'The API, which also serves the authorization pages',
      pattern: 'https?://[a-z0-9.-]+(:[0-9]+)?(/[a-z0-9._-]+)*',
      default: 'https://api.notion.com',
    },
  },
  origins: { endpoints: ['{api}'], token: ['{api}'] },
  authorize: {
    url: '{api}/v1/oauth/authorize',
    params: { owner: 'user' },
    // Not documented and ignored; sent all the same, because a provider may begin to honour it.
    pkce: 'S256',
  },
  // Credentials in the body are refused; bodies are JSON.
  token: { url: '{api}/v1/oauth/token', auth: 'basic', encoding: 'json', headers },
  response: {
    metadata: {
      bot_id: 'bot_id',
      workspace_id: 'workspace_id',
      workspace_name: 'workspace_name',
      owner_user_id: 'owner.user.id',
      owner_user_name: 'owner.user.name',
      owner_avatar_url: 'owner.user.avatar_url',
    },
  },
  errors: {
    // Two shapes are seen: {error} and {object: "error", code}.
    codePaths: ['error', 'code'],
    reconnect: ['invalid_grant', 'unauthorized'],
    operator: [
      'invalid_client',
      'invalid_request',
      'unauthorized_client',
      'unsupported_grant_type',
      'invalid_scope',
      'test_env_error',
      'restricted_resource',
      'object_not_found',
      'validation_error',
      'invalid_json',
      'invalid_request_url',
    ],
    transient: ['rate_limited', 'conflict_error', 'service_overload', 'service_unavailable', 'gateway_timeout'],
  },
  scopes: {
    kind: 'capabilities',
    catalogue: {
      read: { says: 'Read the pages that you choose', risk: 'medium' },
      write: { says: 'Change the pages that you choose and add to them', risk: 'high' },
      comments: { says: 'Read comments and write comments on the pages that you choose', risk: 'medium' },
      users: { says: 'Read who belongs to the workspace, with names and e-mail addresses', risk: 'medium' },
    },
  },
  lifetime: {
    // Not documented: the longest that RFC 6749 section 4.1.2 recommends.
    codeSeconds: 600,
    expiryUnknown: true,
  },
  refresh: {
    rotation: 'rotating',
    // Not documented, and some see the old one work for a while: so its life proves nothing.
    accessTokenDiesOnRefresh: false,
  },
  revocation: {
    url: '{api}/v1/oauth/revoke',
    auth: 'basic',
    encoding: 'json',
    headers,
    token: 'access',
    effect: 'token',
    successStatuses: [200],
  },
  identity: {
    // One authorization is one person in one workspace; the bot stands in where the owner is the workspace itself.
    metadata: {
      key: [
        ['workspace_id', 'owner_user_id'],
        ['workspace_id', 'bot_id'],
      ],
      label: ['workspace_name', 'owner_user_name'],
      avatarUrl: ['owner_avatar_url'],
    },
    endpoint: { url: '{api}/v1/users/me', headers },
    paths: {
      key: [
        ['bot.workspace_id', 'bot.owner.user.id'],
        ['bot.workspace_id', 'id'],
      ],
      label: ['bot.workspace_name', 'bot.owner.user.name', 'name'],
      avatarUrl: ['bot.owner.user.avatar_url', 'avatar_url'],
    },
    deadCodes: ['unauthorized'],
  },
  authorization: 'shared',
};
