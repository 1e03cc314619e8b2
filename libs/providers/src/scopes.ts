import type { ProviderDefinition } from './definition/schema.js';

/** Each scope with everything it implies, steps followed; the scope itself is not in its own set unless a circle leads there. */
export function scopeLattice(definition: ProviderDefinition): ReadonlyMap<string, ReadonlySet<string>> {
  const { catalogue } = definition.scopes;
  return new Map(
    Object.keys(catalogue).map((scope) => {
      const reached = new Set(catalogue[scope]?.implies);
      // A Set visits what is added while it is walked, which makes this the whole search.
      for (const next of reached) for (const implied of impliedBy(definition, next)) reached.add(implied);
      return [scope, reached];
    }),
  );
}

/** The scopes and everything they imply. */
export function impliedClosure(definition: ProviderDefinition, scopes: Iterable<string>): ReadonlySet<string> {
  const reached = new Set(scopes);
  for (const scope of reached) for (const implied of impliedBy(definition, scope)) reached.add(implied);
  return reached;
}

/** The shortest list with the same meaning, sorted: without pseudo scopes, doubles and what another scope contains. */
export function normaliseScopes(definition: ProviderDefinition, scopes: Iterable<string>): string[] {
  const kept = new Set([...withoutPseudo(definition, scopes)].sort());
  for (const scope of [...kept].reverse()) {
    const others = [...kept].filter((other) => other !== scope);
    if (impliedClosure(definition, others).has(scope)) kept.delete(scope);
  }
  return [...kept];
}

/** What to ask for in the redirect: the wanted scopes, the definition's defaults and its pseudo scopes. */
export function authorizationScopes(definition: ProviderDefinition, wanted: Iterable<string>): string[] {
  const { scopes } = definition;
  if (scopes.kind === 'capabilities') return [];
  return [...new Set([...wanted, ...scopes.defaults, ...scopes.pseudo])];
}

/**
 * What every token of a registration can do, whatever was asked, at a provider without scopes: the capabilities that the
 * operator declared in the parameter `capabilities` (separated by spaces). Without a declaration it is everything,
 * since too much refuses a hand-out and too little would let one pass. Undefined where scopes decide.
 */
export function fixedScopes(
  definition: ProviderDefinition,
  params: Readonly<Record<string, string>>,
): readonly string[] | undefined {
  if (definition.scopes.kind !== 'capabilities') return undefined;
  return params.capabilities?.split(' ').filter((name) => name !== '') ?? Object.keys(definition.scopes.catalogue);
}

/** A scope in words for the person who is asked; a scope that the definition does not know is shown as it is. */
export function describeScope(
  definition: ProviderDefinition,
  scope: string,
): { readonly says: string; readonly risk: 'low' | 'medium' | 'high' } {
  const { catalogue } = definition.scopes;
  const known = Object.hasOwn(catalogue, scope) ? catalogue[scope] : undefined;
  return known === undefined ? { says: scope, risk: 'high' } : { says: known.says, risk: known.risk };
}

export function withoutPseudo(definition: ProviderDefinition, scopes: Iterable<string>): Set<string> {
  const { scopes: rules } = definition;
  const pseudo: readonly string[] = rules.kind === 'oauth' ? rules.pseudo : [];
  return new Set([...scopes].filter((scope) => !pseudo.includes(scope)));
}

function impliedBy(definition: ProviderDefinition, scope: string): readonly string[] {
  const { catalogue } = definition.scopes;
  return Object.hasOwn(catalogue, scope) ? (catalogue[scope]?.implies ?? []) : [];
}
