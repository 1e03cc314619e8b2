import { appendAudit } from '#libs/audit';
import type { Secret } from '#libs/kernel';
import { releaseSessionFromBrowser } from '#libs/persistence';
import type { ConnectingDeps } from './deps.js';
import type { SignedInOpener } from './opener.js';
import { requireOwnLink } from './require-session.js';
import { sessionFacts } from './session-facts.js';

type Deps = Pick<ConnectingDeps, 'database' | 'clock' | 'random'>;

/** "Not you?": somebody opened the link while signed in as another person, and has answered nothing yet. */
export class ReleaseLink {
  constructor(private readonly deps: Deps) {}

  /** @throws LinkRefused */
  async execute(link: Secret, opener: SignedInOpener): Promise<void> {
    const { session } = await requireOwnLink(this.deps.database, link, opener);
    await this.deps.database.transaction(async (tx) => {
      if (!(await releaseSessionFromBrowser(tx, session.id, opener))) return;
      await appendAudit(tx, {
        ...sessionFacts(this.deps, session),
        kind: 'connect.link_opened',
        outcome: 'denied',
        reason: 'switched_person',
        actor: 'user',
      });
    });
  }
}
