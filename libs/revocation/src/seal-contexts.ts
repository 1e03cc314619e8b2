import type { SealContext } from '#libs/crypto';
import type { RefreshGrantRow, UpstreamRevocationRow } from '#libs/persistence';

export function grantTokenContext(grant: RefreshGrantRow, token: 'access' | 'refresh'): SealContext {
  return {
    class: token === 'access' ? 'grant.access_token' : 'grant.refresh_token',
    organizationId: grant.organizationId,
    userId: grant.userId,
    recordId: grant.id,
    provider: grant.provider,
    generation: grant.generation,
  };
}

export function registrationContext(grant: RefreshGrantRow): SealContext {
  return {
    class: 'registration.client_secret',
    organizationId: grant.organizationId,
    recordId: grant.registrationId,
    provider: grant.provider,
  };
}

/** The pair of a revocation as one text: `{access_token, refresh_token?}`. */
export function revocationContext(
  grant: RefreshGrantRow,
  revocation: Pick<UpstreamRevocationRow, 'id' | 'generation'>,
): SealContext {
  return {
    class: 'upstream_revocation.token',
    organizationId: grant.organizationId,
    userId: grant.userId,
    recordId: revocation.id,
    provider: grant.provider,
    generation: revocation.generation,
  };
}
