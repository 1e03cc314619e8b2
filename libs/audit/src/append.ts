import { insertAuditEvents, type Sql } from '#libs/persistence';
import type { AuditEvent } from './audit-event.js';

/**
 * Appends rows to the log inside the caller's transaction. Throws when the log cannot be written, and then whatever
 * waits for the row must not happen (P1).
 */
export async function appendAudit(tx: Sql, ...events: AuditEvent[]): Promise<void> {
  await insertAuditEvents(tx, events);
}
