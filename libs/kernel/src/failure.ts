/** Every error code that the platform answers with, in its API or as a page. The catalogue of what they mean is in libs/http. */
export type FailureCode =
  | 'invalid_request'
  | 'invalid_target'
  | 'account_selection_required'
  | 'interaction_required'
  | 'invalid_client'
  | 'access_denied'
  | 'not_found'
  | 'conflict'
  | 'rate_limited'
  | 'temporarily_unavailable'
  | 'server_error';

export type DeniedBy = 'operator_cap' | 'server_cap' | 'user_denied' | 'provider_cannot_narrow';

/** One connection to choose from when a user has several accounts at a provider. */
export interface AccountChoice {
  /** Public id of the consent. */
  readonly connection_id: string;
  /** Account name at the provider, for instance a login. */
  readonly account: string;
}

/** What an error may carry beside its code and description; names are those of the wire. */
export interface FailureDetails {
  readonly exchange_id?: string;
  readonly denied_by?: DeniedBy;
  readonly missing_scopes?: readonly string[];
  readonly interaction_uri?: string;
  /** Seconds to wait between two polls of the interaction. */
  readonly interval?: number;
  /** Seconds until the interaction link stops working. */
  readonly expires_in?: number;
  readonly choices?: readonly AccountChoice[];
  /** Seconds after which a repeat may help. */
  readonly retry_after?: number;
}

/**
 * An error that is meant for the one who asked. `description` reaches the caller word for word, so it never
 * contains the text of a dependency's error, a secret or a value that the caller did not send.
 */
export class Failure extends Error {
  override readonly name = 'Failure';

  constructor(
    readonly code: FailureCode,
    readonly description: string,
    readonly details: FailureDetails = {},
    options: { cause?: unknown } = {},
  ) {
    super(`${code}: ${description}`, options);
  }
}
