import type { Uuid } from '#libs/kernel';
import type { ScopeLattice } from './scopes.js';

/** What is known of a provider under the registration that serves the caller. */
export interface ProviderFacts {
  readonly exists: boolean;
  readonly lattice: ScopeLattice;
  /** `per_server`: every authorization has scopes and tokens of its own. `shared`: one grant serves all servers. */
  readonly authorization: 'per_server' | 'shared';
  /** The provider can make a narrower token out of a wider one at the moment of the hand-out. */
  readonly canNarrow: boolean;
  /** The provider does not say when its tokens end. False with a missing expiry means: they do not expire. */
  readonly expiryUnknown: boolean;
  /** What every token of this registration can do, whatever was asked: capabilities of a provider without scopes. */
  readonly fixedScopes?: readonly string[];
}

/** The caps over a server; `undefined` means that nobody set one, which allows nothing. */
export interface CapFacts {
  readonly operatorCap: readonly string[] | undefined;
  readonly serverCap: { readonly scopes: readonly string[]; readonly version: number } | undefined;
}

/** One consent of the subject for the calling server, with the grant under it. */
export interface Candidate {
  readonly consentId: Uuid;
  readonly connectionId: Uuid;
  readonly accountLabel: string;
  readonly isDefault: boolean;
  readonly consentScopes: readonly string[];
  readonly consentExpiresAt?: Date | undefined;
  readonly grantId: Uuid;
  readonly grantStatus: 'active' | 'needs_reauth';
  /** As the provider returned them, never as they were asked for. */
  readonly grantScopes: readonly string[];
  readonly generation: number;
  readonly accessExpiresAt?: Date | undefined;
  readonly hasRefreshToken: boolean;
}

export interface ExchangeRequestFacts {
  /** The least that the call needs; undefined asks for all that was consented. */
  readonly scopes?: readonly string[] | undefined;
  /** The id by which servers know a connection, which is the id of their consent. */
  readonly connectionId?: Uuid | undefined;
  readonly minValiditySeconds?: number | undefined;
  /** The token that the server says was refused by the provider. */
  readonly rejectedGeneration?: { readonly grantId: Uuid; readonly generation: number } | undefined;
}

/** Everything that decides an exchange, read at one moment. `C` lets a caller carry more along with each candidate. */
export interface ExchangeFacts<C extends Candidate = Candidate> extends CapFacts {
  /** The database's time: replicas' clocks differ. */
  readonly now: Date;
  readonly request: ExchangeRequestFacts;
  readonly provider: ProviderFacts;
  /** Until when a person's explicit "no" to this server holds. */
  readonly refusedUntil?: Date | undefined;
  /** A refresh was tried for this very call and the provider could not be reached. */
  readonly refreshUnavailable?: boolean | undefined;
  readonly candidates: readonly C[];
}
