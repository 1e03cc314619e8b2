import type { Uuid } from '#libs/kernel';
import { firstRow, type Sql } from './sql.js';

/** The platform itself is an organization too: it owns the registrations that serve everybody. */
export async function insertOrganization(
  sql: Sql,
  row: { readonly id: Uuid; readonly kind: 'platform' | 'customer'; readonly name: string },
): Promise<void> {
  await sql.query('INSERT INTO organizations (id, kind, name) VALUES ($1, $2, $3)', [row.id, row.kind, row.name]);
}

export async function findPlatformOrganization(sql: Sql): Promise<Uuid | undefined> {
  const row = await firstRow<{ id: Uuid }>(sql, `SELECT id FROM organizations WHERE kind = 'platform'`, []);
  return row?.id;
}

/** Needs a transaction: a server and its return addresses refer to each other until the commit. */
export async function insertServer(
  tx: Sql,
  row: {
    readonly id: Uuid;
    readonly organizationId: Uuid;
    readonly name: string;
    readonly verifiedDomain?: string | undefined;
    readonly defaultReturnUrl: string;
    readonly returnUrls: readonly string[];
  },
): Promise<void> {
  await tx.query(
    'INSERT INTO servers (id, organization_id, name, verified_domain, default_return_url) VALUES ($1, $2, $3, $4, $5)',
    [row.id, row.organizationId, row.name, row.verifiedDomain ?? null, row.defaultReturnUrl],
  );
  await tx.query('INSERT INTO server_return_urls (server_id, url) SELECT $1, unnest($2::text[])', [
    row.id,
    [...new Set([row.defaultReturnUrl, ...row.returnUrls])],
  ]);
}

export interface NewKeyRow {
  readonly id: Uuid;
  readonly secretHash: Buffer;
  readonly hint: string;
  readonly expiresAt?: Date | undefined;
}

export async function insertServerKey(sql: Sql, serverId: Uuid, key: NewKeyRow): Promise<void> {
  await sql.query(
    'INSERT INTO server_keys (id, server_id, secret_hash, hint, expires_at) VALUES ($1, $2, $3, $4, $5)',
    [key.id, serverId, key.secretHash, key.hint, key.expiresAt ?? null],
  );
}

/** `organizationId` undefined makes an auditor of the whole platform. */
export async function insertAuditorKey(
  sql: Sql,
  auditor: { readonly label: string; readonly organizationId?: Uuid | undefined },
  key: NewKeyRow,
): Promise<void> {
  await sql.query(
    `INSERT INTO auditor_keys (id, organization_id, label, secret_hash, hint, expires_at) VALUES ($1, $2, $3, $4, $5, $6)`,
    [key.id, auditor.organizationId ?? null, auditor.label, key.secretHash, key.hint, key.expiresAt ?? null],
  );
}
