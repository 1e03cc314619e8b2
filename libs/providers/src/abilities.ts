import type { ProviderDefinition } from './definition/schema.js';

/** What a provider can do, for those who ask before they connect. */
export interface Abilities {
  readonly refresh: boolean;
  /** A narrower token can be made out of a wider one. */
  readonly narrow: boolean;
  /** What dies at the provider when access is cut off here; `none`: nothing, the token lives out its life. */
  readonly revoke: 'token' | 'grant' | 'allGrants' | 'none';
}

export function abilities({ refresh, revocation }: ProviderDefinition): Abilities {
  return {
    refresh: refresh !== undefined,
    narrow: refresh !== undefined && refresh.sendScope !== 'never',
    revoke: revocation?.effect ?? 'none',
  };
}
