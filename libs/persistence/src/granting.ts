import type { Uuid } from '#libs/kernel';
import { firstRow, type Sql } from './sql.js';

/** One authorization under a connection, with its sealed token pair. */
export interface NewGrantRow {
  readonly id: Uuid;
  readonly connectionId: Uuid;
  /** Undefined where one grant serves all servers. */
  readonly serverId: Uuid | undefined;
  readonly accessTokenSealed: Buffer;
  readonly refreshTokenSealed: Buffer | undefined;
  readonly accessFingerprint: Buffer;
  readonly fingerprintVersion: number;
  readonly scopes: readonly string[];
  readonly scopesInferred: boolean;
  readonly obtainedAt: Date;
  readonly accessExpiresAt: Date | undefined;
  readonly refreshExpiresAt: Date | undefined;
  readonly refreshDueAt: Date | undefined;
}

const columns = `(id, connection_id, server_id, access_token_sealed, refresh_token_sealed, access_fingerprint,
  fingerprint_version, scopes, scopes_inferred, obtained_at, access_expires_at, refresh_expires_at, refresh_due_at,
  status, revoked_at)`;

function values(row: NewGrantRow): unknown[] {
  return [
    row.id, row.connectionId, row.serverId ?? null, row.accessTokenSealed, row.refreshTokenSealed ?? null,
    row.accessFingerprint, row.fingerprintVersion, row.scopes, row.scopesInferred, row.obtainedAt,
    row.accessExpiresAt ?? null, row.refreshExpiresAt ?? null, row.refreshDueAt ?? null,
  ]; // prettier-ignore
}

export async function insertGrant(tx: Sql, row: NewGrantRow): Promise<void> {
  await tx.query(
    `INSERT INTO grants ${columns} VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, 'active', NULL)`,
    values(row),
  );
}

/** A grant that nobody may ever use, kept only until its token is revoked at the provider. */
export async function insertRevokedGrant(tx: Sql, row: NewGrantRow): Promise<void> {
  await tx.query(
    `INSERT INTO grants ${columns} VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, 'revoked', now())`,
    values(row),
  );
}

export interface SupersededGrantRow {
  readonly id: Uuid;
  readonly generation: number;
  /** Its access token is another one than the new one, so that revoking it hurts nobody. */
  readonly otherToken: boolean;
}

/** Ends the live grant that a new authorization of the same account takes the place of. Call it behind the closed gate. */
export function supersedeGrant(
  tx: Sql,
  place: { readonly connectionId: Uuid; readonly serverId: Uuid | undefined; readonly newFingerprint: Buffer },
): Promise<SupersededGrantRow | undefined> {
  return firstRow(
    tx,
    `UPDATE grants SET status = 'revoked', revoked_at = now(), refresh_due_at = NULL
      WHERE connection_id = $1 AND server_id IS NOT DISTINCT FROM $2 AND status <> 'revoked'
      RETURNING id, generation, access_fingerprint IS DISTINCT FROM $3 AS "otherToken"`,
    [place.connectionId, place.serverId ?? null, place.newFingerprint],
  );
}

/** What rested on the old grant rests on the new one from now on; the consents keep their ids. */
export async function repointConsents(tx: Sql, oldGrantId: Uuid, newGrantId: Uuid): Promise<void> {
  await tx.query('UPDATE consents SET grant_id = $2 WHERE grant_id = $1 AND ended_at IS NULL', [
    oldGrantId,
    newGrantId,
  ]);
}

// What lives at the provider: grants in force, and revoked ones whose token could not be revoked there yet.
const livesThere = `(g.status <> 'revoked' OR EXISTS (
  SELECT 1 FROM upstream_revocations r WHERE r.grant_id = g.id AND r.status IN ('pending', 'failed')))`;

/** How many authorizations an account has at the provider with exactly these scopes, and who they serve. */
export interface CrowdedAccountRow {
  readonly accountLabel: string;
  readonly count: number;
  /** The person's own servers; who else uses the account is nobody's business. */
  readonly serverNames: readonly string[];
}

/**
 * Accounts of a person that have `limit` authorizations or more, the fullest first. The provider counts by account, so
 * that those which the account has through other people here count too.
 */
export function listCrowdedAccounts(
  sql: Sql,
  of: {
    readonly userId: Uuid;
    readonly registrationId: Uuid;
    readonly scopes: readonly string[];
    readonly limit: number;
  },
): Promise<CrowdedAccountRow[]> {
  return sql.query(
    `SELECT max(c.account_label) FILTER (WHERE c.user_id = $1) AS "accountLabel", count(*)::int AS count,
            coalesce(array_agg(DISTINCT s.name) FILTER (WHERE s.id IS NOT NULL AND c.user_id = $1), '{}') AS "serverNames"
       FROM connections c JOIN grants g ON g.connection_id = c.id LEFT JOIN servers s ON s.id = g.server_id
      WHERE c.registration_id = $2 AND g.scopes @> $3::text[] AND g.scopes <@ $3::text[] AND ${livesThere}
        AND c.account_key IN (SELECT account_key FROM connections WHERE user_id = $1 AND registration_id = $2)
      GROUP BY c.account_key HAVING count(*) >= $4
      ORDER BY count(*) DESC`,
    [of.userId, of.registrationId, of.scopes, of.limit],
  );
}

/** How many authorizations one account has at the provider with exactly these scopes, whoever they serve. */
export async function countAccountGrants(
  sql: Sql,
  of: { readonly registrationId: Uuid; readonly accountKey: string; readonly scopes: readonly string[] },
): Promise<number> {
  const row = await firstRow<{ count: number }>(
    sql,
    `SELECT count(*)::int AS count FROM connections c JOIN grants g ON g.connection_id = c.id
      WHERE c.registration_id = $1 AND c.account_key = $2 AND g.scopes @> $3::text[] AND g.scopes <@ $3::text[]
        AND ${livesThere}`,
    [of.registrationId, of.accountKey, of.scopes],
  );
  return row?.count ?? 0;
}
