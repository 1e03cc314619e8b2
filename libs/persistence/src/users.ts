import type { Uuid } from '#libs/kernel';
import { firstRow, type Sql } from './sql.js';

/** A person who signs in here. */
export interface UserRow {
  readonly id: Uuid;
  readonly displayName: string | null;
  readonly email: string | null;
}

/** What an issuer says about the person who signed in. */
export interface SignedInIdentity {
  readonly issuer: string;
  /** The `sub` of that issuer; with the issuer the only name that never changes. */
  readonly subject: string;
  readonly displayName: string | null;
  readonly email: string | null;
}

export function findUser(sql: Sql, id: Uuid): Promise<UserRow | undefined> {
  return firstRow(
    sql,
    'SELECT id, display_name AS "displayName", email FROM users WHERE id = $1 AND deleted_at IS NULL',
    [id],
  );
}

/**
 * The person behind an identity, made under `newUserId` at the first sign-in; name and address follow the issuer.
 * Undefined when that person was deleted. Needs a transaction.
 */
export async function signInUser(tx: Sql, newUserId: Uuid, identity: SignedInIdentity): Promise<UserRow | undefined> {
  const known = await findIdentity(tx, identity);
  if (known === undefined) await addUser(tx, newUserId, identity);
  const userId = known ?? (await findIdentity(tx, identity));
  return firstRow(
    tx,
    `UPDATE users SET display_name = $2, email = $3 WHERE id = $1 AND deleted_at IS NULL
     RETURNING id, display_name AS "displayName", email`,
    [userId, identity.displayName, identity.email],
  );
}

async function findIdentity(sql: Sql, { issuer, subject }: SignedInIdentity): Promise<Uuid | undefined> {
  const row = await firstRow<{ userId: Uuid }>(
    sql,
    'SELECT user_id AS "userId" FROM user_identities WHERE issuer = $1 AND subject = $2',
    [issuer, subject],
  );
  return row?.userId;
}

/** Two first sign-ins at once make one person: the identity that comes second is not inserted, nor is its user. */
async function addUser(tx: Sql, id: Uuid, { issuer, subject }: SignedInIdentity): Promise<void> {
  await tx.query('SELECT pg_advisory_xact_lock(hashtextextended($1, 7401002))', [`${issuer} ${subject}`]);
  await tx.query(
    `WITH person AS (
       INSERT INTO users (id)
       SELECT $1::uuid WHERE NOT EXISTS (SELECT 1 FROM user_identities WHERE issuer = $2 AND subject = $3)
       RETURNING id)
     INSERT INTO user_identities (issuer, subject, user_id) SELECT $2, $3, id FROM person`,
    [id, issuer, subject],
  );
}
