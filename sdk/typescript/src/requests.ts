import type { CallOptions } from './options.js';

/** What an exchange can say beside user and provider. */
export interface ExchangeOptions extends CallOptions {
  /** The least that the work needs. Omitted: all that the person allowed your server. */
  readonly scopes?: readonly string[];
  /** One of several accounts; see `connections` and AccountSelectionRequiredError. */
  readonly connectionId?: string;
  /** Seconds that the token must still live. The platform caps it. */
  readonly minValidity?: number;
  /** `exchangeId` of a token that the provider answered with 401. `withToken` does this by itself. */
  readonly rejectedExchangeId?: string;
  /** Why, in words that the person will read in the list of hand-outs. */
  readonly purpose?: string;
  /** The tool of your server for which the token is. */
  readonly tool?: string;
  /** Id of the call in your own logs. */
  readonly callId?: string;
}

/** One hand-out. */
export interface ExchangeRequest extends ExchangeOptions {
  /** Your name for the person: 1 to 255 characters of printable ASCII, and stable. */
  readonly userId: string;
  /** Slug of the provider, for instance `notion`. */
  readonly provider: string;
}

/** Options of `withToken`; which token was rejected is for it to say. */
export type WithTokenOptions = Omit<ExchangeOptions, 'rejectedExchangeId'>;

/** Give up your server's access to an account of this person. */
export interface RevokeAccessRequest extends CallOptions {
  readonly userId: string;
  readonly provider: string;
  /** Omitted: the access to all accounts of the person at the provider. */
  readonly connectionId?: string;
}

/** Kill one token that you hold, for instance because it leaked. Refused where several servers share it. */
export interface RevokeTokenRequest extends CallOptions {
  readonly token: string;
}

export type RevokeRequest = RevokeAccessRequest | RevokeTokenRequest;

/** Begin to connect an account, for a person without a browser of yours. */
export interface StartTypedConnectRequest extends CallOptions {
  readonly userId: string;
  readonly provider: string;
  readonly scopes?: readonly string[];
  /** Page of yours to which the person returns. It must be registered for your server; omitted, the default one is used. */
  readonly returnUrl?: string;
}

/** Begin to connect an account, in the browser whose request you are answering. */
export interface StartConnectRequest extends StartTypedConnectRequest {
  /** Whether the cookie is for https only. Omitted: yes, unless `returnUrl` is on localhost. */
  readonly secureCookie?: boolean;
}

/** Finish to connect an account, on the page to which the person returned. */
export interface CompleteConnectRequest extends CallOptions {
  /** From `connect.parseReturn`. */
  readonly sessionId: string;
  /** The person who is signed in on your site in this very request; never taken from the URL. */
  readonly userId: string;
  /** From `connect.parseReturn`. */
  readonly completionCode: string;
  /** Cookies of this very request: the `Cookie` header, or what your framework parsed from it. */
  readonly cookies?: string | Readonly<Record<string, string | undefined>> | undefined;
  /** In place of `cookies`: the nonce, if you keep it in that browser in another way. */
  readonly nonce?: string | undefined;
}

/** Finish to connect an account with the code that the platform showed the person. */
export interface CompleteTypedConnectRequest extends CallOptions {
  /** From `connect.startTyped`. */
  readonly sessionId: string;
  readonly userId: string;
  /** As typed: case, spaces and hyphens do not matter. */
  readonly typedCode: string;
}
