import type { Uuid } from '#libs/kernel';
import { changed, type Sql } from './sql.js';

/** A claim on one grant: whoever has the lease id may spend its refresh token or revoke it upstream. */
export interface Hold {
  readonly grantId: Uuid;
  readonly leaseId: Uuid;
}

/** What the lease alone decides: a claim that was never given back ends by the database's clock. */
const free = '(lease_until IS NULL OR lease_until < clock_timestamp())';

/**
 * Takes the claim; false when somebody has it. A spend that its holder never answered for becomes an unknown outcome in
 * the same statement, counted from the earliest moment at which the bytes can have left.
 */
export function claimForRefresh(sql: Sql, hold: Hold, leaseMs: number): Promise<boolean> {
  return claim(sql, hold, leaseMs, 'active');
}

/** Takes the claim of a grant that is revoked here, so that its upstream call and a refresh in flight never cross. */
export function claimForRevocation(sql: Sql, hold: Hold, leaseMs: number): Promise<boolean> {
  return claim(sql, hold, leaseMs, 'revoked');
}

function claim(sql: Sql, hold: Hold, leaseMs: number, status: 'active' | 'revoked'): Promise<boolean> {
  return changed(
    sql,
    `UPDATE grants
        SET lease_id = $2, lease_until = clock_timestamp() + make_interval(secs => $3::float8 / 1000),
            refresh_state = CASE WHEN refresh_state IN ('spending', 'indeterminate') THEN 'indeterminate' ELSE 'claimed' END,
            indeterminate_since = CASE WHEN refresh_state = 'spending'
              THEN coalesce(indeterminate_since, lease_until - make_interval(secs => $3::float8 / 1000))
              ELSE indeterminate_since END
      WHERE id = $1 AND status = $4 AND ${free} RETURNING id`,
    [hold.grantId, hold.leaseId, leaseMs, status],
  );
}

/** How a claim is left that is not held any more: an unknown outcome stays unknown until it is settled. */
const restingState = `CASE WHEN indeterminate_since IS NULL THEN 'idle' ELSE 'indeterminate' END`;

/** Gives the claim back; nothing was sent under it. */
export async function releaseHold(sql: Sql, hold: Hold): Promise<void> {
  await sql.query(
    `UPDATE grants SET lease_id = NULL, lease_until = NULL, refresh_state = ${restingState}
      WHERE id = $1 AND lease_id = $2`,
    [hold.grantId, hold.leaseId],
  );
}

/**
 * Marks the refresh token of `generation` as being spent: from this commit on, whoever finds the grant without an answer
 * treats it as spent or not, nobody knows. False when the claim, the generation or the grant is not what it was.
 */
export function intendSpend(tx: Sql, hold: Hold, generation: number): Promise<boolean> {
  return changed(
    tx,
    `UPDATE grants SET refresh_state = 'spending'
      WHERE id = $1 AND lease_id = $2 AND generation = $3 AND status = 'active' AND lease_until > clock_timestamp()
        AND refresh_state IN ('claimed', 'indeterminate') RETURNING id`,
    [hold.grantId, hold.leaseId, generation],
  );
}

/**
 * Marks the refresh token of a revoked grant as being spent, for a pair that is fetched only to be revoked. Unknown from
 * this commit on, until `settleLastSpend` says otherwise. False when the claim is not held any more.
 */
export function intendLastSpend(sql: Sql, hold: Hold): Promise<boolean> {
  return changed(
    sql,
    `UPDATE grants
        SET refresh_state = 'spending', indeterminate_since = coalesce(indeterminate_since, clock_timestamp())
      WHERE id = $1 AND lease_id = $2 AND status = 'revoked' AND lease_until > clock_timestamp() RETURNING id`,
    [hold.grantId, hold.leaseId],
  );
}

/** Takes the mark of `intendLastSpend` back: the provider did not act. */
export async function settleLastSpend(sql: Sql, hold: Hold): Promise<void> {
  await sql.query(
    `UPDATE grants SET refresh_state = 'claimed', indeterminate_since = NULL WHERE id = $1 AND lease_id = $2`,
    [hold.grantId, hold.leaseId],
  );
}

/** Frees claims whose holder died before it intended anything: nothing was sent, so nothing is unknown. */
export async function releaseLapsedClaims(sql: Sql): Promise<number> {
  const freed = await sql.query(
    `UPDATE grants SET lease_id = NULL, lease_until = NULL, refresh_state = ${restingState}
      WHERE refresh_state = 'claimed' AND lease_until < clock_timestamp() RETURNING id`,
  );
  return freed.length;
}
