import type { Uuid } from '#libs/kernel';
import type { Hold } from './refresh-lease.js';
import { changed, firstRow, type Sql } from './sql.js';

/** A refreshed token pair, sealed for the generation after the one that was spent. */
export interface RefreshedPairRow {
  readonly accessTokenSealed: Buffer;
  readonly refreshTokenSealed: Buffer | undefined;
  readonly accessFingerprint: Buffer;
  readonly fingerprintVersion: number;
  readonly scopes: readonly string[];
  readonly scopesInferred: boolean;
  readonly obtainedAt: Date;
  readonly accessExpiresAt: Date | undefined;
  readonly refreshExpiresAt: Date | undefined;
  /** Undefined: never. */
  readonly refreshDueAt: Date | undefined;
}

/** What the pair replaced. */
export interface ReplacedRow {
  readonly status: 'active' | 'needs_reauth';
  /** The claim was still the writer's own. */
  readonly onTime: boolean;
}

/**
 * Stores the pair if the grant is still at the generation that was spent, whoever holds the claim by now: the latest
 * answer of the provider is the only pair that works. Undefined when the generation moved or the grant was revoked.
 */
export function storeRefreshedPair(
  tx: Sql,
  hold: Hold,
  generation: number,
  pair: RefreshedPairRow,
): Promise<ReplacedRow | undefined> {
  return firstRow(
    tx,
    `WITH old AS (SELECT id, status, lease_id FROM grants
                   WHERE id = $1 AND generation = $3 AND status <> 'revoked' FOR UPDATE)
     UPDATE grants g
        SET generation = g.generation + 1, access_token_sealed = $4, refresh_token_sealed = $5,
            access_fingerprint = $6, fingerprint_version = $7, scopes = $8, scopes_inferred = $9, obtained_at = $10,
            access_expires_at = $11, refresh_expires_at = $12, refresh_due_at = coalesce($13, 'infinity'::timestamptz),
            status = 'active', reauth_reason = NULL, refresh_state = 'idle', lease_id = NULL, lease_until = NULL,
            indeterminate_since = NULL, failure_count = 0, last_failure = NULL, retry_at = NULL
       FROM old WHERE g.id = old.id
      RETURNING old.status, coalesce(old.lease_id = $2, false) AS "onTime"`,
    [
      hold.grantId, hold.leaseId, generation, pair.accessTokenSealed, pair.refreshTokenSealed ?? null,
      pair.accessFingerprint, pair.fingerprintVersion, pair.scopes, pair.scopesInferred, pair.obtainedAt,
      pair.accessExpiresAt ?? null, pair.refreshExpiresAt ?? null, pair.refreshDueAt ?? null,
    ], // prettier-ignore
  );
}

export interface RefreshFailureRow {
  /** Our word or the provider's code; never a text of somebody else's. */
  readonly reason: string;
  /** Milliseconds until the next try. */
  readonly retryInMs: number;
  /** The provider may have acted. */
  readonly unknown: boolean;
  /** Length of the lease, to count an unknown outcome from when the claim was taken. Milliseconds. */
  readonly leaseMs: number;
}

/** Notes a failure and gives the claim back. False when the claim was somebody else's already. */
export function noteRefreshFailure(tx: Sql, hold: Hold, failure: RefreshFailureRow): Promise<boolean> {
  return changed(
    tx,
    `UPDATE grants
        SET failure_count = failure_count + 1, last_failure = $3,
            retry_at = clock_timestamp() + make_interval(secs => $4::float8 / 1000),
            refresh_state = CASE WHEN $5 OR indeterminate_since IS NOT NULL THEN 'indeterminate' ELSE 'idle' END,
            indeterminate_since = CASE WHEN $5
              THEN coalesce(indeterminate_since, lease_until - make_interval(secs => $6::float8 / 1000))
              ELSE indeterminate_since END,
            lease_id = NULL, lease_until = NULL
      WHERE id = $1 AND lease_id = $2 RETURNING id`,
    [hold.grantId, hold.leaseId, failure.reason, failure.retryInMs, failure.unknown, failure.leaseMs],
  );
}

/** The grant is dead at the provider. True for the one call that found out. */
export function markNeedsReauth(tx: Sql, hold: Hold, generation: number, reason: string): Promise<boolean> {
  return changed(
    tx,
    `UPDATE grants
        SET status = 'needs_reauth', reauth_reason = $4, last_failure = $4, refresh_due_at = NULL, retry_at = NULL,
            refresh_state = 'idle', indeterminate_since = NULL, lease_id = NULL, lease_until = NULL
      WHERE id = $1 AND lease_id = $2 AND generation = $3 AND status = 'active' RETURNING id`,
    [hold.grantId, hold.leaseId, generation, reason],
  );
}

/** Sets when the worker looks at a grant again; undefined means never. Nothing happens when the generation moved. */
export async function rescheduleRefresh(
  sql: Sql,
  grantId: Uuid,
  generation: number,
  dueAt: Date | undefined,
): Promise<void> {
  await sql.query(
    `UPDATE grants SET refresh_due_at = coalesce($3, 'infinity'::timestamptz)
      WHERE id = $1 AND generation = $2 AND status = 'active'`,
    [grantId, generation, dueAt ?? null],
  );
}
