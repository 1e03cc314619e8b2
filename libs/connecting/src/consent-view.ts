import type { Uuid } from '#libs/kernel';
import type { AllowedAlreadyRow, ConnectKind, ConnectSessionRow, ServerRow, SharedGrantRow } from '#libs/persistence';
import { describeScope, impliedClosure, type ProviderDefinition } from '#libs/providers';

export interface ScopeLine {
  readonly scope: string;
  readonly says: string;
  readonly risk: 'low' | 'medium' | 'high';
  /** The server has this already, from an earlier "allow" that still holds. */
  readonly allowedAlready: boolean;
}

/** Everything that a person has to know before saying yes. */
export interface ConsentView {
  readonly sessionId: Uuid;
  readonly kind: ConnectKind;
  readonly server: Pick<ServerRow, 'name' | 'organizationName' | 'verifiedDomain'>;
  readonly provider: { readonly slug: string; readonly name: string };
  /** Whether each authorization has scopes of its own; otherwise servers share one and it can do what it can do. */
  readonly perServer: boolean;
  readonly scopes: readonly ScopeLine[];
  readonly already: readonly AllowedAlreadyRow[];
  /** Accounts that are connected already and could be used without going to the provider. */
  readonly reusable: readonly SharedGrantRow[];
  readonly returnUrl: string;
  /** Origin to which the form leads on. */
  readonly providerOrigin: string;
  readonly expiresAt: Date;
}

export function buildConsentView(input: {
  readonly session: ConnectSessionRow;
  readonly server: ServerRow;
  readonly definition: ProviderDefinition;
  readonly authorizeUrl: string;
  readonly already: readonly AllowedAlreadyRow[];
  readonly reusable: readonly SharedGrantRow[];
}): ConsentView {
  const { session, server, definition } = input;
  const had = impliedClosure(
    definition,
    input.already.flatMap((consent) => consent.scopes),
  );
  return {
    sessionId: session.id,
    kind: session.kind,
    server,
    provider: { slug: definition.slug, name: definition.name },
    perServer: definition.authorization === 'per_server',
    scopes: session.scopes.map((scope) => ({
      scope,
      ...describeScope(definition, scope),
      allowedAlready: had.has(scope),
    })),
    already: input.already,
    reusable: input.reusable,
    returnUrl: session.returnUrl,
    providerOrigin: new URL(input.authorizeUrl).origin,
    expiresAt: session.expiresAt,
  };
}
