import type { Sql } from './sql.js';

/** Makes the partitions of the log for this month and the next ones; those that exist stay. */
export async function addAuditPartitions(sql: Sql, monthsAhead: number): Promise<void> {
  await sql.query('SELECT add_audit_partitions($1)', [monthsAhead]);
}

/** Removes browser sessions that have ended. */
export async function pruneBrowserSessions(sql: Sql): Promise<void> {
  await sql.query('DELETE FROM browser_sessions WHERE expire < now()');
}
