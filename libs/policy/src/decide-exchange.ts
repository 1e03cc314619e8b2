import { askable, refusedByCaps } from './caps.js';
import type { ExchangeDecision, ExchangeOutcome, Need } from './decision.js';
import type { Candidate, ExchangeFacts } from './facts.js';
import { consentExpired, layersOf, scopesOf, type Scopes } from './layers.js';
import { pickCandidate } from './pick-candidate.js';
import { beyond } from './scopes.js';
import { handOut, refreshOrWait, staleness } from './token-life.js';

interface Situation<C extends Candidate> {
  readonly facts: ExchangeFacts<C>;
  readonly candidate: C;
  readonly scopes: Scopes;
}

type Step = <C extends Candidate>(situation: Situation<C>) => ExchangeOutcome<C> | undefined;

/** The order matters: what the person can mend is found before what the token lacks, and its lifetime comes last. */
const steps: readonly Step[] = [
  consentIsLive,
  consentCoversRequest,
  grantIsAlive,
  grantCoversRequest,
  tokenIsUnderCeiling,
  tokenIsFresh,
];

/**
 * Decides one exchange. Pure: the same facts give the same decision, and nothing is read or remembered.
 *
 * A token leaves only if its real scope (the closure of what the provider granted) is within operator cap, server cap
 * and consent. When it is not, and cannot be narrowed: beyond a cap, or on a shared grant, the answer is `denied` by
 * `provider_cannot_narrow`, and the layers say whose limit it breaks; beyond the consent alone, on a provider whose
 * authorizations have scopes of their own, a new authorization mends it, so the person is asked to reconnect.
 */
export function decideExchange<C extends Candidate>(facts: ExchangeFacts<C>): ExchangeDecision<C> {
  const picked = pickCandidate(facts);
  const scopes = scopesOf(facts, picked.candidate);
  const layers = layersOf(facts, picked.candidate, scopes);
  const refused = refusedByCaps(facts.provider, facts, facts.request.scopes ?? []);
  if (refused) return { ...refused, layers };
  if (picked.outcome) return { ...picked.outcome, layers };
  if (!picked.candidate) return { ...interaction(facts, 'connect', facts.request.scopes), layers };
  return { ...walk({ facts, candidate: picked.candidate, scopes }), layers };
}

function walk<C extends Candidate>(situation: Situation<C>): ExchangeOutcome<C> {
  for (const step of steps) {
    const outcome = step(situation);
    if (outcome) return outcome;
  }
  return handOut(situation.facts, situation.candidate, situation.scopes);
}

function consentIsLive<C extends Candidate>({ facts, candidate }: Situation<C>): ExchangeOutcome<C> | undefined {
  if (!consentExpired(candidate, facts.now)) return undefined;
  return interaction(facts, 'consent', facts.request.scopes ?? candidate.consentScopes, candidate);
}

function consentCoversRequest<C extends Candidate>({
  facts,
  candidate,
  scopes,
}: Situation<C>): ExchangeOutcome<C> | undefined {
  if (beyond(scopes.requested, scopes.consent).length === 0) return undefined;
  // What was allowed before is asked again with it, or the new token would lose it.
  return interaction(facts, 'consent', [...candidate.consentScopes, ...scopes.requested], candidate);
}

function grantIsAlive<C extends Candidate>({ facts, candidate }: Situation<C>): ExchangeOutcome<C> | undefined {
  if (candidate.grantStatus === 'active') return undefined;
  return interaction(facts, 'reconnect', candidate.consentScopes, candidate);
}

/** The provider gave less than the person allowed here, for instance because a box was unticked there. */
function grantCoversRequest<C extends Candidate>({
  facts,
  candidate,
  scopes,
}: Situation<C>): ExchangeOutcome<C> | undefined {
  if (beyond(scopes.requested, scopes.grant).length === 0) return undefined;
  return interaction(facts, 'reconnect', candidate.consentScopes, candidate);
}

function tokenIsUnderCeiling<C extends Candidate>({
  facts,
  candidate,
  scopes,
}: Situation<C>): ExchangeOutcome<C> | undefined {
  const excess = beyond(scopes.leaving, scopes.ceiling);
  if (excess.length === 0) return undefined;
  const beyondConsentOnly = beyond(excess, scopes.caps).length === 0;
  if (beyondConsentOnly && facts.provider.authorization === 'per_server')
    return interaction(facts, 'reconnect', candidate.consentScopes, candidate);
  return { kind: 'denied', deniedBy: 'provider_cannot_narrow', missing: excess };
}

function tokenIsFresh<C extends Candidate>({ facts, candidate }: Situation<C>): ExchangeOutcome<C> | undefined {
  const reason = staleness(facts, candidate);
  if (reason === undefined) return undefined;
  // It is alive, and nothing better can be had now: the warning says so.
  if (reason === 'min_validity' && (facts.refreshUnavailable || !candidate.hasRefreshToken)) return undefined;
  if (!candidate.hasRefreshToken) return interaction(facts, 'reconnect', candidate.consentScopes, candidate);
  return refreshOrWait(facts, candidate, reason);
}

/** Asks the person, unless they said "no" not long ago: a server must not be able to nag. */
function interaction<C extends Candidate>(
  facts: ExchangeFacts<C>,
  need: Need,
  wanted: readonly string[] | undefined,
  candidate?: C,
): ExchangeOutcome<C> {
  const scopes = askable(facts.provider, facts, wanted);
  if (facts.refusedUntil && facts.refusedUntil > facts.now)
    return { kind: 'denied', deniedBy: 'user_denied', missing: scopes };
  return { kind: 'interaction_required', need, scopes, ...(candidate ? { candidate } : {}) };
}
