import type { Uuid } from '#libs/kernel';
import { firstRow, type Sql } from './sql.js';

/** Which token one earlier exchange handed out. */
export interface HandOutRow {
  readonly serverId: Uuid;
  readonly grantId: Uuid;
  readonly generation: number;
}

export function findHandOut(sql: Sql, exchangeId: Uuid): Promise<HandOutRow | undefined> {
  return firstRow(
    sql,
    `SELECT server_id AS "serverId", grant_id AS "grantId", generation FROM audit_events
      WHERE id = $1 AND kind = 'token.exchange' AND outcome = 'allowed'`,
    [exchangeId],
  );
}

/**
 * Notes that grants are in use, so that they are refreshed ahead of need. Coarse on purpose: a grant in use is written
 * at most once an hour.
 */
export async function markHandedOut(sql: Sql, grantIds: readonly Uuid[]): Promise<void> {
  await sql.query(
    `UPDATE grants SET last_handed_out_at = now()
      WHERE id IN (SELECT id FROM grants WHERE id = ANY($1)
                     AND (last_handed_out_at IS NULL OR last_handed_out_at < now() - interval '1 hour')
                   ORDER BY id FOR UPDATE SKIP LOCKED)`,
    [grantIds],
  );
}
