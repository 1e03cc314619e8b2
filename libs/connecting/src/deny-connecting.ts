import { appendAudit } from '#libs/audit';
import { publicId, type Secret } from '#libs/kernel';
import { endSession, putRefusal } from '#libs/persistence';
import type { ConnectingDeps } from './deps.js';
import { refusalLifetime } from './limits.js';
import { LinkRefused } from './link-refused.js';
import type { SignedInOpener } from './opener.js';
import { requireOwnLink } from './require-session.js';
import { sessionFacts } from './session-facts.js';
import { returnTo } from './return-to.js';

type Deps = Pick<ConnectingDeps, 'database' | 'clock' | 'random'>;

/** The person says no. It is remembered for a while and for this person, so that a server cannot nag. */
export class DenyConnecting {
  constructor(private readonly deps: Deps) {}

  /** Returns where the browser goes. @throws LinkRefused */
  async execute(link: Secret, opener: SignedInOpener): Promise<string> {
    const { session, server } = await requireOwnLink(this.deps.database, link, opener);
    await this.deps.database.transaction(async (tx) => {
      const first = await endSession(tx, session, { status: 'denied', failure: undefined });
      if (!first) throw new LinkRefused('used', { serverName: server.name });
      // The opener may be anybody as long as the subject is linked to nobody: it counts for this person alone.
      await putRefusal(tx, {
        subjectId: session.subjectId,
        provider: session.provider,
        userId: opener.userId,
        seconds: refusalLifetime,
      });
      await appendAudit(tx, {
        ...sessionFacts(this.deps, session),
        kind: 'connect.denied',
        outcome: 'denied',
        deniedBy: 'user_denied',
        actor: 'user',
        scopesRequested: session.scopes,
      });
    });
    return returnTo(session.returnUrl, {
      connect_session: publicId('connectSession', session.id),
      error: 'access_denied',
    });
  }
}
