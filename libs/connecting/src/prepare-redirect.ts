import type { Secret } from '#libs/kernel';
import { listCrowdedAccounts, type ConnectSessionRow } from '#libs/persistence';
import { authorizationScopes, normaliseScopes, type AuthorizeEndpoint } from '#libs/providers';
import type { ConnectingDeps } from './deps.js';
import { LinkRefused } from './link-refused.js';
import type { SignedInOpener } from './opener.js';
import { loadSessionProvider, type SessionProvider } from './registration-at-provider.js';
import { requireOwnLink } from './require-session.js';

/** What the redirect to the provider is built from; state and challenge do not exist yet. */
export interface RedirectPlan {
  readonly endpoint: AuthorizeEndpoint;
  readonly clientId: string;
  readonly redirectUri: string;
  readonly scopes: readonly string[];
}

type Deps = Pick<ConnectingDeps, 'database' | 'vault' | 'catalogue' | 'providers' | 'connectionsUrl'>;

/** Finds out before anybody is sent away whether the journey can end well: keys are there, and there is room at the provider. */
export class PrepareRedirect {
  constructor(private readonly deps: Deps) {}

  /** @throws LinkRefused, Failure `temporarily_unavailable` */
  async execute(link: Secret, opener: SignedInOpener): Promise<RedirectPlan> {
    const { session } = await requireOwnLink(this.deps.database, link, opener);
    const provider = await loadSessionProvider(this.deps, session);
    await this.requireRoom(session, provider, opener);
    return {
      endpoint: this.deps.providers.authorizeEndpoint(provider.definition, provider.at),
      clientId: provider.at.clientId,
      redirectUri: provider.at.redirectUri,
      scopes: authorizationScopes(provider.definition, session.scopes),
    };
  }

  /**
   * Beyond its limit the provider drops the oldest authorization without a word, which could be another server's. Which
   * account the person will choose is not known here, so one that is full is enough to stop.
   */
  private async requireRoom(
    { registrationId, scopes }: ConnectSessionRow,
    { definition }: SessionProvider,
    { userId }: SignedInOpener,
  ): Promise<void> {
    const limit = definition.maxGrantsPerAccount;
    if (limit === undefined) return;
    const normal = normaliseScopes(definition, scopes);
    const full = await listCrowdedAccounts(this.deps.database, { userId, registrationId, scopes: normal, limit });
    if (full.length === 0) return;
    const accounts = full.map(({ accountLabel, count, serverNames }) => ({ label: accountLabel, count, serverNames }));
    throw new LinkRefused('too_many_grants', { accounts });
  }
}
