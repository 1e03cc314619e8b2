import type { Denied, InvalidTarget } from './decision.js';
import type { CapFacts, ProviderFacts } from './facts.js';
import { beyond, closure, generators, intersect } from './scopes.js';

/**
 * What only an operator can mend, checked before anything about the person is looked at: is the provider offered, has
 * the server a cap for it, is the request within both caps, and can the provider give a token within them at all.
 */
export function refusedByCaps(
  provider: ProviderFacts,
  caps: CapFacts,
  requested: readonly string[],
): Denied | InvalidTarget | undefined {
  const { lattice } = provider;
  if (!provider.exists || caps.operatorCap === undefined) return { kind: 'invalid_target' };
  const overOperator = beyond(requested, closure(caps.operatorCap, lattice));
  if (overOperator.length > 0) return { kind: 'denied', deniedBy: 'operator_cap', missing: overOperator };
  const overServer = beyond(requested, closure(caps.serverCap?.scopes ?? [], lattice));
  if (overServer.length > 0 || caps.serverCap === undefined)
    return { kind: 'denied', deniedBy: 'server_cap', missing: overServer };
  if (provider.fixedScopes === undefined || provider.canNarrow) return undefined;
  const inevitable = beyond(provider.fixedScopes, intersect(caps.operatorCap, caps.serverCap.scopes, lattice));
  return inevitable.length > 0
    ? { kind: 'denied', deniedBy: 'provider_cannot_narrow', missing: inevitable }
    : undefined;
}

/** What to ask a person for: the scopes wanted, within both caps, and what the provider gives with every token anyway. */
export function askable(provider: ProviderFacts, caps: CapFacts, wanted: Iterable<string> | undefined): string[] {
  const { lattice, fixedScopes = [] } = provider;
  const within = intersect(caps.operatorCap ?? [], caps.serverCap?.scopes ?? [], lattice);
  const scopes = wanted === undefined ? within : intersect(wanted, within, lattice);
  return generators(new Set([...scopes, ...fixedScopes]), lattice);
}
