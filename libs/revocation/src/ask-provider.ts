import { ProviderError, type Revocation } from '#libs/providers';
import { PairLost } from './fetch-pair.js';
import { pairToRevoke } from './pair-to-revoke.js';
import type { RevocationDeps } from './revocation-deps.js';
import { registrationContext } from './seal-contexts.js';
import type { ToRevoke } from './to-revoke.js';

/** `lost`: whether the tokens are dead cannot be found out any more. */
export type UpstreamAnswer = Revocation | { readonly outcome: 'lost' };

/** Makes the upstream call of one revocation. What fails on our side is a failure to try again. */
export async function askProvider(
  deps: RevocationDeps,
  { revocation, grant, hold }: Pick<ToRevoke, 'revocation' | 'grant' | 'hold'>,
): Promise<UpstreamAnswer> {
  const definition = deps.catalogue.get(grant.provider);
  if (!definition?.revocation) return { outcome: 'unsupported' };
  try {
    const clientSecret = await deps.vault.open(grant.clientSecretSealed, registrationContext(grant));
    const { registrationId: id, provider, clientId, params } = grant;
    const registration = { id, provider, clientId, clientSecret, params, redirectUri: deps.redirectUri(id) };
    const tokens = await pairToRevoke(deps, { revocation, grant, hold, definition, registration });
    if (!tokens.accessToken && !tokens.refreshToken) return { outcome: 'revoked' };
    return await deps.providers.revoke(definition, registration, tokens);
  } catch (error) {
    if (error instanceof PairLost) return { outcome: 'lost' };
    if (!(error instanceof ProviderError)) {
      deps.logger.error({ err: error, revocation: revocation.id }, 'a token could not be revoked upstream');
      return { outcome: 'failed', class: 'transient', code: 'internal' };
    }
    return { outcome: 'failed', class: error.class, code: error.code, retryAfterMs: error.retryAfterMs };
  }
}
