import { appendAudit } from '#libs/audit';
import { opaqueToken, sha256 } from '#libs/crypto';
import type { Secret } from '#libs/kernel';
import { startAuthorizing } from '#libs/persistence';
import type { ConnectingDeps } from './deps.js';
import { authorizingLifetime, durations, type Duration } from './limits.js';
import { LinkRefused } from './link-refused.js';
import type { SignedInOpener } from './opener.js';
import { loadSessionProvider } from './registration-at-provider.js';
import { requireOwnLink } from './require-session.js';
import { verifierContext } from './seal-contexts.js';
import { sessionFacts } from './session-facts.js';
import { withKeys } from './with-keys.js';

export interface AllowCommand {
  readonly link: Secret;
  readonly opener: SignedInOpener;
  readonly duration: Duration;
  /** PKCE verifier (RFC 7636 section 4.1), made for this one redirect. */
  readonly codeVerifier: Secret;
}

type Deps = Pick<ConnectingDeps, 'database' | 'vault' | 'catalogue' | 'clock' | 'random' | 'connectionsUrl'>;

/** The person says yes and goes to the provider. Only now is there a `state`, and the link is used up. */
export class AllowConnecting {
  constructor(private readonly deps: Deps) {}

  /** Returns the `state` for the redirect. @throws LinkRefused, Failure `temporarily_unavailable` */
  async execute({ link, opener, duration, codeVerifier }: AllowCommand): Promise<Secret> {
    const { session, server } = await requireOwnLink(this.deps.database, link, opener);
    const { registration } = await loadSessionProvider(this.deps, session);
    const seal = { sessionId: session.id, organizationId: registration.organizationId, provider: session.provider };
    const verifierSealed = await withKeys(() =>
      this.deps.vault.seal(codeVerifier, verifierContext(seal, opener.userId)),
    );
    const state = opaqueToken(this.deps.random);
    await this.deps.database.transaction(async (tx) => {
      const first = await startAuthorizing(tx, session.id, opener, {
        allowed: { scopes: session.scopes, seconds: durations[duration] },
        stateHash: sha256(state.reveal()),
        verifierSealed,
        lifetimeSeconds: authorizingLifetime,
      });
      if (!first) throw new LinkRefused('used', { serverName: server.name });
      await appendAudit(tx, {
        ...sessionFacts(this.deps, session),
        kind: 'connect.allowed',
        outcome: 'allowed',
        actor: 'user',
        scopesGranted: session.scopes,
        details: { duration },
      });
    });
    return state;
  }
}
