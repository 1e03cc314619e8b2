import { appendAudit } from '#libs/audit';
import type { Secret, Uuid } from '#libs/kernel';
import { findSubject, holdWithGrant, listSharedGrants, type ConnectSessionRow } from '#libs/persistence';
import type { ConnectingDeps } from './deps.js';
import type { Held } from './hold-code.js';
import { durations, heldConsentLifetime, type Duration } from './limits.js';
import { LinkRefused } from './link-refused.js';
import type { SignedInOpener } from './opener.js';
import { makeProof } from './proof.js';
import { loadSessionProvider } from './registration-at-provider.js';
import { sessionFacts } from './session-facts.js';
import { requireOwnLink } from './require-session.js';

export interface UseAccountCommand {
  readonly link: Secret;
  readonly opener: SignedInOpener;
  readonly duration: Duration;
  readonly connectionId: Uuid;
}

type Deps = Pick<ConnectingDeps, 'database' | 'vault' | 'catalogue' | 'clock' | 'random' | 'connectionsUrl'>;

/**
 * The person lets one more server use an account that is connected already, at a provider whose grants are shared. There
 * is no code to hold, but the consent is held in the same way until the opener is known to be the subject.
 */
export class UseConnectedAccount {
  constructor(private readonly deps: Deps) {}

  /** @throws LinkRefused */
  async execute(command: UseAccountCommand): Promise<Held & { readonly session: ConnectSessionRow }> {
    const { opener, duration } = command;
    const { session, server } = await requireOwnLink(this.deps.database, command.link, opener);
    const { registration } = await loadSessionProvider(this.deps, session);
    const usable = await listSharedGrants(this.deps.database, opener.userId, session.registrationId);
    const grant = usable.find((candidate) => candidate.connectionId === command.connectionId);
    if (!grant) throw new LinkRefused('grant_gone', { serverName: server.name });
    const seal = { sessionId: session.id, organizationId: registration.organizationId, provider: session.provider };
    const subject = await findSubject(this.deps.database, session.subjectId);
    const proven = subject?.userId === opener.userId;
    const about = { seal, userId: opener.userId, proven, lifetimeSeconds: heldConsentLifetime };
    const proof = await makeProof(this.deps, session, about);
    await this.deps.database.transaction(async (tx) => {
      const allowed = { scopes: session.scopes, seconds: durations[duration] };
      const first = await holdWithGrant(tx, session.id, opener, { allowed, grantId: grant.grantId, proof: proof.row });
      if (!first) throw new LinkRefused('used', { serverName: server.name });
      await appendAudit(tx, {
        ...sessionFacts(this.deps, session),
        kind: 'connect.allowed',
        outcome: 'allowed',
        actor: 'user',
        connectionId: grant.connectionId,
        grantId: grant.grantId,
        connectSessionId: session.id,
        scopesGranted: session.scopes,
        details: { duration },
      });
    });
    return { proven, completionCode: proof.completionCode, session };
  }
}
