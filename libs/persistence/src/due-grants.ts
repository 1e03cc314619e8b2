import type { Uuid } from '#libs/kernel';
import type { Sql } from './sql.js';

export interface DueGrantRow {
  readonly id: Uuid;
  readonly generation: number;
}

/** Nobody holds it, nothing says to wait, and somebody may use it: others are not kept alive. */
const callable = `status = 'active' AND (retry_at IS NULL OR retry_at <= now()) AND (lease_until IS NULL OR lease_until < now())
  AND EXISTS (SELECT FROM consents n WHERE n.grant_id = grants.id AND n.ended_at IS NULL
                AND (n.expires_at IS NULL OR n.expires_at > now()))`;

/**
 * Grants that the worker must look at, the longest due first. A plain read: the claim decides who acts. A grant without
 * a due time has not been looked at since it was made.
 */
export function listDueGrants(sql: Sql, limit: number): Promise<DueGrantRow[]> {
  return sql.query(
    `(SELECT id, generation FROM grants WHERE refresh_due_at <= now() AND ${callable} ORDER BY refresh_due_at LIMIT $1)
     UNION ALL
     (SELECT id, generation FROM grants
       WHERE refresh_due_at IS NULL AND refresh_token_sealed IS NOT NULL AND ${callable} LIMIT $1)`,
    [limit],
  );
}

/** Grants whose last spend nobody answered for: the holder died, or the outcome is unknown and may be settled now. */
export function listUnsettledGrants(sql: Sql, limit: number): Promise<DueGrantRow[]> {
  return sql.query(
    `SELECT id, generation FROM grants WHERE refresh_state IN ('spending', 'indeterminate') AND ${callable} LIMIT $1`,
    [limit],
  );
}
