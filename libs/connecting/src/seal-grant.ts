import type { Uuid } from '#libs/kernel';
import type { NewGrantRow } from '#libs/persistence';
import type { ConnectingDeps } from './deps.js';
import { grantTokenContext } from './seal-contexts.js';
import type { ObtainedTokens } from './token-facts.js';
import { withKeys } from './with-keys.js';

export type SealedGrant = Omit<NewGrantRow, 'connectionId' | 'serverId' | 'refreshDueAt'>;

/** The first generation of a token pair as it is stored: sealed for this one grant, with the fingerprint for the log. */
export async function sealGrant(
  deps: Pick<ConnectingDeps, 'vault' | 'fingerprinter'>,
  place: { readonly grantId: Uuid; readonly organizationId: Uuid; readonly userId: Uuid; readonly provider: string },
  tokens: ObtainedTokens,
): Promise<SealedGrant> {
  const { grantId, organizationId, userId, provider } = place;
  const seal = { grantId, organizationId, userId, provider, generation: 1 };
  const fingerprint = deps.fingerprinter.fingerprint(tokens.accessToken);
  const { refreshToken } = tokens;
  return await withKeys(async () => ({
    id: grantId,
    accessTokenSealed: await deps.vault.seal(tokens.accessToken, grantTokenContext('access', seal)),
    refreshTokenSealed: refreshToken && (await deps.vault.seal(refreshToken, grantTokenContext('refresh', seal))),
    accessFingerprint: fingerprint.value,
    fingerprintVersion: fingerprint.version,
    scopes: tokens.scopes,
    scopesInferred: tokens.scopesInferred,
    obtainedAt: tokens.obtainedAt,
    accessExpiresAt: tokens.accessExpiresAt,
    refreshExpiresAt: tokens.refreshExpiresAt,
  }));
}
