import type { Uuid } from '#libs/kernel';
import { firstRow, type Sql } from './sql.js';

/** An MCP server as its pages and rules need it. */
export interface ServerRow {
  readonly id: Uuid;
  readonly organizationId: Uuid;
  readonly organizationName: string;
  readonly name: string;
  readonly verifiedDomain: string | null;
  readonly defaultReturnUrl: string;
}

export interface ServerCapRow {
  readonly provider: string;
  readonly scopes: readonly string[];
  readonly version: number;
}

export function findServer(sql: Sql, id: Uuid): Promise<ServerRow | undefined> {
  return firstRow(
    sql,
    `SELECT s.id, s.organization_id AS "organizationId", o.name AS "organizationName", s.name,
            s.verified_domain AS "verifiedDomain", s.default_return_url AS "defaultReturnUrl"
       FROM servers s JOIN organizations o ON o.id = s.organization_id
      WHERE s.id = $1 AND s.disabled_at IS NULL AND o.disabled_at IS NULL`,
    [id],
  );
}

/** Exact comparison: no normalisation of any kind (RFC 9700 section 2.1). */
export async function isReturnUrlRegistered(sql: Sql, serverId: Uuid, url: string): Promise<boolean> {
  const row = await firstRow(sql, 'SELECT 1 FROM server_return_urls WHERE server_id = $1 AND url = $2', [
    serverId,
    url,
  ]);
  return row !== undefined;
}

export function listServerCaps(sql: Sql, serverId: Uuid): Promise<ServerCapRow[]> {
  return sql.query('SELECT provider, scopes, version FROM server_caps WHERE server_id = $1 ORDER BY provider', [
    serverId,
  ]);
}

export function findServerCap(sql: Sql, serverId: Uuid, provider: string): Promise<ServerCapRow | undefined> {
  return firstRow(sql, 'SELECT provider, scopes, version FROM server_caps WHERE server_id = $1 AND provider = $2', [
    serverId,
    provider,
  ]);
}

/** Sets the cap and counts its version up; returns the new version. Call it behind the closed gate. */
export async function putServerCap(
  sql: Sql,
  serverId: Uuid,
  provider: string,
  scopes: readonly string[],
): Promise<number> {
  const row = await firstRow<{ version: number }>(
    sql,
    `INSERT INTO server_caps (server_id, provider, scopes) VALUES ($1, $2, $3)
     ON CONFLICT (server_id, provider)
       DO UPDATE SET scopes = excluded.scopes, version = server_caps.version + 1, updated_at = now()
     RETURNING version`,
    [serverId, provider, scopes],
  );
  return row?.version ?? 1;
}
