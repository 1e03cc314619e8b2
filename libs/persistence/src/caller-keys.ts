import type { Uuid } from '#libs/kernel';
import { firstRow, type Sql } from './sql.js';

/** The server behind a key that is in force. */
export interface CallingServerRow {
  readonly keyId: Uuid;
  readonly serverId: Uuid;
  readonly organizationId: Uuid;
}

/** The auditor behind a key that is in force; no organization means the whole platform. */
export interface AuditorRow {
  readonly keyId: Uuid;
  readonly organizationId: Uuid | null;
  readonly label: string;
}

/** Undefined for an unknown, expired or disabled key, server or organization alike. */
export function findCallingServer(sql: Sql, secretHash: Buffer): Promise<CallingServerRow | undefined> {
  return firstRow(
    sql,
    `SELECT k.id AS "keyId", s.id AS "serverId", s.organization_id AS "organizationId"
       FROM server_keys k
       JOIN servers s ON s.id = k.server_id AND s.disabled_at IS NULL
       JOIN organizations o ON o.id = s.organization_id AND o.disabled_at IS NULL
      WHERE k.secret_hash = $1 AND k.disabled_at IS NULL AND (k.expires_at IS NULL OR k.expires_at > now())`,
    [secretHash],
  );
}

export function findAuditor(sql: Sql, secretHash: Buffer): Promise<AuditorRow | undefined> {
  return firstRow(
    sql,
    `SELECT id AS "keyId", organization_id AS "organizationId", label FROM auditor_keys
      WHERE secret_hash = $1 AND disabled_at IS NULL AND (expires_at IS NULL OR expires_at > now())`,
    [secretHash],
  );
}
