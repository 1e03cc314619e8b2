import { parsePublicId, type IdKind } from '#libs/kernel';
import { text } from '#libs/http';
import { z } from 'zod';

// The forms that several routes share. Names are those of the wire.

/** The server's own name of one of its users. */
export const UserId = text({
  max: 255,
  pattern: /^[\x20-\x7e]+$/,
  must: 'must be 1 to 255 printable ASCII characters',
}).meta({ description: 'Your own name of the user; it means nothing outside your server.', example: 'user-42' });

export const ProviderSlug = text({
  max: 63,
  pattern: /^[a-z][a-z0-9-]*$/,
  must: 'must be the name of a provider, for instance github',
}).meta({ description: 'Name of the provider, as GET /providers lists it.', example: 'github' });

// RFC 6749 section 3.3: printable ASCII without space, quotation mark and backslash.
const Scope = text({ max: 200, pattern: /^[\x21\x23-\x5b\x5d-\x7e]+$/, must: 'must be one scope without spaces' });

export const Scopes = z
  .array(Scope)
  .min(1)
  .max(50)
  .refine((scopes) => new Set(scopes).size === scopes.length, { error: 'must not name a scope twice' })
  .meta({ description: 'The least that is needed.' });

/** A public id that is read into the form of the database. */
export function idOf(kind: IdKind, prefix: string) {
  return text({ max: 64 }).transform((value, context) => {
    const id = parsePublicId(kind, value);
    if (id !== undefined) return id;
    context.addIssue({ code: 'custom', message: `must be an id that begins with ${prefix}_` });
    return z.NEVER;
  });
}

export const ConnectionId = idOf('consent', 'cns').meta({ description: 'Id of a connection as this server sees it.' });
