import { KeyNotInMemory } from '#libs/crypto';
import { Secret, type Uuid } from '#libs/kernel';
import type { RefreshedPairRow } from '#libs/persistence';
import { refreshDueAt, type TokenSet } from '#libs/providers';
import { tokenContext } from '../grant-in-hand.js';
import type { RefreshDeps } from '../refresh-deps.js';
import type { Ready } from './preflight.js';
import type { Found } from './reread.js';

/** An answer of the provider that is nowhere but in this process yet. */
export interface Answered {
  readonly found: Found;
  readonly ready: Ready;
  readonly tokens: TokenSet;
}

/** Seals the pair for the generation after the one that was spent. Throws KeyUnavailable when the key has left memory. */
export async function sealPair(deps: RefreshDeps, { found, ready, tokens }: Answered): Promise<RefreshedPairRow> {
  const { grant, definition } = found;
  const generation = grant.generation + 1;
  // Sealed anew when the provider sent none: the seal of the old one names the old generation.
  const refreshToken = tokens.refreshToken ?? ready.refreshToken;
  const seal = (secret: Secret, token: 'access' | 'refresh') =>
    sealInMemory(deps, found, () =>
      deps.vault.sealNow(secret, tokenContext(grant, token, generation), ready.wrappedShredSecret),
    );
  const fingerprint = deps.fingerprinter.fingerprint(tokens.accessToken);
  const times = {
    obtainedAt: deps.clock.now(),
    accessExpiresAt: tokens.accessExpiresAt,
    refreshExpiresAt:
      tokens.refreshExpiresAt ?? (tokens.refreshToken ? undefined : (grant.refreshExpiresAt ?? undefined)),
  };
  const pair = { grantId: grant.id, generation, hot: grant.hot, hasRefreshToken: true, ...times };
  return {
    accessTokenSealed: await seal(tokens.accessToken, 'access'),
    refreshTokenSealed: await seal(refreshToken, 'refresh'),
    accessFingerprint: fingerprint.value,
    fingerprintVersion: fingerprint.version,
    scopes: tokens.scopes,
    scopesInferred: tokens.scopesInferred,
    ...times,
    refreshDueAt: refreshDueAt(definition, pair),
  };
}

/** The pair as one text, sealed for the revocation that it waits for. */
export async function sealForRevocation(
  deps: RefreshDeps,
  { found, ready, tokens }: Answered,
  revocationId: Uuid,
): Promise<Buffer> {
  const { grant } = found;
  const text = JSON.stringify({
    access_token: tokens.accessToken.reveal(),
    refresh_token: tokens.refreshToken?.reveal(),
  });
  const context = {
    class: 'upstream_revocation.token',
    organizationId: grant.organizationId,
    userId: grant.userId,
    recordId: revocationId,
    provider: grant.provider,
    generation: grant.generation + 1,
  } as const;
  return await sealInMemory(deps, found, () => deps.vault.sealNow(new Secret(text), context, ready.wrappedShredSecret));
}

/** The preflight brought the key into memory; asking for it again is for a database that was away for very long. */
async function sealInMemory(deps: RefreshDeps, { grant }: Found, seal: () => Buffer): Promise<Buffer> {
  try {
    return seal();
  } catch (error) {
    if (!(error instanceof KeyNotInMemory)) throw error;
    await deps.vault.prepare(grant.organizationId, error.version);
    return seal();
  }
}
