import type { Life } from '#libs/providers';
import { openRegistration, tokenContext } from '../grant-in-hand.js';
import type { RefreshDeps } from '../refresh-deps.js';
import type { Found } from './reread.js';

/** Whether the access token that is stored still works, asked of the provider itself. Throws KeyUnavailable, SealBroken. */
export async function askAccessToken(deps: RefreshDeps, { grant, definition }: Found): Promise<Life> {
  if (!grant.accessTokenSealed) return 'dead';
  const accessToken = await deps.vault.open(grant.accessTokenSealed, tokenContext(grant, 'access'));
  const signal = AbortSignal.timeout(deps.times.deadlineMs);
  return await deps.providers.probe(definition, await openRegistration(deps, grant), accessToken, signal);
}
