import { KeyUnavailable, SealBroken } from '#libs/crypto';
import { ProviderError } from '#libs/providers';

/** What a failed attempt calls for. `unknown`: the provider may have acted. */
export interface Verdict {
  readonly kind: 'reconnect' | 'operator' | 'transient' | 'unknown';
  /** A word of ours or the provider's code, for the row, the log and the caller of the library. */
  readonly reason: string;
  readonly retryAfterMs?: number | undefined;
}

/** By code and outcome, never by text. What is not the provider's failure is ours, and passes. */
export function verdictOf(error: unknown): Verdict {
  if (error instanceof ProviderError) return ofProvider(error);
  if (error instanceof KeyUnavailable) return { kind: 'transient', reason: 'no_key' };
  // Nothing mends bytes that somebody moved or changed; but it is not the provider who called the grant dead.
  if (error instanceof SealBroken) return { kind: 'operator', reason: 'seal_broken' };
  return { kind: 'transient', reason: 'internal' };
}

function ofProvider(error: ProviderError): Verdict {
  const { retryAfterMs } = error;
  const reason = error.code ?? (error.status === undefined ? error.class : `http_${error.status}`);
  if (error.outcome === 'unknown') return { kind: 'unknown', reason, retryAfterMs };
  // Without having been asked the provider cannot have called the grant dead.
  if (error.class === 'reconnect' && error.outcome === 'not_sent') return { kind: 'transient', reason };
  return { kind: error.class, reason, retryAfterMs };
}
