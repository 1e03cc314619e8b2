import type { Uuid } from '#libs/kernel';
import { firstRow, type Sql } from './sql.js';

/** What an auditor may filter by. Every field narrows; `organizationId` is the auditor's own bound, not a wish. */
export interface AuditFilter {
  readonly organizationId?: Uuid | undefined;
  readonly from?: Date | undefined;
  readonly to?: Date | undefined;
  readonly serverId?: Uuid | undefined;
  readonly userId?: Uuid | undefined;
  /** With `serverId`: the name by which that server calls the person. */
  readonly subject?: string | undefined;
  readonly provider?: string | undefined;
  readonly connectionId?: Uuid | undefined;
  readonly consentId?: Uuid | undefined;
  readonly outcome?: string | undefined;
  readonly deniedBy?: string | undefined;
  readonly kind?: string | undefined;
  readonly eventId?: Uuid | undefined;
  readonly fingerprints?: readonly Buffer[] | undefined;
}

/** A row of the log as it is read. */
export interface AuditRecord {
  readonly id: Uuid;
  readonly at: Date;
  readonly kind: string;
  readonly outcome: string;
  readonly reason: string | null;
  readonly deniedBy: string | null;
  readonly actor: string;
  readonly organizationId: Uuid | null;
  readonly serverId: Uuid | null;
  readonly keyId: Uuid | null;
  readonly userId: Uuid | null;
  readonly subjectId: Uuid | null;
  readonly provider: string | null;
  readonly registrationId: Uuid | null;
  readonly connectionId: Uuid | null;
  readonly grantId: Uuid | null;
  readonly consentId: Uuid | null;
  readonly connectSessionId: Uuid | null;
  readonly generation: number | null;
  readonly scopesRequested: readonly string[] | null;
  readonly scopesGranted: readonly string[] | null;
  readonly missingScopes: readonly string[] | null;
  readonly operatorCapVersion: number | null;
  readonly serverCapVersion: number | null;
  readonly consentVersion: number | null;
  readonly tokenFingerprint: Buffer | null;
  readonly tokenExpiresAt: Date | null;
  readonly ciphertextSha256: Buffer | null;
  readonly tool: string | null;
  readonly personalSealed: Buffer | null;
  readonly details: Readonly<Record<string, unknown>> | null;
  readonly requestId: string | null;
  /** Under whose keys `personalSealed` lies, with the person's wrapped secret; null once the person was erased. */
  readonly keyOrganizationId: Uuid | null;
  readonly wrappedShredSecret: Buffer | null;
}

const readEvents = `
  SELECT e.id, e.at, e.kind, e.outcome, e.reason, e.denied_by AS "deniedBy", e.actor,
         e.organization_id AS "organizationId", e.server_id AS "serverId", e.key_id AS "keyId", e.user_id AS "userId",
         e.subject_id AS "subjectId", e.provider, e.registration_id AS "registrationId", e.connection_id AS "connectionId", e.grant_id AS "grantId",
         e.consent_id AS "consentId", e.connect_session_id AS "connectSessionId", e.generation,
         e.scopes_requested AS "scopesRequested", e.scopes_granted AS "scopesGranted", e.missing_scopes AS "missingScopes",
         e.operator_cap_version AS "operatorCapVersion", e.server_cap_version AS "serverCapVersion",
         e.consent_version AS "consentVersion", e.token_fingerprint AS "tokenFingerprint",
         e.token_expires_at AS "tokenExpiresAt", e.ciphertext_sha256 AS "ciphertextSha256", e.tool,
         e.personal_sealed AS "personalSealed", e.details, e.request_id AS "requestId",
         r.organization_id AS "keyOrganizationId", sh.wrapped AS "wrappedShredSecret"
    FROM audit_events e
    LEFT JOIN registrations r ON r.id = e.registration_id
    LEFT JOIN shred_secrets sh ON sh.user_id = e.user_id AND sh.organization_id = r.organization_id`;

// Ids are made by the replicas and times by the database: the id only narrows down the months to look into.
const clockSkewMs = 10 * 60 * 1000;

type Condition = readonly [sql: string, value: unknown];

function conditions(filter: AuditFilter, before: Uuid | undefined): Condition[] {
  const all: Condition[] = [
    ['e.organization_id = ?', filter.organizationId],
    ['e.id < ?', before],
    ['e.at >= ?', filter.from],
    ['e.id >= ?', filter.from && timeBound(filter.from, -clockSkewMs)],
    ['e.at < ?', filter.to],
    ['e.id < ?', filter.to && timeBound(filter.to, clockSkewMs)],
    ['e.server_id = ?', filter.serverId],
    ['e.user_id = ?', filter.userId],
    [
      'e.subject_id IN (SELECT id FROM subjects s WHERE s.server_id = e.server_id AND s.external_id = ?)',
      filter.subject,
    ],
    ['e.provider = ?', filter.provider],
    ['e.connection_id = ?', filter.connectionId],
    ['e.consent_id = ?', filter.consentId],
    ['e.outcome = ?', filter.outcome],
    ['e.denied_by = ?', filter.deniedBy],
    ['e.kind = ?', filter.kind],
    ['e.id = ?', filter.eventId],
    ['e.token_fingerprint = ANY(?)', filter.fingerprints],
  ];
  return all.filter(([, value]) => value !== undefined);
}

/** The smallest uuid v7 of a moment (RFC 9562 section 5.7). */
function timeBound(moment: Date, shiftMs: number): Uuid {
  const hex = Math.max(0, moment.getTime() + shiftMs)
    .toString(16)
    .padStart(12, '0');
  return `${hex.slice(0, 8)}-${hex.slice(8)}-0000-0000-000000000000`;
}

/** Newest first, `limit` rows from below `before`. */
export function queryAuditEvents(
  sql: Sql,
  filter: AuditFilter,
  page: { readonly before?: Uuid | undefined; readonly limit: number },
): Promise<AuditRecord[]> {
  const chosen = conditions(filter, page.before);
  const where = chosen.map(([text], index) => text.replace('?', `$${index + 1}`)).join(' AND ') || 'true';
  return sql.query(`${readEvents} WHERE ${where} ORDER BY e.id DESC LIMIT $${chosen.length + 1}`, [
    ...chosen.map(([, value]) => value),
    page.limit,
  ]);
}

export function findAuditEvent(sql: Sql, id: Uuid, organizationId: Uuid | undefined): Promise<AuditRecord | undefined> {
  return firstRow(sql, `${readEvents} WHERE e.id = $1 AND ($2::uuid IS NULL OR e.organization_id = $2)`, [
    id,
    organizationId ?? null,
  ]);
}
