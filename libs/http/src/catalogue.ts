import type { FailureCode } from '#libs/kernel';

/** Who can make the error go away. */
export type Mender = 'the caller' | 'the person' | 'an operator' | 'time';

export interface CatalogueEntry {
  readonly status: number;
  readonly title: string;
  readonly meaning: string;
  readonly mender: Mender;
  readonly how: string;
  /** Seconds to wait when the failure itself does not say. */
  readonly retryAfter?: number;
}

/** Every error code there is. Error pages and the reference are made from this table, and the compiler keeps it whole. */
export const catalogue: Readonly<Record<FailureCode, CatalogueEntry>> = {
  invalid_request: {
    status: 400,
    title: 'The request is not well formed',
    meaning: 'A field, a header or the body breaks a rule. The description names the field and the rule.',
    mender: 'the caller',
    how: 'Correct the named field. Unknown fields are refused too, so that a misspelt one does not pass for an absent one.',
  },
  invalid_target: {
    status: 400,
    title: 'The provider is not offered',
    meaning: 'There is no provider of this name here, or nothing serves it for this server.',
    mender: 'the caller',
    how: 'Ask GET /providers for the names that can be used. If the provider ought to be there, an operator registers it.',
  },
  account_selection_required: {
    status: 400,
    title: 'Several accounts would do',
    meaning: 'The person has connected more than one account of this provider and has not chosen a default.',
    mender: 'the caller',
    how: 'Repeat the call with the connection_id of one of the choices, or let the person choose a default account.',
  },
  interaction_required: {
    status: 400,
    title: 'The person has to do something first',
    meaning: 'Nothing is connected yet, the connection has ended, or the person has not allowed what is asked.',
    mender: 'the person',
    how: 'Send the person to interaction_uri, and repeat the call afterwards, not more often than interval says.',
  },
  invalid_client: {
    status: 401,
    title: 'The server is not known',
    meaning: 'The credential is absent, mistyped, expired or switched off.',
    mender: 'the caller',
    how: 'Send Authorization: Bearer with a key of this server. An operator can make a new one.',
  },
  access_denied: {
    status: 403,
    title: 'It is not allowed',
    meaning:
      'A limit stands in the way; denied_by names it. operator_cap and server_cap: the scopes are beyond what an operator allows. user_denied: the person said no. provider_cannot_narrow: the token can do more than is allowed, and the provider makes no smaller one.',
    mender: 'an operator',
    how: 'Ask for fewer scopes (missing_scopes names those in the way), or have an operator change the cap. After user_denied, wait: asking again is not possible for a while.',
  },
  not_found: {
    status: 404,
    title: 'There is nothing here',
    meaning: 'The path or the id does not exist, or it belongs to somebody else: the two look alike on purpose.',
    mender: 'the caller',
    how: 'Check the path and the id. An id that worked before may have been removed.',
  },
  conflict: {
    status: 409,
    title: 'It does not fit what is there',
    meaning: 'Something else happened first, or the thing is no longer in the state that the call expects.',
    mender: 'the caller',
    how: 'Read the present state and decide anew.',
  },
  rate_limited: {
    status: 429,
    title: 'Too many calls',
    meaning: 'This caller has used up what it may do for now.',
    mender: 'time',
    how: 'Wait as long as Retry-After says. Keep a token until it expires instead of fetching it for every call.',
    retryAfter: 1,
  },
  temporarily_unavailable: {
    status: 503,
    title: 'It does not work right now',
    meaning:
      'Something that an answer depends on is away: the provider, the audit log or the keys. Nothing was handed out.',
    mender: 'time',
    how: 'Repeat the call after Retry-After. It is safe to repeat.',
    retryAfter: 5,
  },
  server_error: {
    status: 500,
    title: 'A fault of ours',
    meaning: 'Something went wrong that should not have. Nothing was handed out by this answer.',
    mender: 'an operator',
    how: 'Give the request_id to an operator, who finds the cause in the log under it.',
  },
};

/** Whether a text names an error code. */
export function isFailureCode(text: string): text is FailureCode {
  return Object.hasOwn(catalogue, text);
}
