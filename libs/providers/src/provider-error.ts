import { EgressError } from '#libs/egress';

/**
 * What a failure calls for. `reconnect`: the user must authorize again. `operator`: configuration is wrong, and no
 * user's grant is to blame. `transient`: try later.
 */
export type ErrorClass = 'reconnect' | 'operator' | 'transient';

/**
 * What is known of the provider's side. `not_sent`: nothing left this machine. `rejected`: the provider refused, nothing
 * changed there. `unknown`: it may have acted.
 */
export type Outcome = 'not_sent' | 'rejected' | 'unknown';

export interface ProviderErrorDetails {
  readonly class: ErrorClass;
  readonly outcome: Outcome;
  /** The provider's error code, or a word of this library; `[a-z0-9_]{1,64}`. */
  readonly code?: string | undefined;
  /** HTTP status of the answer. */
  readonly status?: number | undefined;
  /** Milliseconds to wait, when the provider said so; at most an hour. */
  readonly retryAfterMs?: number | undefined;
}

/** A call to a provider that did not bring what was asked for. Nothing of the provider's own words travels with it. */
export class ProviderError extends Error {
  override readonly name = 'ProviderError';
  readonly class: ErrorClass;
  readonly outcome: Outcome;
  readonly code: string | undefined;
  readonly status: number | undefined;
  readonly retryAfterMs: number | undefined;

  constructor(
    readonly provider: string,
    details: ProviderErrorDetails,
  ) {
    super(
      `${provider}: ${details.class}, outcome ${details.outcome}${details.code === undefined ? '' : ` (${details.code})`}`,
    );
    this.class = details.class;
    this.outcome = details.outcome;
    this.code = details.code;
    this.status = details.status;
    this.retryAfterMs = details.retryAfterMs;
  }
}

/** Turns a failed connection into a ProviderError; anything else (a caller's own objection) stays what it is. */
export function fromEgress(provider: string, error: unknown): unknown {
  if (!(error instanceof EgressError)) return error;
  return new ProviderError(provider, {
    // A refused address or a broken URL is a matter of configuration; it will not mend itself.
    class: error.stage === 'blocked' ? 'operator' : 'transient',
    outcome: error.bytesMayHaveLeft ? 'unknown' : 'not_sent',
    code: `egress_${error.stage}`,
  });
}
