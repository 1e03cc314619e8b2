import { Failure } from '#libs/kernel';
import { findRegistration, type ConnectSessionRow, type RegistrationRow } from '#libs/persistence';
import { redirectUriOf, type ProviderDefinition, type RegistrationAtProvider } from '#libs/providers';
import type { ConnectingDeps } from './deps.js';
import { withKeys } from './with-keys.js';
import { clientSecretContext } from './seal-contexts.js';

/** Everything needed to talk to the provider of a session. */
export interface SessionProvider {
  readonly definition: ProviderDefinition;
  readonly registration: RegistrationRow;
  readonly at: RegistrationAtProvider;
}

/** @throws Failure `invalid_target` when the registration was disabled meanwhile, `temporarily_unavailable` without keys */
export async function loadSessionProvider(
  deps: Pick<ConnectingDeps, 'database' | 'vault' | 'catalogue' | 'connectionsUrl'>,
  session: Pick<ConnectSessionRow, 'registrationId' | 'provider'>,
): Promise<SessionProvider> {
  const registration = await findRegistration(deps.database, session.registrationId);
  const definition = deps.catalogue.get(session.provider);
  if (!registration || !definition) throw new Failure('invalid_target', 'provider is no longer offered here');
  const clientSecret = await withKeys(() =>
    deps.vault.open(registration.clientSecretSealed, clientSecretContext(registration)),
  );
  const { id, provider, clientId, params } = registration;
  const redirectUri = redirectUriOf(deps.connectionsUrl, id);
  return { definition, registration, at: { id, provider, clientId, clientSecret, params, redirectUri } };
}
