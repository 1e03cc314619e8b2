import { createHash } from 'node:crypto';
import type { SealContext, Vault } from '#libs/crypto';
import type { RefreshGrantRow } from '#libs/persistence';
import type { ProviderDefinition, RegistrationAtProvider } from '#libs/providers';
import { refreshDueAt } from './schedule.js';
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

type PairTimes = Pick<RefreshGrantRow, 'id' | 'generation' | 'hot' | 'obtainedAt'> & {
  readonly hasRefreshToken: boolean;
  readonly accessExpiresAt: Date | undefined;
  readonly refreshExpiresAt: Date | undefined;
};

/** When a pair is due, the same answer every time it is asked. */
export function dueAt(definition: ProviderDefinition, pair: PairTimes): Date | undefined {
  return refreshDueAt({
    lifetime: definition.lifetime,
    refresh: definition.refresh,
    spread: spreadOf(pair.id, pair.generation),
    ...pair,
  });
}

/** From 0 to 1, as good as random, and the same for a grant and generation wherever it is asked. */
function spreadOf(id: string, generation: number): number {
  return createHash('sha256').update(`${id}.${generation}`).digest().readUInt32BE() / 2 ** 32;
}
