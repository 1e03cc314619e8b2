import type { Uuid } from '#libs/kernel';
import { hasLiveConsents, type ConsentFilter, type EndedConsentRow, type Sql } from '#libs/persistence';
import type { Revocation } from './revocation.js';
import type { RevocationResult, RevokedBy } from './revocation-deps.js';

export interface AccessToGiveUp {
  readonly serverId: Uuid;
  /** The `user_id` by which the server names the person. */
  readonly subject: string;
  readonly provider: string;
  /** One of several accounts; all of them without it. */
  readonly consentId?: Uuid | undefined;
}

/** A server gives up its own access. Repeating it, or giving up what never was, changes nothing and answers alike. */
export class GiveUpAccess {
  constructor(private readonly revocation: Revocation) {}

  async execute({ consentId, ...whose }: AccessToGiveUp, by: RevokedBy): Promise<RevocationResult> {
    const filter: ConsentFilter =
      consentId === undefined ? { of: 'server', ...whose } : { of: 'server_consent', consentId, ...whose };
    const note = async (tx: Sql, first: EndedConsentRow | undefined) =>
      await this.revocation.noteCall(tx, whose.serverId, by, {
        provider: whose.provider,
        reason: first === undefined ? 'nothing_to_end' : undefined,
        userId: first?.userId,
        subjectId: first?.subjectId,
        consentId,
      });
    const { database } = this.revocation.deps;
    // Every hand-out waits for the gate: a server that repeats this call must not be able to close it each time.
    if (!(await hasLiveConsents(database, filter))) {
      await note(database, undefined);
      return await this.revocation.repeated(filter);
    }
    const order = { filter, reason: 'server_gave_up', by } as const;
    const cut = await this.revocation.commit(order, (tx, { ended }) => note(tx, ended[0]));
    return cut.ended.length === 0 ? await this.revocation.repeated(filter) : await this.revocation.finish(cut);
  }
}
