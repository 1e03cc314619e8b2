import type { Uuid } from '#libs/kernel';
import { insertAuditEvents, type Sql } from '#libs/persistence';
import type { AuditEvent } from './audit-event.js';

/**
 * Appends rows to the log inside the caller's transaction. Throws when the log cannot be written, and then whatever
 * waits for the row must not happen (P1).
 */
export async function appendAudit(tx: Sql, ...events: AuditEvent[]): Promise<void> {
  await insertAuditEvents(tx, events);
}

/** The same for a batch that may be a repetition: tells which ids were not in the log before. */
export function appendAuditBatch(tx: Sql, events: readonly AuditEvent[]): Promise<ReadonlySet<Uuid>> {
  return insertAuditEvents(tx, events);
}
