import { z } from 'zod';
import {
  bearerEndpoint,
  path,
  paths,
  revokeEndpoint,
  seconds,
  staticParams,
  template,
  tokenEndpoint,
} from './endpoint.js';
import { scopes } from './scopes.js';

const code = z.string().regex(/^[a-z0-9_]{1,64}$/, 'must be 1 to 64 of a-z, 0-9 and _');
const word = z.string().regex(/^[a-z][a-z0-9_]{0,63}$/, 'must be 1 to 64 of a-z, 0-9 and _');
const codes = z.array(code).default([]);
const slug = z.string().regex(/^[a-z][a-z0-9-]{1,31}$/, 'must be 2 to 32 of a-z, 0-9 and -, starting with a letter');

/** A value that the registration fills in. `baseUrl` is an origin with an optional path; `text` is one word of a URL. */
const param = z.strictObject({
  kind: z.enum(['baseUrl', 'text']),
  says: z.string().min(1).max(200),
  /** Regular expression that the whole value must match. */
  pattern: z.string().min(1).max(200),
  default: z.string().max(255).optional(),
});

const authorize = z.strictObject({
  url: template,
  params: staticParams,
  /** Parameters that make the provider ask which account is meant. */
  accountPicker: staticParams,
  /** `S256` is sent and may be ignored; `required` says that the provider insists; `off` where sending it breaks. */
  pkce: z.enum(['off', 'S256', 'required']),
});

const response = z.strictObject({
  accessToken: paths.default(['access_token']),
  refreshToken: paths.default(['refresh_token']),
  expiresIn: paths.default(['expires_in']),
  expiresInUnit: z.enum(['s', 'ms']).default('s'),
  /** Absolute expiry of the access token, seconds since 1970. */
  expiresAt: paths.optional(),
  refreshExpiresIn: paths.default(['refresh_token_expires_in']),
  /** Further facts of the answer that are kept, by the name under which they are kept. */
  metadata: z.record(word, path).default({}),
});

const errors = z.strictObject({
  /** Where an error code is found, first hit counts. */
  codePaths: paths.default(['error']),
  /** A field that is false exactly when the call failed, whatever the HTTP status. */
  okPath: path.optional(),
  /** Failures come with a 2xx status: the code alone then says that the provider refused. */
  at200: z.boolean().default(false),
  reconnect: codes,
  operator: codes,
  transient: codes,
  /** Headers that make a 403 a rate limit: calls left, and when the limit is lifted (seconds since 1970). */
  rateLimit: z.strictObject({ remaining: z.string().max(64), reset: z.string().max(64) }).optional(),
});

const refresh = z.strictObject({
  endpoint: tokenEndpoint.optional(),
  /** `none`: the refresh token stays. `keepIfAbsent`: stays unless the answer brings one. `rotating`: each is used once. */
  rotation: z.enum(['none', 'keepIfAbsent', 'rotating']),
  /** For so long after its use a rotated refresh token is accepted again. */
  graceSeconds: seconds.default(0),
  /** True only where it is documented: an answer "still alive" then proves that no refresh happened. */
  accessTokenDiesOnRefresh: z.boolean(),
  reuseRevokesFamily: z.boolean().default(false),
  /** Refresh so long before the access token ends. */
  leadSeconds: seconds.default(300),
  sendRedirectUri: z.boolean().default(false),
  /** Whether a refresh may, or must, name scopes; `optional` means that the provider can narrow. */
  sendScope: z.enum(['never', 'optional', 'required']).default('never'),
});

const lifetime = z.strictObject({
  /** How long the provider accepts a code that was not spent. */
  codeSeconds: seconds,
  accessSeconds: seconds.optional(),
  refreshIdleSeconds: seconds.optional(),
  refreshAbsoluteSeconds: seconds.optional(),
  /** The provider does not say when a token ends; false with a missing expiry means that it does not end. */
  expiryUnknown: z.boolean().default(false),
  /** With an unknown expiry: refresh a hot grant after so long. Never told to anybody as an expiry. */
  assumeAccessSeconds: seconds.optional(),
});

/** Where an answer says who the account is. `key`: alternatives, each a list of paths that must all be there. */
const identityPaths = z.strictObject({
  key: z.array(paths).min(1).max(4),
  label: paths,
  avatarUrl: paths.optional(),
});

const identity = z.strictObject({
  /** Read from the kept facts of the token answer, before anything is asked over the network. */
  metadata: identityPaths.optional(),
  endpoint: bearerEndpoint,
  paths: identityPaths,
  /** A 401 of this endpoint means a dead token, unless it carries one of the other codes. */
  deadCodes: codes,
});

export const definitionSchema = z.strictObject({
  slug,
  /** For people. */
  name: z.string().min(1).max(60),
  params: z.record(z.string().regex(/^[a-z][a-z0-9_]{0,31}$/), param).default({}),
  /** Origins, as templates: where the endpoints may be, and where a token of this provider belongs. */
  origins: z.strictObject({ endpoints: z.array(template).min(1), token: z.array(template).min(1) }),
  authorize,
  token: tokenEndpoint,
  response: response.prefault({}),
  errors: errors.prefault({}),
  scopes,
  lifetime,
  refresh: refresh.optional(),
  revocation: revokeEndpoint.optional(),
  identity,
  /** `per_server`: each authorization has scopes and tokens of its own. `shared`: a new one may kill or widen the old. */
  authorization: z.enum(['per_server', 'shared']),
  /** More than this many live grants of one account, app and scope set make the provider drop the oldest. */
  maxGrantsPerAccount: z.int().min(1).max(10_000).optional(),
});

export type DefinitionInput = z.input<typeof definitionSchema>;
/** A provider as data: everything in which it differs from the others, and nothing that runs. */
export type ProviderDefinition = z.output<typeof definitionSchema>;
