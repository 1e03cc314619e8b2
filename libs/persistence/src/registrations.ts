import type { Uuid } from '#libs/kernel';
import { firstRow, type Sql } from './sql.js';

/** An OAuth app at a provider. */
export interface RegistrationRow {
  readonly id: Uuid;
  readonly organizationId: Uuid;
  readonly provider: string;
  readonly clientId: string;
  readonly clientSecretSealed: Buffer;
  readonly params: Readonly<Record<string, string>>;
  readonly operatorCap: readonly string[];
  readonly capVersion: number;
}

const registration = `r.id, r.organization_id AS "organizationId", r.provider, r.client_id AS "clientId",
  r.client_secret_sealed AS "clientSecretSealed", r.params, r.operator_cap AS "operatorCap", r.cap_version AS "capVersion"`;

export function findRegistration(sql: Sql, id: Uuid): Promise<RegistrationRow | undefined> {
  return firstRow(sql, `SELECT ${registration} FROM registrations r WHERE r.id = $1 AND r.disabled_at IS NULL`, [id]);
}

/** Who owns a registration, in force or not: what was sealed under it must be opened, and revoked, all the same. */
export async function findRegistrationOwner(sql: Sql, id: Uuid): Promise<Uuid> {
  const found = await firstRow<{ owner: Uuid }>(
    sql,
    'SELECT organization_id AS owner FROM registrations WHERE id = $1',
    [id],
  );
  if (found === undefined) throw new Error('a registration that is referred to is gone');
  return found.owner;
}

/**
 * The registration that serves one subject of a server at a provider: the one fixed when the subject was linked, else
 * the organization's own current one, else the platform's.
 */
export function findServingRegistration(
  sql: Sql,
  server: { readonly id: Uuid; readonly organizationId: Uuid },
  provider: string,
  subjectId: Uuid | undefined,
): Promise<RegistrationRow | undefined> {
  return firstRow(
    sql,
    `SELECT ${registration}
       FROM registrations r
       JOIN organizations o ON o.id = r.organization_id AND o.disabled_at IS NULL
       LEFT JOIN subject_registrations s ON s.registration_id = r.id AND s.subject_id = $3 AND s.provider = r.provider
      WHERE r.provider = $2 AND r.disabled_at IS NULL
        AND (s.subject_id IS NOT NULL OR r.retired_at IS NULL)
        AND (o.id = $1 OR o.kind = 'platform')
      ORDER BY s.subject_id IS NOT NULL DESC, o.id = $1 DESC
      LIMIT 1`,
    [server.organizationId, provider, subjectId ?? null],
  );
}

/** What can be connected by a server: one row per provider, its own organization's registration before the platform's. */
export function listServingRegistrations(sql: Sql, organizationId: Uuid): Promise<RegistrationRow[]> {
  return sql.query(
    `SELECT DISTINCT ON (r.provider) ${registration}
       FROM registrations r
       JOIN organizations o ON o.id = r.organization_id AND o.disabled_at IS NULL
      WHERE r.disabled_at IS NULL AND r.retired_at IS NULL AND (o.id = $1 OR o.kind = 'platform')
      ORDER BY r.provider, o.id = $1 DESC`,
    [organizationId],
  );
}

export async function insertRegistration(sql: Sql, row: Omit<RegistrationRow, 'capVersion'>): Promise<void> {
  await sql.query(
    `INSERT INTO registrations (id, organization_id, provider, client_id, client_secret_sealed, params, operator_cap)
     VALUES ($1, $2, $3, $4, $5, $6, $7)`,
    [row.id, row.organizationId, row.provider, row.clientId, row.clientSecretSealed, row.params, row.operatorCap],
  );
}
