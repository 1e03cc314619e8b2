import type { Uuid } from '#libs/kernel';
import { firstRow, type Sql } from './sql.js';

export interface AccountRow {
  readonly userId: Uuid;
  readonly registrationId: Uuid;
  readonly provider: string;
  /** The provider's own id of the account; never its name, which may change hands. */
  readonly accountKey: string;
  readonly accountLabel: string;
  readonly accountAvatarUrl: string | undefined;
}

/** The live connection of this account, with its name as the provider says it now; made under `newId` when there is none. */
export async function putConnection(
  tx: Sql,
  newId: Uuid,
  account: AccountRow,
): Promise<{ readonly id: Uuid; readonly created: boolean }> {
  const row = await firstRow<{ id: Uuid }>(
    tx,
    `INSERT INTO connections (id, user_id, registration_id, provider, account_key, account_label, account_avatar_url)
     VALUES ($1, $2, $3, $4, $5, $6, $7)
     ON CONFLICT (user_id, registration_id, account_key) WHERE ended_at IS NULL
       DO UPDATE SET account_label = excluded.account_label, account_avatar_url = excluded.account_avatar_url
     RETURNING id`,
    [
      newId, account.userId, account.registrationId, account.provider, account.accountKey, account.accountLabel,
      account.accountAvatarUrl ?? null,
    ], // prettier-ignore
  );
  if (row === undefined) throw new Error('INSERT … RETURNING gave no row');
  return { id: row.id, created: row.id === newId };
}

/** A connection that never came to life, so that a token which must be revoked has a row to hang on. */
export async function insertEndedConnection(tx: Sql, id: Uuid, account: AccountRow): Promise<void> {
  await tx.query(
    `INSERT INTO connections (id, user_id, registration_id, provider, account_key, account_label, ended_at)
     VALUES ($1, $2, $3, $4, $5, $6, now())`,
    [id, account.userId, account.registrationId, account.provider, account.accountKey, account.accountLabel],
  );
}

/** The account behind a consent. */
export interface ConsentAccountRow {
  readonly connectionId: Uuid;
  readonly grantId: Uuid;
  readonly subjectId: Uuid;
  readonly userId: Uuid;
  readonly serverId: Uuid;
  readonly provider: string;
  readonly accountKey: string;
  readonly accountLabel: string;
  readonly accountAvatarUrl: string | null;
  readonly scopes: readonly string[];
  /** What the grant under it really carries. */
  readonly grantScopes: readonly string[];
  readonly expiresAt: Date | null;
  readonly live: boolean;
}

export function findConsentAccount(sql: Sql, consentId: Uuid): Promise<ConsentAccountRow | undefined> {
  return firstRow(
    sql,
    `SELECT c.id AS "connectionId", n.grant_id AS "grantId", n.subject_id AS "subjectId", n.user_id AS "userId",
            n.server_id AS "serverId", n.provider, c.account_key AS "accountKey", c.account_label AS "accountLabel",
            c.account_avatar_url AS "accountAvatarUrl", n.scopes, g.scopes AS "grantScopes", n.expires_at AS "expiresAt", n.ended_at IS NULL AS live
       FROM consents n JOIN grants g ON g.id = n.grant_id JOIN connections c ON c.id = g.connection_id
      WHERE n.id = $1`,
    [consentId],
  );
}

/** A shared grant of this person that lives and may be used by one more server. */
export interface SharedGrantRow {
  readonly grantId: Uuid;
  readonly connectionId: Uuid;
  readonly accountLabel: string;
  readonly accountAvatarUrl: string | null;
  readonly scopes: readonly string[];
}

export function listSharedGrants(sql: Sql, userId: Uuid, registrationId: Uuid): Promise<SharedGrantRow[]> {
  return sql.query(
    `SELECT g.id AS "grantId", c.id AS "connectionId", c.account_label AS "accountLabel",
            c.account_avatar_url AS "accountAvatarUrl", g.scopes
       FROM connections c JOIN grants g ON g.connection_id = c.id
      WHERE c.user_id = $1 AND c.registration_id = $2 AND c.ended_at IS NULL
        AND g.server_id IS NULL AND g.status = 'active'
      ORDER BY c.account_label`,
    [userId, registrationId],
  );
}

/** What one server may do already for a person at a provider, to tell old from new on the consent page. */
export interface AllowedAlreadyRow {
  readonly consentId: Uuid;
  readonly accountLabel: string;
  readonly scopes: readonly string[];
  readonly expiresAt: Date | null;
}

export function listAllowedAlready(
  sql: Sql,
  of: { readonly subjectId: Uuid; readonly userId: Uuid; readonly provider: string },
): Promise<AllowedAlreadyRow[]> {
  return sql.query(
    `SELECT n.id AS "consentId", c.account_label AS "accountLabel", n.scopes, n.expires_at AS "expiresAt"
       FROM consents n JOIN grants g ON g.id = n.grant_id JOIN connections c ON c.id = g.connection_id
      WHERE n.subject_id = $1 AND n.user_id = $2 AND n.provider = $3 AND n.ended_at IS NULL
        AND (n.expires_at IS NULL OR n.expires_at > now())
      ORDER BY n.is_default DESC, c.account_label`,
    [of.subjectId, of.userId, of.provider],
  );
}

/** Whether a grant still lives and is this person's; locked until the transaction ends. */
export async function lockLiveGrant(tx: Sql, grantId: Uuid, userId: Uuid): Promise<{ connectionId: Uuid } | undefined> {
  return firstRow(
    tx,
    `SELECT c.id AS "connectionId" FROM grants g JOIN connections c ON c.id = g.connection_id
      WHERE g.id = $1 AND c.user_id = $2 AND c.ended_at IS NULL AND g.status <> 'revoked' FOR UPDATE OF g`,
    [grantId, userId],
  );
}
