import type { ExchangeOutcome, HandOut, NarrowNeeded, RefreshNeeded, Warning } from './decision.js';
import type { Candidate, ExchangeFacts } from './facts.js';
import type { Scopes } from './layers.js';
import { covers } from './scopes.js';

/** A token that ends within this time counts as ended: it would die on its way. Milliseconds. */
export const expiryFloorMs = 10_000;

/** The most validity a server may insist on, in seconds: on some providers a refresh kills the token that others hold. */
export const maxMinValiditySeconds = 300;

/** Why the token in hand is not good enough, if it is not. */
export function staleness(facts: ExchangeFacts, candidate: Candidate): RefreshNeeded<Candidate>['reason'] | undefined {
  const { rejectedGeneration: rejected, minValiditySeconds = 0 } = facts.request;
  // An older generation was replaced already: the answer to that complaint is the token we have now.
  if (rejected?.grantId === candidate.grantId && rejected.generation === candidate.generation) return 'rejected';
  if (candidate.accessExpiresAt === undefined) return undefined;
  const left = candidate.accessExpiresAt.getTime() - facts.now.getTime();
  if (left <= expiryFloorMs) return 'expired';
  return left < Math.min(minValiditySeconds, maxMinValiditySeconds) * 1000 ? 'min_validity' : undefined;
}

/** A token that is dead, or said to be, while the provider is away: nothing to hand out. Otherwise a refresh. */
export function refreshOrWait<C extends Candidate>(
  facts: ExchangeFacts<C>,
  candidate: C,
  reason: RefreshNeeded<C>['reason'],
): ExchangeOutcome<C> {
  if (facts.refreshUnavailable) return { kind: 'provider_unavailable', candidate };
  return { kind: 'refresh_needed', candidate, reason };
}

export function handOut<C extends Candidate>(
  facts: ExchangeFacts<C>,
  candidate: C,
  scopes: Scopes,
): HandOut<C> | NarrowNeeded<C> {
  const { accessExpiresAt: expiresAt } = candidate;
  const { canNarrow, expiryUnknown, lattice } = facts.provider;
  const narrow = canNarrow && !covers(scopes.leaving, candidate.grantScopes, lattice);
  const answer = {
    candidate,
    scopes: narrow ? scopes.leaving : candidate.grantScopes,
    requested: scopes.requested,
    ...(expiresAt ? { expiresAt } : {}),
    expiryUnknown: expiresAt === undefined && expiryUnknown,
    warnings: warningsOf(facts, candidate, scopes),
  };
  return narrow ? { kind: 'narrow_needed', narrowTo: scopes.leaving, ...answer } : { kind: 'hand_out', ...answer };
}

function warningsOf(facts: ExchangeFacts, candidate: Candidate, scopes: Scopes): Warning[] {
  const warnings: Warning[] = [];
  const asked = facts.request.scopes;
  if (asked && !covers(asked, scopes.leaving, facts.provider.lattice)) warnings.push('wider_than_requested');
  if (facts.refreshUnavailable) warnings.push('provider_unavailable');
  if (staleness(facts, candidate) === 'min_validity') warnings.push('shorter_than_min_validity');
  return warnings;
}
