import { appendAudit } from '#libs/audit';
import { Failure, type Uuid } from '#libs/kernel';
import { closeGate, endSession, lockLiveGrant, type ConnectSessionRow } from '#libs/persistence';
import type { ConnectingDeps } from './deps.js';
import { sessionFacts } from './session-facts.js';
import { lockSettling, settleConsent } from './settle-consent.js';

type Deps = Pick<ConnectingDeps, 'database' | 'clock' | 'random'>;

/** One more server uses a grant that is there already: only the consent is new. */
export class StoreConsent {
  constructor(private readonly deps: Deps) {}

  /** @throws Failure `conflict` when the session, or the grant that it was to use, ended meanwhile */
  async execute(session: ConnectSessionRow): Promise<{ readonly kind: 'completed'; readonly consentId: Uuid }> {
    const consentId = await this.deps.database.transaction(async (tx) => {
      const locked = await lockSettling(tx, session.id);
      if (locked.kind === 'completed') return locked.consentId;
      // An earlier consent of this subject may become narrower by it.
      await closeGate(tx);
      const grantId = locked.session.usesGrantId;
      const grant = grantId === null ? undefined : await lockLiveGrant(tx, grantId, locked.userId);
      if (grantId === null || !grant) return undefined;
      return await settleConsent(tx, this.deps, locked, { grantId, connectionId: grant.connectionId });
    });
    return { kind: 'completed', consentId: consentId ?? (await this.fail(session)) };
  }

  private async fail(session: ConnectSessionRow): Promise<Uuid> {
    await this.deps.database.transaction(async (tx) => {
      if (!(await endSession(tx, session, { status: 'failed', failure: 'grant_gone' }))) return;
      const facts = sessionFacts(this.deps, session);
      await appendAudit(tx, {
        ...facts,
        kind: 'connect.failed',
        outcome: 'failed',
        actor: 'user',
        reason: 'grant_gone',
      });
    });
    throw new Failure('conflict', 'the account that was to be used was disconnected: open a new connect session');
  }
}
