import type { Uuid } from '#libs/kernel';
import type { Sql } from './sql.js';

/** A row of `audit_events` as it is written. The database adds the time. */
export interface AuditEventRow {
  readonly id: Uuid;
  readonly kind: string;
  readonly outcome: 'allowed' | 'denied' | 'failed';
  readonly actor: 'server' | 'user' | 'operator' | 'auditor' | 'worker' | 'provider' | 'anonymous';
  readonly reason?: string | null | undefined;
  readonly deniedBy?: string | null | undefined;
  readonly organizationId?: Uuid | null | undefined;
  readonly serverId?: Uuid | null | undefined;
  readonly keyId?: Uuid | null | undefined;
  readonly userId?: Uuid | null | undefined;
  readonly subjectId?: Uuid | null | undefined;
  readonly provider?: string | null | undefined;
  readonly registrationId?: Uuid | null | undefined;
  readonly connectionId?: Uuid | null | undefined;
  readonly grantId?: Uuid | null | undefined;
  readonly consentId?: Uuid | null | undefined;
  readonly connectSessionId?: Uuid | null | undefined;
  readonly generation?: number | null | undefined;
  readonly scopesRequested?: readonly string[] | null | undefined;
  readonly scopesGranted?: readonly string[] | null | undefined;
  readonly missingScopes?: readonly string[] | null | undefined;
  readonly operatorCapVersion?: number | null | undefined;
  readonly serverCapVersion?: number | null | undefined;
  readonly consentVersion?: number | null | undefined;
  readonly tokenFingerprint?: Buffer | null | undefined;
  readonly fingerprintVersion?: number | null | undefined;
  readonly tokenExpiresAt?: Date | null | undefined;
  readonly ciphertextSha256?: Buffer | null | undefined;
  readonly tool?: string | null | undefined;
  readonly personalSealed?: Buffer | null | undefined;
  /** Small facts without personal content. */
  readonly details?: Readonly<Record<string, unknown>> | null | undefined;
  readonly requestId?: string | null | undefined;
  readonly traceId?: string | null | undefined;
}

const columns = [
  'id', 'kind', 'outcome', 'actor', 'reason', 'denied_by', 'organization_id', 'server_id', 'key_id', 'user_id',
  'subject_id', 'provider', 'registration_id', 'connection_id', 'grant_id', 'consent_id', 'connect_session_id',
  'generation', 'scopes_requested', 'scopes_granted', 'missing_scopes', 'operator_cap_version', 'server_cap_version',
  'consent_version', 'token_fingerprint', 'fingerprint_version', 'token_expires_at', 'ciphertext_sha256', 'tool',
  'personal_sealed', 'details', 'request_id', 'trace_id',
].join(', '); // prettier-ignore

// One JSON parameter, so that the statement is the same for one row and for a thousand.
const insertRows = `
  INSERT INTO audit_events (${columns})
  SELECT ${columns} FROM jsonb_populate_recordset(NULL::audit_events, $1::jsonb)
  ON CONFLICT (id) DO NOTHING
  RETURNING id`;

/**
 * Appends rows and returns the ids that are new. A row whose id is there already is left as it is, so that an
 * ambiguous COMMIT can be repeated.
 */
export async function insertAuditEvents(sql: Sql, rows: readonly AuditEventRow[]): Promise<ReadonlySet<Uuid>> {
  if (rows.length === 0) return new Set();
  const added = await sql.query<{ id: Uuid }>(insertRows, [JSON.stringify(rows.map(asColumns))]);
  return new Set(added.map((row) => row.id));
}

function asColumns(row: AuditEventRow): Record<string, unknown> {
  const result: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(row)) {
    const column =
      name === 'ciphertextSha256' ? 'ciphertext_sha256' : name.replace(/[A-Z]/g, (c) => `_${c.toLowerCase()}`);
    result[column] = Buffer.isBuffer(value) ? `\\x${value.toString('hex')}` : value;
  }
  return result;
}

/** Whether a person's refusal at a connect session is on record already, so that repeating it does not fill the log. */
export async function isRefusalRecorded(
  sql: Sql,
  of: { readonly connectSessionId: Uuid; readonly userId: Uuid; readonly kind: string; readonly reason: string },
): Promise<boolean> {
  // Ids are ordered by time: nothing about a session is older than the session.
  const rows = await sql.query(
    `SELECT 1 FROM audit_events
      WHERE user_id = $2 AND id >= $1 AND connect_session_id = $1 AND kind = $3 AND reason = $4 LIMIT 1`,
    [of.connectSessionId, of.userId, of.kind, of.reason],
  );
  return rows.length > 0;
}
