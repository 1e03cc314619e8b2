import { appendAudit } from '#libs/audit';
import { sha256 } from '#libs/crypto';
import type { Secret } from '#libs/kernel';
import {
  bindSessionToBrowser,
  findSessionByLink,
  isRefusalRecorded,
  listAllowedAlready,
  listSharedGrants,
} from '#libs/persistence';
import { buildConsentView, type ConsentView } from './consent-view.js';
import type { ConnectingDeps } from './deps.js';
import { LinkRefused } from './link-refused.js';
import type { SignedInOpener } from './opener.js';
import { loadSessionProvider } from './registration-at-provider.js';
import { sessionFacts } from './session-facts.js';
import { requireOpenLink, type OpenLinkSession } from './require-session.js';

type Deps = Pick<
  ConnectingDeps,
  'database' | 'vault' | 'catalogue' | 'providers' | 'clock' | 'random' | 'connectionsUrl'
>;

/** A signed-in person opens a link: the first one keeps it, everybody else is turned away. */
export class OpenLink {
  constructor(private readonly deps: Deps) {}

  /** @throws LinkRefused (audited once for each person and reason when the link exists), Failure `temporarily_unavailable` */
  async execute(link: Secret, opener: SignedInOpener): Promise<ConsentView> {
    try {
      const found = await requireOpenLink(this.deps.database, link, opener);
      if (found.session.userId === null) await this.bind(found, opener);
      return await this.view(found, opener);
    } catch (error) {
      if (error instanceof LinkRefused) await this.recordRefusal(link, opener, error);
      throw error;
    }
  }

  private async bind({ session, server }: OpenLinkSession, opener: SignedInOpener): Promise<void> {
    await this.deps.database.transaction(async (tx) => {
      const mine = await bindSessionToBrowser(tx, session.id, opener);
      if (!mine) throw new LinkRefused('other_browser', { serverName: server.name });
      await appendAudit(tx, {
        ...sessionFacts(this.deps, session),
        kind: 'connect.link_opened',
        outcome: 'allowed',
        actor: 'user',
        userId: opener.userId,
      });
    });
  }

  private async view({ session, server }: OpenLinkSession, opener: SignedInOpener): Promise<ConsentView> {
    const { database } = this.deps;
    const provider = await loadSessionProvider(this.deps, session);
    const shared = provider.definition.authorization === 'shared' && session.kind !== 'reconnect';
    return buildConsentView({
      session,
      server,
      definition: provider.definition,
      authorizeUrl: this.deps.providers.authorizeEndpoint(provider.definition, provider.at).url,
      already: await listAllowedAlready(database, { ...session, userId: opener.userId }),
      reusable: shared ? await listSharedGrants(database, opener.userId, session.registrationId) : [],
    });
  }

  private async recordRefusal(link: Secret, opener: SignedInOpener, { reason }: LinkRefused): Promise<void> {
    const session = await findSessionByLink(this.deps.database, sha256(link.reveal()));
    if (!session) return;
    const { userId } = opener;
    const kind = 'connect.link_opened';
    if (await isRefusalRecorded(this.deps.database, { connectSessionId: session.id, userId, kind, reason })) return;
    await appendAudit(this.deps.database, {
      ...sessionFacts(this.deps, session),
      kind,
      outcome: 'denied',
      reason,
      actor: 'user',
      userId,
    });
  }
}
