import type { TokenSet } from '#libs/providers';
import type { RefreshDeps } from '../refresh-deps.js';
import type { Claim } from './claim.js';
import type { Ready } from './preflight.js';
import { msLeft } from './recheck.js';
import type { Found } from './reread.js';

/**
 * The one call. Ends hard at the deadline; `beforeSend` may still stop it when nothing has left.
 * @throws ProviderError, or what `beforeSend` throws
 */
export async function spend(
  deps: RefreshDeps,
  claim: Claim,
  { found, ready }: { readonly found: Found; readonly ready: Ready },
  beforeSend: () => void,
): Promise<TokenSet> {
  const deadline = hardDeadline(msLeft(deps.clock, claim, deps.times.deadlineMs));
  try {
    return await ready.open.send(ready.refreshToken, {
      deadline: deadline.signal,
      beforeSend,
      knownScopes: found.grant.scopes,
    });
  } finally {
    deadline.clear();
  }
}

/**
 * Fires when the time is over, one turn of the event loop later: a process that was stopped wakes to an expired timer,
 * and the answer that arrived while it slept must be read before the connection is cut.
 */
function hardDeadline(ms: number): { readonly signal: AbortSignal; clear(): void } {
  const controller = new AbortController();
  const timer = setTimeout(() => setImmediate(() => setImmediate(() => controller.abort())), Math.max(0, ms));
  return { signal: controller.signal, clear: () => clearTimeout(timer) };
}
