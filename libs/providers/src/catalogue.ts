import type { ProviderDefinition } from './definition/schema.js';

/** The definitions that are installed. Immutable: a change of definitions is a restart. */
export class ProviderCatalogue {
  readonly #bySlug: ReadonlyMap<string, ProviderDefinition>;

  /** @throws Error when two definitions have one slug */
  constructor(definitions: readonly ProviderDefinition[]) {
    this.#bySlug = new Map(definitions.map((definition) => [definition.slug, definition]));
    if (this.#bySlug.size !== definitions.length) throw new Error('two provider definitions have the same slug');
  }

  get(slug: string): ProviderDefinition | undefined {
    return this.#bySlug.get(slug);
  }

  list(): readonly ProviderDefinition[] {
    return [...this.#bySlug.values()];
  }
}
