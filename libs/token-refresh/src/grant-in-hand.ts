import type { SealContext, Vault } from '#libs/crypto';
import type { RefreshGrantRow } from '#libs/persistence';
import type { RegistrationAtProvider } from '#libs/providers';
import type { RefreshDeps } from './refresh-deps.js';

/** Where a token of the pair of `generation` may be opened. */
export function tokenContext(
  grant: RefreshGrantRow,
  token: 'access' | 'refresh',
  generation: number = grant.generation,
): SealContext {
  return {
    class: token === 'access' ? 'grant.access_token' : 'grant.refresh_token',
    organizationId: grant.organizationId,
    userId: grant.userId,
    recordId: grant.id,
    provider: grant.provider,
    generation,
  };
}

/** The registration of a grant with its secret opened. Throws KeyUnavailable, SealBroken. */
export async function openRegistration(
  deps: Pick<RefreshDeps, 'redirectUri'> & { readonly vault: Pick<Vault, 'open'> },
  grant: RefreshGrantRow,
): Promise<RegistrationAtProvider> {
  const { registrationId: id, organizationId, provider, clientId, params } = grant;
  const clientSecret = await deps.vault.open(grant.clientSecretSealed, {
    class: 'registration.client_secret',
    organizationId,
    recordId: id,
    provider,
  });
  return { id, provider, clientId, clientSecret, params, redirectUri: deps.redirectUri(id) };
}
