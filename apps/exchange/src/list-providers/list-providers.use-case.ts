import type { CallingServerRow, Sql } from '#libs/persistence';
import { listServerCaps, listServingRegistrations } from '#libs/persistence';
import { closure, covers } from '#libs/policy';
import {
  abilities,
  describeScope,
  scopeLattice,
  type ProviderCatalogue,
  type ProviderDefinition,
} from '#libs/providers';

export interface ProviderView {
  readonly provider: string;
  readonly name: string;
  readonly scopes: readonly { readonly scope: string; readonly description: string; readonly risk: string }[];
  readonly can: { readonly refresh: boolean; readonly narrow: boolean; readonly revoke: boolean };
}

/** What the users of one server can connect: the providers that serve it, with the scopes that both caps allow. */
export class ListProvidersUseCase {
  constructor(
    private readonly sql: Sql,
    private readonly catalogue: ProviderCatalogue,
  ) {}

  async execute(caller: CallingServerRow): Promise<ProviderView[]> {
    const registrations = await listServingRegistrations(this.sql, caller.organizationId);
    const caps = new Map((await listServerCaps(this.sql, caller.serverId)).map((cap) => [cap.provider, cap.scopes]));
    return registrations.flatMap((registration) => {
      const definition = this.catalogue.get(registration.provider);
      const cap = caps.get(registration.provider);
      return definition && cap ? [view(definition, registration.operatorCap, cap)] : [];
    });
  }
}

function view(
  definition: ProviderDefinition,
  operatorCap: readonly string[],
  serverCap: readonly string[],
): ProviderView {
  const lattice = scopeLattice(definition);
  const allowed = [...closure(serverCap, lattice)].filter((scope) => covers(operatorCap, [scope], lattice));
  const { refresh, narrow, revoke } = abilities(definition);
  return {
    provider: definition.slug,
    name: definition.name,
    scopes: allowed.sort().map((scope) => {
      const { says, risk } = describeScope(definition, scope);
      return { scope, description: says, risk };
    }),
    can: { refresh, narrow, revoke: revoke !== 'none' },
  };
}
