import type { ProviderFacts } from '#libs/policy';
import { fixedScopes, scopeLattice, type ProviderDefinition } from '#libs/providers';

/** What the policy needs to know of a provider, given the parameters of the registration that serves. */
export function providerFacts(definition: ProviderDefinition, params: Readonly<Record<string, string>>): ProviderFacts {
  const fixed = fixedScopes(definition, params);
  return {
    exists: true,
    lattice: scopeLattice(definition),
    authorization: definition.authorization,
    // Nobody narrows tokens at the moment of a hand-out yet; the exchange says the same.
    canNarrow: false,
    expiryUnknown: definition.lifetime.expiryUnknown,
    ...(fixed ? { fixedScopes: fixed } : {}),
  };
}
