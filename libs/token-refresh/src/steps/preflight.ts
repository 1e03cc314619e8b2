import { KeyUnavailable } from '#libs/crypto';
import type { Secret } from '#libs/kernel';
import type { OpenRefresh } from '#libs/providers';
import { openRegistration, tokenContext } from '../grant-in-hand.js';
import type { RefreshDeps } from '../refresh-deps.js';
import type { Found } from './reread.js';

/** Everything that a spend needs, at hand: from here on only the call itself can fail. */
export interface Ready {
  readonly open: OpenRefresh;
  readonly refreshToken: Secret;
  readonly wrappedShredSecret: Buffer;
}

/**
 * Does everything that can fail without having cost anything: budget, keys, tokens, connection.
 * @throws NotNow, KeyUnavailable, SealBroken, ProviderError outcome `not_sent`
 */
export async function preflight(deps: RefreshDeps, { grant, definition }: Found, scheduled: boolean): Promise<Ready> {
  const { refreshTokenSealed, wrappedShredSecret, organizationId } = grant;
  if (!refreshTokenSealed) throw new Error('preflight without a refresh token');
  if (!wrappedShredSecret) throw new KeyUnavailable('shred_secret_missing', organizationId);
  // The key that will seal the answer must be in memory before there is one.
  await deps.vault.prepare(organizationId);
  const refreshToken = await deps.vault.open(refreshTokenSealed, tokenContext(grant, 'refresh'));
  const registration = await openRegistration(deps, grant);
  deps.gate.admit(grant.registrationId, scheduled);
  const open = await deps.providers.openRefresh(definition, registration);
  return { open, refreshToken, wrappedShredSecret };
}
