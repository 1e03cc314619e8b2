import { appendAudit, personalContext, type PersonalNote } from '#libs/audit';
import { KeyUnavailable, SealBroken, type Vault } from '#libs/crypto';
import { newId, publicId, type Clock, type Uuid } from '#libs/kernel';
import type { AuditRecord, Sql } from '#libs/persistence';

// Forgotten when there are more: reporting some again is better than growing for ever.
const mostRemembered = 10_000;

/** Opens what a person's server wrote beside an event. One note that does not open must not cost an auditor the page. */
export class PersonalNotes {
  private readonly reported = new Set<Uuid>();

  constructor(
    private readonly sql: Sql,
    private readonly vault: Vault,
    private readonly clock: Clock,
  ) {}

  /**
   * Undefined where there is no note. `erased`: the person was; `unreadable`: the note was changed, which is reported
   * once by each process, or its key cannot be had now.
   */
  async read(record: AuditRecord): Promise<PersonalNote | 'erased' | 'unreadable' | undefined> {
    const { personalSealed, userId, keyOrganizationId, wrappedShredSecret } = record;
    if (!personalSealed) return undefined;
    if (!userId || !keyOrganizationId || !wrappedShredSecret) return 'erased';
    try {
      const text = await this.vault.open(personalSealed, personalContext(record.id, userId, keyOrganizationId));
      return JSON.parse(text.reveal()) as PersonalNote;
    } catch (error) {
      if (error instanceof SealBroken) await this.report(record);
      // Erased since the row was read.
      else if (error instanceof KeyUnavailable && error.reason === 'shred_secret_missing') return 'erased';
      else if (!(error instanceof KeyUnavailable)) throw error;
      return 'unreadable';
    }
  }

  private async report(record: AuditRecord): Promise<void> {
    if (this.reported.has(record.id)) return;
    if (this.reported.size >= mostRemembered) this.reported.clear();
    this.reported.add(record.id);
    try {
      await appendAudit(this.sql, {
        id: newId(this.clock),
        kind: 'crypto.seal_broken',
        outcome: 'failed',
        actor: 'worker',
        organizationId: record.organizationId,
        serverId: record.serverId,
        userId: record.userId,
        subjectId: record.subjectId,
        provider: record.provider,
        details: { event: eventIdOf(record) },
      });
    } catch (error) {
      this.reported.delete(record.id);
      throw error;
    }
  }
}

/** The id by which an event is shown. */
export function eventIdOf({ kind, id }: Pick<AuditRecord, 'kind' | 'id'>): string {
  return publicId(kind === 'token.exchange' ? 'exchange' : 'event', id);
}
