import type { ProviderFacts } from '#libs/policy';
import { fixedScopes, scopeLattice, type ProviderCatalogue, type ProviderDefinition } from '#libs/providers';

/** What the policy needs to know of a provider, given the parameters of the registration that serves the caller. */
export type ProviderFactsOf = (provider: string, params: Readonly<Record<string, string>>) => ProviderFacts;

/** Definitions do not change while a process runs, so that what follows from one is worked out once. */
export function providerFactsOf(catalogue: ProviderCatalogue): ProviderFactsOf {
  const known = new Map(catalogue.list().map((definition) => [definition.slug, fromDefinition(definition)]));
  return (provider, params) => {
    const definition = catalogue.get(provider);
    const facts = known.get(provider);
    if (!definition || !facts) return unknownProvider;
    const fixed = fixedScopes(definition, params);
    return fixed ? { ...facts, fixedScopes: fixed } : facts;
  };
}

function fromDefinition(definition: ProviderDefinition): ProviderFacts {
  return {
    exists: true,
    lattice: scopeLattice(definition),
    authorization: definition.authorization,
    // No definition of today can narrow a token at the moment of its hand-out.
    canNarrow: false,
    expiryUnknown: definition.lifetime.expiryUnknown,
  };
}

const unknownProvider: ProviderFacts = {
  exists: false,
  lattice: new Map(),
  authorization: 'shared',
  canNarrow: false,
  expiryUnknown: true,
};
