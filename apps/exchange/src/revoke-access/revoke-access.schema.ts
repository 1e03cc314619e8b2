import type { Uuid } from '#libs/kernel';
import { text } from '#libs/http';
import { z } from 'zod';
import { ConnectionId, ProviderSlug, UserId } from '../wire.js';

const Token = text({ max: 4096, pattern: /^[\x21-\x7e]+$/, must: 'must be one token' });

const fields = z.strictObject({
  token: Token.optional(),
  user_id: UserId.optional(),
  provider: ProviderSlug.optional(),
  connection_id: ConnectionId.optional(),
});
interface ByToken {
  readonly token: string;
}
interface ByUser {
  readonly user_id: string;
  readonly provider: string;
  readonly connection_id?: Uuid | undefined;
}

/** Either a token alone, or a user and a provider. One object instead of a union, so that what is wrong has a name. */
export const RevokeRequest = fields
  .transform(({ token, ...access }, context): ByToken | ByUser => {
    const { user_id, provider } = access;
    const wrong = (field: string, message: string): never => {
      context.addIssue({ code: 'custom', path: [field], message });
      return z.NEVER;
    };
    if (token === undefined) {
      if (user_id === undefined) return wrong('user_id', 'is required, unless there is a token');
      return provider === undefined ? wrong('provider', 'is required with user_id') : { ...access, user_id, provider };
    }
    const others = Object.values(access).filter((value) => value !== undefined);
    return others.length > 0 ? wrong('token', 'must come alone, without user_id and provider') : { token };
  })
  .meta({ id: 'RevokeRequest' });
export type RevokeRequest = z.infer<typeof RevokeRequest>;
