/** What every error of this SDK can tell beside its message. */
export interface ErrorFacts {
  /** HTTP status of the answer. Absent when there was no answer. */
  readonly status?: number | undefined;
  /** Id to quote to the operator of the platform. */
  readonly requestId?: string | undefined;
  /** Id of the refused hand-out in the audit log. */
  readonly exchangeId?: string | undefined;
  /** Page that explains the code and how to mend it. */
  readonly errorUri?: string | undefined;
  readonly cause?: unknown;
}

/**
 * Base of everything that a call of this SDK throws, except an abort of your own: that rejects with your signal's reason.
 * No error of this SDK carries a token, a key or a request body.
 */
export class TokenExchangerError extends Error {
  override readonly name: string = 'TokenExchangerError';
  /** `error` of the answer, for instance `interaction_required`; for trouble on this side see the subclasses. */
  readonly code: string;
  /** What was wrong, for people. Do not branch on it. */
  readonly description: string;
  /** HTTP status of the answer. Absent when there was no answer. */
  readonly status: number | undefined;
  /** Id to quote to the operator of the platform. */
  readonly requestId: string | undefined;
  /** Id of the refused hand-out in the audit log. */
  readonly exchangeId: string | undefined;
  /** Page that explains the code and how to mend it. */
  readonly errorUri: string | undefined;

  constructor(code: string, description: string, facts: ErrorFacts = {}) {
    super(`${code}: ${description}`, facts.cause === undefined ? {} : { cause: facts.cause });
    this.code = code;
    this.description = description;
    this.status = facts.status;
    this.requestId = facts.requestId;
    this.exchangeId = facts.exchangeId;
    this.errorUri = facts.errorUri;
  }
}

/** `invalid_request`: a field is missing or breaks a rule; the description names both. */
export class InvalidRequestError extends TokenExchangerError {
  override readonly name = 'InvalidRequestError';
}

/** `invalid_target`: the provider is not offered here. `providers()` lists those that are. */
export class InvalidTargetError extends TokenExchangerError {
  override readonly name = 'InvalidTargetError';
}

/** `invalid_client`: the credential is unknown, disabled or expired. */
export class InvalidClientError extends TokenExchangerError {
  override readonly name = 'InvalidClientError';
}

/** `not_found`: no such thing, or it is not yours. */
export class NotFoundError extends TokenExchangerError {
  override readonly name = 'NotFoundError';
}

/** `conflict`: the thing is in a state in which this cannot be done. */
export class ConflictError extends TokenExchangerError {
  override readonly name = 'ConflictError';
}

/** `interaction_required`: the person has to connect, reconnect or allow more. */
export class InteractionRequiredError extends TokenExchangerError {
  override readonly name = 'InteractionRequiredError';
  /** Page to send the person to when you have no web site of your own; else prefer `connect.start`. */
  readonly interactionUri: string | undefined;
  /** Seconds to wait between two tries while the person is there. */
  readonly interval: number | undefined;
  /** Seconds until `interactionUri` stops working. */
  readonly expiresIn: number | undefined;

  constructor(
    code: string,
    description: string,
    facts: ErrorFacts & {
      readonly interactionUri?: string | undefined;
      readonly interval?: number | undefined;
      readonly expiresIn?: number | undefined;
    },
  ) {
    super(code, description, facts);
    this.interactionUri = facts.interactionUri;
    this.interval = facts.interval;
    this.expiresIn = facts.expiresIn;
  }
}

/** `access_denied`: a layer refused, and asking the person again would not help. */
export class AccessDeniedError extends TokenExchangerError {
  override readonly name = 'AccessDeniedError';
  /** The layer: `operator_cap`, `server_cap`, `user_denied` or `provider_cannot_narrow`. */
  readonly deniedBy: string | undefined;
  /** Scopes that were asked for and that this layer does not give. */
  readonly missingScopes: readonly string[];

  constructor(
    code: string,
    description: string,
    facts: ErrorFacts & { readonly deniedBy?: string | undefined; readonly missingScopes?: readonly string[] },
  ) {
    super(code, description, facts);
    this.deniedBy = facts.deniedBy;
    this.missingScopes = facts.missingScopes ?? [];
  }
}

/** One of several accounts of the person at a provider. */
export interface AccountChoice {
  /** Pass it as `connectionId`. */
  readonly connectionId: string;
  /** The account's name at the provider, for instance a login. */
  readonly account: string;
}

/** `account_selection_required`: the person has several accounts there and none is the default. */
export class AccountSelectionRequiredError extends TokenExchangerError {
  override readonly name = 'AccountSelectionRequiredError';
  /** What to let the person choose from. */
  readonly choices: readonly AccountChoice[];

  constructor(code: string, description: string, facts: ErrorFacts & { readonly choices: readonly AccountChoice[] }) {
    super(code, description, facts);
    this.choices = facts.choices;
  }
}

/** `rate_limited`: too many calls. Thrown after the retries, or at once when the wait would be too long for the call. */
export class RateLimitedError extends TokenExchangerError {
  override readonly name = 'RateLimitedError';
  /** Seconds after which a repeat may help. */
  readonly retryAfter: number | undefined;

  constructor(code: string, description: string, facts: ErrorFacts & { readonly retryAfter?: number | undefined }) {
    super(code, description, facts);
    this.retryAfter = facts.retryAfter;
  }
}

/** `temporarily_unavailable`: the provider or a part of the platform is down, and there is no live token to serve. */
export class TemporarilyUnavailableError extends TokenExchangerError {
  override readonly name = 'TemporarilyUnavailableError';
  /** Seconds after which a repeat may help. */
  readonly retryAfter: number | undefined;

  constructor(code: string, description: string, facts: ErrorFacts & { readonly retryAfter?: number | undefined }) {
    super(code, description, facts);
    this.retryAfter = facts.retryAfter;
  }
}

/** `connection_failed`: the platform could not be reached, or the connection broke. `cause` has the socket's error. */
export class ConnectionError extends TokenExchangerError {
  override readonly name = 'ConnectionError';
}

/** `timeout`: the call, its retries included, took longer than `timeoutMs`. Whether it was carried out is not known. */
export class TimeoutError extends TokenExchangerError {
  override readonly name = 'TimeoutError';
}

/**
 * `binding_missing`: the browser that came back does not hold the cookie of `connect.start`. Either it is another browser
 * than the one that began, or someone sent this person a link that was made for himself. Begin again; complete nothing.
 */
export class BindingMissingError extends TokenExchangerError {
  override readonly name = 'BindingMissingError';
}
