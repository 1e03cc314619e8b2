import { setTimeout as sleep } from 'node:timers/promises';
import type { Secret } from '#libs/kernel';
import { intendLastSpend, keepTokenToRevoke, settleLastSpend, type Hold } from '#libs/persistence';
import { ProviderError, type OpenRefresh, type TokenSet, type TokensToRevoke } from '#libs/providers';
import { writePair } from './pair-text.js';
import type { RevocationDeps } from './revocation-deps.js';
import { revocationContext } from './seal-contexts.js';
import type { ToRevoke } from './to-revoke.js';

/** One refresh, made only to revoke what it brings. Milliseconds. */
const refreshMs = 10_000;
const firstPauseMs = 50;
const longestPauseMs = 2_000;

/** The refresh token was spent and its answer never arrived: a pair may live that nobody here knows. */
export class PairLost extends Error {
  override readonly name = 'PairLost';
}

/**
 * Spends the refresh token of a revoked grant for a pair that can be revoked. Marked before it is sent: a refusal that
 * follows an unanswered spend proves nothing. Empty when the provider calls the authorization dead.
 * @throws KeyUnavailable, ProviderError, PairLost
 */
export async function fetchPair(
  deps: RevocationDeps,
  to: ToRevoke,
  hold: Hold,
  refreshToken: Secret,
): Promise<TokensToRevoke> {
  // The key that will seal the answer must be there before there is one.
  await deps.vault.prepare(to.grant.organizationId);
  const open = await deps.providers.openRefresh(to.definition, to.registration);
  await mark(deps, hold, open);
  let tokens: TokenSet;
  try {
    tokens = await open.send(refreshToken, {
      deadline: AbortSignal.timeout(refreshMs),
      knownScopes: to.grant.scopes,
    });
  } catch (error) {
    if (!(error instanceof ProviderError) || error.outcome === 'unknown') throw error;
    return await refused(deps, to, hold, error);
  }
  await keep(deps, to, tokens);
  return tokens;
}

async function mark(deps: RevocationDeps, hold: Hold, open: OpenRefresh): Promise<void> {
  try {
    if (!(await intendLastSpend(deps.database, hold))) throw new Error('the claim on a revoked grant ran out');
  } catch (error) {
    open.close();
    throw error;
  }
}

async function refused(
  deps: RevocationDeps,
  { grant }: ToRevoke,
  hold: Hold,
  error: ProviderError,
): Promise<TokensToRevoke> {
  const dead = error.class === 'reconnect' && error.outcome === 'rejected';
  if (grant.indeterminateSince === null) await settleLastSpend(deps.database, hold);
  else if (dead) throw new PairLost();
  if (!dead) throw error;
  return {};
}

/** Goes on for as long as the process lives: the pair is nowhere else, and the refresh token that brought it is spent. */
async function keep(deps: RevocationDeps, { grant, revocation }: ToRevoke, tokens: TokenSet): Promise<void> {
  for (let tries = 0; ; tries++) {
    try {
      const sealed = await deps.vault.seal(writePair(tokens), revocationContext(grant, revocation));
      return await keepTokenToRevoke(deps.database, revocation.id, sealed);
    } catch (error) {
      const fields = { err: error, revocation: revocation.id, tries: tries + 1 };
      deps.logger.error(fields, 'a token pair that is to be revoked could not be stored; trying again');
      await sleep(Math.min(longestPauseMs, firstPauseMs * 2 ** Math.min(tries, 10)));
    }
  }
}
