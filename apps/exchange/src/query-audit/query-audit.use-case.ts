import { appendAudit } from '#libs/audit';
import { Failure, newId, type Clock, type Uuid } from '#libs/kernel';
import {
  findAuditEvent,
  queryAuditEvents,
  type AuditFilter,
  type AuditorRow,
  type AuditRecord,
  type Sql,
} from '#libs/persistence';
import { auditEventView, type AuditEventView } from './audit-view.js';
import type { PersonalNotes } from './personal-notes.js';

/** What an auditor asks; the filter without the bound that the auditor's own organization sets. */
export interface AuditQuery {
  readonly filter: Omit<AuditFilter, 'organizationId'>;
  /** Names of the filters in use, for the row about this query; never their values. */
  readonly filteredBy: readonly string[];
  readonly before: Uuid | undefined;
  readonly limit: number;
  readonly requestId: string;
}

export interface AuditPage {
  readonly events: readonly AuditEventView[];
  /** Where the next page begins; undefined on the last one. */
  readonly next: Uuid | undefined;
}

/** Answers auditors, each within their own organization, and records that they asked (R58, R62). */
export class QueryAuditUseCase {
  constructor(
    private readonly sql: Sql,
    private readonly notes: PersonalNotes,
    private readonly clock: Clock,
  ) {}

  async page(auditor: AuditorRow, query: AuditQuery): Promise<AuditPage> {
    const bound = auditor.organizationId ?? undefined;
    const filter = { ...query.filter, organizationId: bound };
    // One more than the page: it tells whether there is a next one.
    const rows = await queryAuditEvents(this.sql, filter, { before: query.before, limit: query.limit + 1 });
    const page = rows.slice(0, query.limit);
    await this.record(auditor, 'audit.queried', query.requestId, { filters: query.filteredBy, rows: page.length });
    return { events: await this.views(page), next: rows.length > query.limit ? page.at(-1)?.id : undefined };
  }

  /** Throws `not_found`, for a row of another organization too. */
  async one(auditor: AuditorRow, id: Uuid, requestId: string): Promise<AuditEventView> {
    const row = await findAuditEvent(this.sql, id, auditor.organizationId ?? undefined);
    await this.record(auditor, 'audit.read', requestId, { found: row !== undefined });
    if (!row) throw new Failure('not_found', 'there is no such event');
    return await auditEventView(row, this.notes);
  }

  private async views(rows: readonly AuditRecord[]): Promise<AuditEventView[]> {
    return await Promise.all(rows.map((row) => auditEventView(row, this.notes)));
  }

  private async record(
    auditor: AuditorRow,
    kind: 'audit.queried' | 'audit.read',
    requestId: string,
    details: Record<string, unknown>,
  ): Promise<void> {
    await appendAudit(this.sql, {
      id: newId(this.clock),
      kind,
      outcome: 'allowed',
      actor: 'auditor',
      keyId: auditor.keyId,
      organizationId: auditor.organizationId ?? undefined,
      details,
      requestId,
    });
  }
}
