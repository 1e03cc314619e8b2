import type { Layer, LayerName } from './decision.js';
import type { Candidate, ExchangeFacts } from './facts.js';
import { beyond, closure, generators, intersect, type ScopeLattice } from './scopes.js';

/** The sets that every step of a decision looks at, computed once. */
export interface Scopes {
  readonly operatorCap: ReadonlySet<string>;
  readonly serverCap: ReadonlySet<string>;
  readonly caps: ReadonlySet<string>;
  readonly consent: ReadonlySet<string>;
  /** Caps and consent together: no token that can do more ever leaves. */
  readonly ceiling: ReadonlySet<string>;
  readonly grant: ReadonlySet<string>;
  readonly requested: readonly string[];
  /** What the token that would leave can do: the grant's scopes, or the narrower ones it can be turned into. */
  readonly leaving: readonly string[];
}

export function scopesOf(facts: ExchangeFacts, candidate: Candidate | undefined): Scopes {
  const { lattice, canNarrow } = facts.provider;
  const operatorCap = closure(facts.operatorCap ?? [], lattice);
  const serverCap = closure(facts.serverCap?.scopes ?? [], lattice);
  const consent = closure(candidate?.consentScopes ?? [], lattice);
  const grant = closure(candidate?.grantScopes ?? [], lattice);
  const caps = both(operatorCap, serverCap);
  const ceiling = both(caps, consent);
  const requested = facts.request.scopes ?? consentedAndGranted(candidate, both(ceiling, grant), lattice);
  const leaving = canNarrow
    ? generators(intersect(requested, both(ceiling, grant), lattice), lattice)
    : (candidate?.grantScopes ?? []);
  return { operatorCap, serverCap, caps, consent, ceiling, grant, requested, leaving };
}

/** What a request without scopes means. The first branch is the ordinary case, and spares the hot path the reduction. */
function consentedAndGranted(
  candidate: Candidate | undefined,
  usable: ReadonlySet<string>,
  lattice: ScopeLattice,
): readonly string[] {
  const consented = candidate?.consentScopes ?? [];
  return beyond(consented, usable).length === 0 ? consented : generators(usable, lattice);
}

function both(a: ReadonlySet<string>, b: ReadonlySet<string>): ReadonlySet<string> {
  return new Set([...a].filter((scope) => b.has(scope)));
}

/** What each layer says, in the order in which they are asked. */
export function layersOf(facts: ExchangeFacts, candidate: Candidate | undefined, scopes: Scopes): Layer[] {
  const asked = facts.request.scopes ?? [];
  const layer = (name: LayerName, allowed: readonly string[] | undefined, closed: ReadonlySet<string>): Layer => {
    const missing = beyond(asked, closed);
    const excess = name === 'grant' ? [] : beyond(scopes.leaving, closed);
    const refuses = allowed === undefined || missing.length > 0 || excess.length > 0;
    const base = {
      layer: name,
      allowed: allowed ?? [],
      missing,
      excess,
      verdict: refuses ? 'refuses' : 'passes',
    } as const;
    return allowed === undefined ? { ...base, note: 'absent' } : base;
  };
  return [
    layer('operator_cap', facts.operatorCap, scopes.operatorCap),
    layer('server_cap', facts.serverCap?.scopes, scopes.serverCap),
    candidate
      ? consentLayer(facts, candidate, layer('consent', candidate.consentScopes, scopes.consent))
      : notReached('consent'),
    candidate ? grantLayer(candidate, layer('grant', candidate.grantScopes, scopes.grant)) : notReached('grant'),
    candidate ? requestLayer(facts, scopes) : notReached('request'),
  ];
}

function notReached(layer: LayerName): Layer {
  return { layer, allowed: [], missing: [], excess: [], verdict: 'not_reached' };
}

export function consentExpired(candidate: Candidate, now: Date): boolean {
  return candidate.consentExpiresAt !== undefined && candidate.consentExpiresAt <= now;
}

function consentLayer(facts: ExchangeFacts, candidate: Candidate, layer: Layer): Layer {
  return consentExpired(candidate, facts.now) ? { ...layer, verdict: 'refuses', note: 'expired' } : layer;
}

function grantLayer(candidate: Candidate, layer: Layer): Layer {
  return candidate.grantStatus === 'needs_reauth' ? { ...layer, verdict: 'refuses', note: 'needs_reauth' } : layer;
}

function requestLayer(facts: ExchangeFacts, scopes: Scopes): Layer {
  const excess = beyond(scopes.leaving, closure(scopes.requested, facts.provider.lattice));
  const verdict = facts.request.scopes && excess.length > 0 ? 'warns' : 'passes';
  return { layer: 'request', allowed: scopes.requested, missing: [], excess, verdict };
}
