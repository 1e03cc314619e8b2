import type { Uuid } from '#libs/kernel';
import { changed, firstRow, type Sql } from './sql.js';

export interface UpstreamRevocationRow {
  readonly id: Uuid;
  readonly grantId: Uuid;
  /** Generation of the pair that is to die. */
  readonly generation: number;
  /** A pair that is not the grant's own; null when the grant's own is meant. */
  readonly tokenSealed: Buffer | null;
  readonly status: 'pending' | 'revoked' | 'unsupported' | 'failed';
  readonly attempts: number;
  readonly createdAt: Date;
}

/** Queues a call to the provider; a row that is there already stays. `tokenSealed` for tokens that no grant holds. */
export async function insertUpstreamRevocation(
  tx: Sql,
  row: { readonly id: Uuid; readonly grantId: Uuid; readonly generation: number; readonly tokenSealed?: Buffer },
): Promise<void> {
  await tx.query(
    `INSERT INTO upstream_revocations (id, grant_id, generation, token_sealed) VALUES ($1, $2, $3, $4)
     ON CONFLICT (id) DO NOTHING`,
    [row.id, row.grantId, row.generation, row.tokenSealed ?? null],
  );
}

export function findUpstreamRevocation(sql: Sql, id: Uuid): Promise<UpstreamRevocationRow | undefined> {
  return firstRow(
    sql,
    `SELECT id, grant_id AS "grantId", generation, token_sealed AS "tokenSealed", status, attempts,
            created_at AS "createdAt" FROM upstream_revocations WHERE id = $1`,
    [id],
  );
}

export async function listDueRevocations(sql: Sql, limit: number): Promise<Uuid[]> {
  const rows = await sql.query<{ id: Uuid }>(
    `SELECT id FROM upstream_revocations WHERE status = 'pending' AND next_attempt_at <= now()
      ORDER BY next_attempt_at LIMIT $1`,
    [limit],
  );
  return rows.map((row) => row.id);
}

/** Keeps a pair that was fetched only to be revoked, before it is used: a crash must not lose it. */
export async function keepTokenToRevoke(sql: Sql, id: Uuid, tokenSealed: Buffer): Promise<void> {
  await sql.query(`UPDATE upstream_revocations SET token_sealed = $2 WHERE id = $1 AND status = 'pending'`, [
    id,
    tokenSealed,
  ]);
}

/** Ends a row and forgets its token. True for the one who ended it. */
export function finishUpstreamRevocation(
  tx: Sql,
  id: Uuid,
  end: { readonly status: 'revoked' | 'unsupported' | 'failed'; readonly failure: string | undefined },
): Promise<boolean> {
  return changed(
    tx,
    `UPDATE upstream_revocations
        SET status = $2, finished_at = now(), last_failure = $3, token_sealed = NULL, attempts = attempts + 1
      WHERE id = $1 AND status = 'pending' RETURNING id`,
    [id, end.status, end.failure ?? null],
  );
}

export async function postponeUpstreamRevocation(
  sql: Sql,
  id: Uuid,
  later: { readonly failure: string; readonly retryInMs: number },
): Promise<void> {
  await sql.query(
    `UPDATE upstream_revocations
        SET attempts = attempts + 1, last_failure = $2,
            next_attempt_at = now() + make_interval(secs => $3::float8 / 1000)
      WHERE id = $1 AND status = 'pending'`,
    [id, later.failure, later.retryInMs],
  );
}

/** Forgets the tokens of a revoked grant as soon as no revocation needs them any more. */
export async function wipeRevokedGrant(tx: Sql, grantId: Uuid): Promise<void> {
  await tx.query(
    `UPDATE grants SET access_token_sealed = NULL, refresh_token_sealed = NULL
      WHERE id = $1 AND status = 'revoked' AND NOT EXISTS (
        SELECT 1 FROM upstream_revocations r WHERE r.grant_id = $1 AND r.status = 'pending' AND r.token_sealed IS NULL)`,
    [grantId],
  );
}
