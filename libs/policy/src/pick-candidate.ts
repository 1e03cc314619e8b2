import type { ExchangeOutcome } from './decision.js';
import type { Candidate, ExchangeFacts } from './facts.js';
import { consentExpired } from './layers.js';

export type Picked<C extends Candidate> =
  | { readonly candidate: C | undefined; readonly outcome?: undefined }
  | { readonly candidate?: undefined; readonly outcome: ExchangeOutcome<C> };

/**
 * Which of several accounts is meant: the one named, else the user's default, else the only one. A connection that is
 * broken still counts, since quietly taking the other account would act as somebody else; a consent that has ended
 * counts only if nothing else is left.
 */
export function pickCandidate<C extends Candidate>(facts: ExchangeFacts<C>): Picked<C> {
  const { candidates, request } = facts;
  if (request.connectionId !== undefined) {
    const named = candidates.find((candidate) => candidate.consentId === request.connectionId);
    return named ? { candidate: named } : { outcome: { kind: 'connection_not_found' } };
  }
  const defaults = candidates.filter((candidate) => candidate.isDefault);
  if (defaults.length === 1) return { candidate: defaults[0] };
  const live = candidates.filter((candidate) => !consentExpired(candidate, facts.now));
  const pool = live.length > 0 ? live : candidates;
  if (pool.length <= 1) return { candidate: pool[0] };
  const choices = pool.map(({ consentId, accountLabel }) => ({ consentId, account: accountLabel }));
  return { outcome: { kind: 'account_selection_required', choices } };
}
