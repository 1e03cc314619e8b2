/**
 * Which scopes a scope carries with it, directly or in steps: `repo` -> `public_repo`, `repo:status`. A scope that is
 * not a key carries only itself, so an unknown scope is never assumed to be harmless.
 */
export type ScopeLattice = ReadonlyMap<string, ReadonlySet<string>>;

/** The scopes themselves and everything they imply. Terminates on circular lattices. */
export function closure(scopes: Iterable<string>, lattice: ScopeLattice): ReadonlySet<string> {
  const reached = new Set(scopes);
  // A Set visits what is added while it is being walked, which makes this the whole search.
  for (const scope of reached) for (const implied of lattice.get(scope) ?? []) reached.add(implied);
  return reached;
}

/** Whether `have` allows everything that `need` allows. */
export function covers(have: Iterable<string>, need: Iterable<string>, lattice: ScopeLattice): boolean {
  return beyond(need, closure(have, lattice)).length === 0;
}

/** Everything that both sides allow, as a closed set (all implied scopes are written out). */
export function intersect(a: Iterable<string>, b: Iterable<string>, lattice: ScopeLattice): ReadonlySet<string> {
  const other = closure(b, lattice);
  return new Set([...closure(a, lattice)].filter((scope) => other.has(scope)));
}

/** Those of `scopes` that a closed set does not allow, each once. */
export function beyond(scopes: Iterable<string>, closed: ReadonlySet<string>): string[] {
  return [...new Set(scopes)].filter((scope) => !closed.has(scope));
}

/**
 * The shortest list that has the same closure: what to write on a consent page or in an authorization request.
 * Of scopes that imply each other, the first in order of code units stays.
 */
export function generators(scopes: Iterable<string>, lattice: ScopeLattice): string[] {
  const kept = new Set([...scopes].sort());
  for (const scope of [...kept].reverse()) {
    const others = [...kept].filter((other) => other !== scope);
    if (closure(others, lattice).has(scope)) kept.delete(scope);
  }
  return [...kept];
}
