import { appendAudit } from '#libs/audit';
import { Failure, newId, type Uuid } from '#libs/kernel';
import {
  endEmptyConnections,
  findOwnConnection,
  findSubject,
  unlinkSubjectOf,
  type ConsentFilter,
} from '#libs/persistence';
import type { Revocation } from './revocation.js';
import type { RevocationResult, RevokedBy } from './revocation-deps.js';

/** What a person can take back. Everything of another person answers like something that does not exist. */
export class UserRevocations {
  constructor(private readonly revocation: Revocation) {}

  /** Cuts off one server from one account; the person's other servers go on. Repeating it changes nothing. */
  async endConsent(userId: Uuid, consentId: Uuid, by: RevokedBy): Promise<RevocationResult> {
    const filter: ConsentFilter = { of: 'consent', consentId, userId };
    const cut = await this.revocation.commit({ filter, reason: 'user_ended', by });
    return cut.ended.length === 0 ? await this.revocation.repeated(filter) : await this.revocation.finish(cut);
  }

  /** Ends all consents of one name of a server for this person, and frees the name. Throws `not_found`. */
  async unlinkSubject(userId: Uuid, subjectId: Uuid, by: RevokedBy): Promise<RevocationResult> {
    const { deps } = this.revocation;
    const subject = await findSubject(deps.database, subjectId);
    if (subject?.userId !== userId) throw new Failure('not_found', 'link: there is none with this id');
    const filter: ConsentFilter = { of: 'subject', subjectId, userId };
    const cut = await this.revocation.commit({ filter, reason: 'unlinked', by }, async (tx, { ended }) => {
      if (!(await unlinkSubjectOf(tx, subjectId, userId))) return;
      await appendAudit(tx, {
        ...by,
        id: newId(deps.clock, deps.random),
        kind: 'subject.unlinked',
        outcome: 'allowed',
        organizationId: ended[0]?.organizationId,
        serverId: subject.serverId,
        userId,
        subjectId,
      });
    });
    return await this.revocation.finish(cut);
  }

  /** Ends a connection with everything under it, for all servers. Throws `not_found`. Repeating it changes nothing. */
  async disconnect(userId: Uuid, connectionId: Uuid, by: RevokedBy): Promise<RevocationResult> {
    const { deps } = this.revocation;
    const connection = await findOwnConnection(deps.database, connectionId, userId);
    if (!connection) throw new Failure('not_found', 'connection: there is none with this id');
    const filter: ConsentFilter = { of: 'connection', connectionId, userId };
    const cut = await this.revocation.commit({ filter, reason: 'disconnected', by }, async (tx) => {
      // Without a consent on it there was none whose end could have ended the connection.
      const emptied = await endEmptyConnections(tx, [connectionId]);
      if (emptied.length === 0) return;
      const { provider, registrationId } = connection;
      const said = { kind: 'connection.ended', outcome: 'allowed', reason: 'disconnected' } as const;
      const about = { userId, connectionId, provider, registrationId, id: newId(deps.clock, deps.random) };
      await appendAudit(tx, { ...by, ...said, ...about });
    });
    return cut.grants.length === 0 ? await this.revocation.repeated(filter) : await this.revocation.finish(cut);
  }
}
