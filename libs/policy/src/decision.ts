import type { AccountChoice, DeniedBy, Uuid } from '#libs/kernel';
import type { Candidate } from './facts.js';

export type LayerName = 'operator_cap' | 'server_cap' | 'consent' | 'grant' | 'request';

/** What one layer said, for explanations and for the audit row. */
export interface Layer {
  readonly layer: LayerName;
  readonly allowed: readonly string[];
  /** Requested, but not allowed by this layer. */
  readonly missing: readonly string[];
  /** Carried by the token, but not allowed by this layer. */
  readonly excess: readonly string[];
  readonly verdict: 'passes' | 'warns' | 'refuses' | 'not_reached';
  readonly note?: 'absent' | 'expired' | 'needs_reauth';
}

export type Warning = 'wider_than_requested' | 'provider_unavailable' | 'shorter_than_min_validity';

/** `connect`: nothing is connected. `reconnect`: the provider must be asked anew. `consent`: the person must allow more. */
export type Need = 'connect' | 'reconnect' | 'consent';

export interface HandOut<C> {
  readonly kind: 'hand_out';
  readonly candidate: C;
  /** What the token really carries, as the provider named it. */
  readonly scopes: readonly string[];
  readonly requested: readonly string[];
  readonly expiresAt?: Date;
  /** No `expiresAt`, and that does not mean that the token lives for ever. */
  readonly expiryUnknown: boolean;
  readonly warnings: readonly Warning[];
}

/** The token must be narrowed at the provider to `narrowTo` first; the wide one must not leave. */
export interface NarrowNeeded<C> extends Omit<HandOut<C>, 'kind'> {
  readonly kind: 'narrow_needed';
  readonly narrowTo: readonly string[];
}

export interface RefreshNeeded<C> {
  readonly kind: 'refresh_needed';
  readonly candidate: C;
  readonly reason: 'expired' | 'min_validity' | 'rejected';
}

export interface InteractionRequired<C> {
  readonly kind: 'interaction_required';
  readonly need: Need;
  /** What to ask the person for. */
  readonly scopes: readonly string[];
  readonly candidate?: C;
}

export interface Denied {
  readonly kind: 'denied';
  readonly deniedBy: DeniedBy;
  /** The scopes that stand in the way: not allowed, or, for `provider_cannot_narrow`, carried by the token beyond the ceiling. */
  readonly missing: readonly string[];
}

export interface InvalidTarget {
  readonly kind: 'invalid_target';
}

export type ExchangeOutcome<C extends Candidate = Candidate> =
  | HandOut<C>
  | NarrowNeeded<C>
  | RefreshNeeded<C>
  | InteractionRequired<C>
  | { readonly kind: 'account_selection_required'; readonly choices: readonly Choice[] }
  | Denied
  | InvalidTarget
  /** The connection that was named is not one of this subject at this server. */
  | { readonly kind: 'connection_not_found' }
  /** The token is no longer good, and the provider cannot be reached for a new one. */
  | { readonly kind: 'provider_unavailable'; readonly candidate: C };

/** An account to choose, before its id gets its public form. */
export interface Choice {
  readonly consentId: Uuid;
  readonly account: AccountChoice['account'];
}

export type ExchangeDecision<C extends Candidate = Candidate> = ExchangeOutcome<C> & {
  readonly layers: readonly Layer[];
};
