import { askable, refusedByCaps } from './caps.js';
import type { Denied, InvalidTarget } from './decision.js';
import type { CapFacts, ProviderFacts } from './facts.js';

export interface ConnectFacts extends CapFacts {
  /** The database's time. */
  readonly now: Date;
  readonly provider: ProviderFacts;
  /** Undefined asks for all that the caps allow. */
  readonly scopes?: readonly string[] | undefined;
  /** Until when a person's explicit "no" to this server holds. */
  readonly refusedUntil?: Date | undefined;
}

export type ConnectDecision = { readonly kind: 'ask'; readonly scopes: readonly string[] } | Denied | InvalidTarget;

/** Whether a server may ask a person to connect an account, and for which scopes. */
export function decideConnect(facts: ConnectFacts): ConnectDecision {
  const refused = refusedByCaps(facts.provider, facts, facts.scopes ?? []);
  if (refused) return refused;
  const scopes = askable(facts.provider, facts, facts.scopes);
  if (facts.refusedUntil && facts.refusedUntil > facts.now)
    return { kind: 'denied', deniedBy: 'user_denied', missing: scopes };
  return { kind: 'ask', scopes };
}
