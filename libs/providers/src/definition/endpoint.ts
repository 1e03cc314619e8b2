import { z } from 'zod';

/** An `https:` URL in which `{name}` stands for a parameter of the registration or for `{client_id}`. */
export const template = z
  .string()
  .max(500)
  .regex(
    /^(https:\/\/|\{[a-z][a-z0-9_]*\})[^\s{}]*(\{[a-z][a-z0-9_]*\}[^\s{}]*)*$/,
    'must start with https:// or a {parameter}, without spaces',
  );

/** A dotted path into a JSON answer, for instance `owner.user.id`. */
export const path = z
  .string()
  .max(200)
  .regex(/^[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)*$/, 'must be a dotted path such as owner.user.id');

/** One or several paths, the first that leads somewhere counts. */
export const paths = z.array(path).min(1).max(8);

export const staticParams = z.record(z.string().regex(/^[A-Za-z0-9_.-]{1,64}$/), z.string().max(500)).default({});

/** Names that the client sets itself; a definition that could set them could undo the client's own protection. */
const ownHeaders = ['accept', 'authorization', 'content-length', 'content-type', 'cookie', 'host', 'user-agent'];

const headers = z
  .record(z.string().regex(/^[A-Za-z0-9-]{1,64}$/), z.string().max(200))
  .refine((given) => !Object.keys(given).some((name) => ownHeaders.includes(name.toLowerCase())), {
    error: `must not set ${ownHeaders.join(', ')}: the client sets them`,
  })
  .default({});

export const seconds = z.int().min(0).max(315_360_000);

/** How an endpoint is called. `auth`: where client id and secret go; `bearer` sends the user's access token instead. */
const call = {
  url: template,
  headers,
  params: staticParams,
};

export const tokenEndpoint = z.strictObject({
  ...call,
  auth: z.enum(['body', 'basic', 'none']),
  encoding: z.enum(['form', 'json']),
});

export const revokeEndpoint = z.strictObject({
  ...call,
  method: z.enum(['POST', 'DELETE', 'GET']).default('POST'),
  auth: z.enum(['body', 'basic', 'bearer', 'none']),
  encoding: z.enum(['form', 'json', 'none']),
  /** Which token is sent; `either`: the refresh token when there is one. `both`: one call for each. */
  token: z.enum(['access', 'refresh', 'either', 'both']),
  /** Field of the body that carries it. */
  tokenField: z.string().min(1).max(64).default('token'),
  /** What dies: the token alone, the whole authorization with its refresh token, or all of this user's at the app. */
  effect: z.enum(['token', 'grant', 'allGrants']),
  successStatuses: z.array(z.int().min(200).max(299)).min(1).default([200, 204]),
  /** Say "no such token": then the token is tried, because a wrong address or app id may be answered alike. */
  goneStatuses: z.array(z.int().min(400).max(499)).default([]),
});

export const bearerEndpoint = z.strictObject({
  ...call,
  method: z.enum(['GET', 'POST']).default('GET'),
  encoding: z.enum(['form', 'json', 'none']).default('none'),
});

export type TokenEndpoint = z.infer<typeof tokenEndpoint>;
export type RevokeEndpoint = z.infer<typeof revokeEndpoint>;
