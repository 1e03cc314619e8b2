import { z } from 'zod';
import { paths } from './endpoint.js';

/** RFC 6749 section 3.3: printable ASCII without space, quote and backslash. */
const scope = z
  .string()
  .regex(/^[\x21\x23-\x5b\x5d-\x7e]{1,200}$/, 'must be 1 to 200 printable characters without space, " and \\');

const scopeText = z.strictObject({
  /** What it lets a program do, in words for the person who is asked. */
  says: z.string().min(1).max(200),
  risk: z.enum(['low', 'medium', 'high']),
  /** Scopes that this one contains; steps are followed. */
  implies: z.array(scope).default([]),
});

const catalogue = z.record(scope, scopeText);

/** Scopes that travel in the request and come back in the answer. */
const oauthScopes = z.strictObject({
  kind: z.literal('oauth'),
  /** Name of the request parameter. */
  parameter: z.string().min(1).max(64).default('scope'),
  requestSeparator: z.enum([' ', ',']).default(' '),
  /** Where the answer says what was granted, and what it puts between two scopes. */
  responsePaths: paths.default(['scope']),
  responseSeparators: z
    .array(z.enum([' ', ',', '+']))
    .min(1)
    .default([' ']),
  /** Asked for on every authorization, though nobody asked. */
  defaults: z.array(scope).default([]),
  /** Sent on every authorization and never granted as a power of its own, for instance `offline_access`. */
  pseudo: z.array(scope).default([]),
  /** Granted with every token, whether the answer says so or not. */
  alwaysAdded: z.array(scope).default([]),
  catalogue,
});

/**
 * A provider without scopes: what a token can do is fixed in the settings of the app, and the operator declares it
 * with the registration (parameter `capabilities`). Capabilities are then treated as scopes.
 */
const capabilities = z.strictObject({ kind: z.literal('capabilities'), catalogue });

export const scopes = z.discriminatedUnion('kind', [oauthScopes, capabilities]);
