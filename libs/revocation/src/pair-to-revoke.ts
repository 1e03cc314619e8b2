import { Secret } from '#libs/kernel';
import { keepTokenToRevoke, type RefreshGrantRow, type UpstreamRevocationRow } from '#libs/persistence';
import {
  ProviderError,
  type ProviderDefinition,
  type RegistrationAtProvider,
  type TokensToRevoke,
} from '#libs/providers';
import type { RevocationDeps } from './revocation-deps.js';
import { grantTokenContext, revocationContext } from './seal-contexts.js';

export interface ToRevoke {
  readonly revocation: UpstreamRevocationRow;
  readonly grant: RefreshGrantRow;
  readonly definition: ProviderDefinition;
  readonly registration: RegistrationAtProvider;
}

/** A token that ends within this time counts as ended. Milliseconds. */
const expiryFloorMs = 5_000;
/** One refresh, made only to revoke what it brings. Milliseconds. */
const refreshMs = 10_000;

/**
 * The tokens to revoke: those kept with the revocation, else the grant's own. Where the provider needs a living access
 * token and ours has ended, a new pair is fetched first and kept before it is used. Empty when nothing lives.
 * @throws KeyUnavailable, SealBroken, ProviderError
 */
export async function pairToRevoke(deps: RevocationDeps, to: ToRevoke): Promise<TokensToRevoke> {
  const { revocation, grant } = to;
  if (revocation.tokenSealed) {
    return readPair(await deps.vault.open(revocation.tokenSealed, revocationContext(grant, revocation)));
  }
  const open = async (sealed: Buffer | null, token: 'access' | 'refresh') =>
    sealed === null ? undefined : await deps.vault.open(sealed, grantTokenContext(grant, token));
  const own = {
    accessToken: await open(grant.accessTokenSealed, 'access'),
    refreshToken: await open(grant.refreshTokenSealed, 'refresh'),
  };
  return needsLivingToken(to) && own.refreshToken ? await fetchPair(deps, to, own.refreshToken) : own;
}

/** Before a refresh token is sent anywhere, whoever holds the text of a pair can revoke it. */
export function writePair(tokens: TokensToRevoke): Secret {
  const { accessToken, refreshToken } = tokens;
  return new Secret(JSON.stringify({ access_token: accessToken?.reveal(), refresh_token: refreshToken?.reveal() }));
}

function readPair(text: Secret): TokensToRevoke {
  const pair = JSON.parse(text.reveal()) as { access_token?: string; refresh_token?: string };
  return {
    accessToken: pair.access_token === undefined ? undefined : new Secret(pair.access_token),
    refreshToken: pair.refresh_token === undefined ? undefined : new Secret(pair.refresh_token),
  };
}

function needsLivingToken({ definition, grant }: ToRevoke): boolean {
  const ended =
    grant.accessExpiresAt !== null && grant.accessExpiresAt.getTime() - grant.now.getTime() <= expiryFloorMs;
  return ended && definition.revocation?.token === 'access' && definition.refresh !== undefined;
}

async function fetchPair(deps: RevocationDeps, to: ToRevoke, refreshToken: Secret): Promise<TokensToRevoke> {
  const { definition, registration, revocation, grant } = to;
  const open = await deps.providers.openRefresh(definition, registration);
  try {
    const tokens = await open.send(refreshToken, {
      deadline: AbortSignal.timeout(refreshMs),
      knownScopes: grant.scopes,
    });
    const sealed = await deps.vault.seal(writePair(tokens), revocationContext(grant, revocation));
    await keepTokenToRevoke(deps.database, revocation.id, sealed);
    return tokens;
  } catch (error) {
    // The provider calls the authorization dead: there is nothing left to revoke.
    if (error instanceof ProviderError && error.class === 'reconnect' && error.outcome === 'rejected') return {};
    throw error;
  }
}
