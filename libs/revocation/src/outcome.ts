import type { UpstreamState } from './conclude.js';
import type { RevocationResult } from './revocation-deps.js';

/** One grant that a revocation was about. `kept`: others rest on it or on its successor: not revoked at the provider. */
export interface GrantFate {
  readonly state: UpstreamState | 'kept';
  readonly accessExpiresAt: Date | null;
}

/** The answer for all grants together: the worst fate decides. */
export function outcomeOf(fates: readonly GrantFate[], now: Date): RevocationResult {
  const alive = fates.filter(
    ({ state, accessExpiresAt }) => state !== 'revoked' && (accessExpiresAt === null || accessExpiresAt > now),
  );
  const pending = fates.some(({ state }) => state === 'pending');
  const lasting = fates.some(({ state }) => state !== 'pending' && state !== 'revoked');
  const upstream = pending ? 'pending' : lasting ? 'unsupported' : 'revoked';
  const ends = alive.map(({ accessExpiresAt }) => accessExpiresAt);
  // One token of which nobody knows the end makes the end of all unknown.
  if (ends.length === 0 || ends.includes(null)) return { revoked: true, upstream };
  const last = Math.max(...ends.map((end) => end?.getTime() ?? 0));
  return { revoked: true, upstream, tokenLivesUntil: new Date(last) };
}
