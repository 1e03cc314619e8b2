import type { Uuid } from '#libs/kernel';
import type { Sql } from './sql.js';

/** A row of `audit_events` as it is written. The database adds the time. */
export interface AuditEventRow {
  readonly id: Uuid;
  readonly kind: string;
  readonly outcome: 'allowed' | 'denied' | 'failed';
  readonly actor: 'server' | 'user' | 'operator' | 'auditor' | 'worker' | 'provider' | 'anonymous';
  readonly reason?: string | undefined;
  readonly deniedBy?: string | undefined;
  readonly organizationId?: Uuid | undefined;
  readonly serverId?: Uuid | undefined;
  readonly keyId?: Uuid | undefined;
  readonly userId?: Uuid | undefined;
  readonly subjectId?: Uuid | undefined;
  readonly provider?: string | undefined;
  readonly registrationId?: Uuid | undefined;
  readonly connectionId?: Uuid | undefined;
  readonly grantId?: Uuid | undefined;
  readonly consentId?: Uuid | undefined;
  readonly connectSessionId?: Uuid | undefined;
  readonly generation?: number | undefined;
  readonly scopesRequested?: readonly string[] | undefined;
  readonly scopesGranted?: readonly string[] | undefined;
  readonly missingScopes?: readonly string[] | undefined;
  readonly operatorCapVersion?: number | undefined;
  readonly serverCapVersion?: number | undefined;
  readonly consentVersion?: number | undefined;
  readonly tokenFingerprint?: Buffer | undefined;
  readonly fingerprintVersion?: number | undefined;
  readonly tokenExpiresAt?: Date | undefined;
  readonly ciphertextSha256?: Buffer | undefined;
  readonly tool?: string | undefined;
  readonly personalSealed?: Buffer | undefined;
  /** Small facts without personal content. */
  readonly details?: Readonly<Record<string, unknown>> | undefined;
  readonly requestId?: string | undefined;
  readonly traceId?: string | undefined;
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
