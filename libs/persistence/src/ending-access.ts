import type { Uuid } from '#libs/kernel';
import { changed, firstRow, type Sql } from './sql.js';

/** A consent that was just ended, with what it rested on. */
export interface EndedConsentRow {
  readonly id: Uuid;
  readonly grantId: Uuid;
  readonly connectionId: Uuid;
  readonly registrationId: Uuid;
  readonly userId: Uuid;
  readonly subjectId: Uuid;
  readonly serverId: Uuid;
  /** Owner of the server. */
  readonly organizationId: Uuid;
  readonly provider: string;
  readonly version: number;
}

export type EndReason = 'server_gave_up' | 'token_killed' | 'user_ended' | 'unlinked' | 'disconnected' | 'expired';

/** Which consents end. */
export type ConsentFilter =
  | { readonly of: 'server'; readonly serverId: Uuid; readonly subject: string; readonly provider: string }
  | { readonly of: 'consent'; readonly consentId: Uuid; readonly userId: Uuid }
  | { readonly of: 'server_consent'; readonly consentId: Uuid; readonly serverId: Uuid; readonly subject: string; readonly provider: string }
  | { readonly of: 'subject'; readonly subjectId: Uuid; readonly userId: Uuid }
  | { readonly of: 'connection'; readonly connectionId: Uuid; readonly userId: Uuid }
  | { readonly of: 'grant'; readonly grantId: Uuid }
  /** Those whose own time is over, the longest first, `limit` at most. */
  | { readonly of: 'expired'; readonly limit: number }; // prettier-ignore

/** Condition on `consents n` and its values from $2 on. */
function condition(filter: ConsentFilter): readonly [string, unknown[]] {
  const bySubject = `n.server_id = $2 AND n.provider = $4
    AND n.subject_id = (SELECT id FROM subjects WHERE server_id = $2 AND external_id = $3)`;
  switch (filter.of) {
    case 'server':
      return [bySubject, [filter.serverId, filter.subject, filter.provider]];
    case 'server_consent':
      return [`${bySubject} AND n.id = $5`, [filter.serverId, filter.subject, filter.provider, filter.consentId]];
    case 'consent':
      return ['n.id = $2 AND n.user_id = $3', [filter.consentId, filter.userId]];
    case 'subject':
      return ['n.subject_id = $2 AND n.user_id = $3', [filter.subjectId, filter.userId]];
    case 'connection':
      return [
        'n.user_id = $3 AND n.grant_id IN (SELECT id FROM grants WHERE connection_id = $2)',
        [filter.connectionId, filter.userId],
      ];
    case 'grant':
      return ['n.grant_id = $2', [filter.grantId]];
    case 'expired':
      // Said twice: a consent that is renewed while this waits for its row is no longer meant.
      return [
        `n.expires_at <= now() AND n.id IN (
           SELECT id FROM consents WHERE ended_at IS NULL AND expires_at <= now() ORDER BY expires_at LIMIT $2)`,
        [filter.limit],
      ];
  }
}

/** Whether any live consent fits: without one there is nothing to close the gate for. */
export async function hasLiveConsents(sql: Sql, filter: ConsentFilter): Promise<boolean> {
  const [where, values] = condition(filter);
  const rows = await sql.query(
    `SELECT 1 FROM consents n WHERE $1::text IS NULL AND ${where} AND n.ended_at IS NULL LIMIT 1`,
    [null, ...values],
  );
  return rows.length > 0;
}

/** Ends the live consents that fit. Call it behind the closed gate. */
export function endConsents(tx: Sql, filter: ConsentFilter, reason: EndReason): Promise<EndedConsentRow[]> {
  const [where, values] = condition(filter);
  return tx.query(
    `UPDATE consents n SET ended_at = now(), end_reason = $1, is_default = false
       FROM grants g, connections c, servers s
      WHERE ${where} AND n.ended_at IS NULL AND g.id = n.grant_id AND c.id = g.connection_id AND s.id = n.server_id
      RETURNING n.id, n.grant_id AS "grantId", c.id AS "connectionId", c.registration_id AS "registrationId",
                n.user_id AS "userId", n.subject_id AS "subjectId", n.server_id AS "serverId",
                s.organization_id AS "organizationId", n.provider, n.version`,
    [reason, ...values],
  );
}

/** Grants of consents that fit and have ended already: what a repeated call is about. */
export async function listEndedGrants(sql: Sql, filter: ConsentFilter): Promise<Uuid[]> {
  const [where, values] = condition(filter);
  const rows = await sql.query<{ grantId: Uuid }>(
    `SELECT DISTINCT n.grant_id AS "grantId" FROM consents n WHERE $1::text IS NULL AND ${where} AND n.ended_at IS NOT NULL`,
    [null, ...values],
  );
  return rows.map((row) => row.grantId);
}

/** A grant after consents on it ended. */
export interface LeftGrantRow {
  readonly id: Uuid;
  readonly generation: number;
  /** False: other consents rest on it, so it stays. */
  readonly revoked: boolean;
  readonly accessExpiresAt: Date | null;
}

/** Revokes those of the grants on which no consent rests any more. Call it behind the closed gate. */
export function revokeUnusedGrants(tx: Sql, grantIds: readonly Uuid[]): Promise<LeftGrantRow[]> {
  return tx.query(
    `WITH used AS (SELECT DISTINCT grant_id FROM consents WHERE grant_id = ANY($1) AND ended_at IS NULL
                      AND (expires_at IS NULL OR expires_at > now())),
          gone AS (UPDATE grants SET status = 'revoked', revoked_at = now(), refresh_due_at = NULL
                    WHERE id = ANY($1) AND status <> 'revoked' AND id NOT IN (SELECT grant_id FROM used) RETURNING id)
     SELECT g.id, g.generation, g.access_expires_at AS "accessExpiresAt",
            g.id IN (SELECT id FROM gone) AS revoked
       FROM grants g WHERE g.id = ANY($1) AND g.status <> 'revoked'`,
    [grantIds],
  );
}

/** All grants of a connection that live. */
export async function listLiveGrants(tx: Sql, connectionId: Uuid): Promise<Uuid[]> {
  const rows = await tx.query<{ id: Uuid }>(`SELECT id FROM grants WHERE connection_id = $1 AND status <> 'revoked'`, [
    connectionId,
  ]);
  return rows.map((row) => row.id);
}

/** Ends connections under which no grant lives any more; returns those that ended now. */
export async function endEmptyConnections(tx: Sql, connectionIds: readonly Uuid[]): Promise<Uuid[]> {
  const rows = await tx.query<{ id: Uuid }>(
    `UPDATE connections c SET ended_at = now()
      WHERE c.id = ANY($1) AND c.ended_at IS NULL
        AND NOT EXISTS (SELECT 1 FROM grants g WHERE g.connection_id = c.id AND g.status <> 'revoked')
      RETURNING c.id`,
    [connectionIds],
  );
  return rows.map((row) => row.id);
}

/** Frees a subject of its user; false when it was not this user's. */
export function unlinkSubjectOf(tx: Sql, subjectId: Uuid, userId: Uuid): Promise<boolean> {
  return changed(
    tx,
    `UPDATE subjects SET user_id = NULL, unlinked_at = now() WHERE id = $1 AND user_id = $2 RETURNING id`,
    [subjectId, userId],
  );
}

export interface OwnConnectionRow {
  readonly id: Uuid;
  readonly provider: string;
  readonly registrationId: Uuid;
}

export function findOwnConnection(sql: Sql, id: Uuid, userId: Uuid): Promise<OwnConnectionRow | undefined> {
  return firstRow(
    sql,
    'SELECT id, provider, registration_id AS "registrationId" FROM connections WHERE id = $1 AND user_id = $2',
    [id, userId],
  );
}

/** What became at the provider of a grant whose consents ended. */
export interface UpstreamStateRow {
  /** `kept`: nothing is revoked, since others rest on it, or on the authorization that took its place. */
  readonly state: 'pending' | 'revoked' | 'unsupported' | 'failed' | 'kept';
  readonly accessExpiresAt: Date | null;
}

/** One row for each grant and revocation. */
export function listUpstreamStates(sql: Sql, grantIds: readonly Uuid[]): Promise<UpstreamStateRow[]> {
  return sql.query(
    `SELECT CASE WHEN g.status <> 'revoked' OR r.id IS NULL THEN 'kept' ELSE r.status END AS state,
            g.access_expires_at AS "accessExpiresAt"
       FROM grants g LEFT JOIN upstream_revocations r ON r.grant_id = g.id WHERE g.id = ANY($1)`,
    [grantIds],
  );
}

/** The grant to which a token belongs, as far as one server may know. */
export interface TokenOwnerRow {
  readonly grantId: Uuid;
  /** Generation of the presented token. */
  readonly generation: number;
  readonly current: boolean;
  readonly shared: boolean;
  readonly live: boolean;
}

/** Looks among what this server was handed out, and among the grants that are its own. */
export function findTokenOwner(
  sql: Sql,
  serverId: Uuid,
  fingerprints: readonly Buffer[],
): Promise<TokenOwnerRow | undefined> {
  return firstRow(
    sql,
    `WITH hit AS (
       SELECT grant_id, generation FROM audit_events
        WHERE token_fingerprint = ANY($2) AND server_id = $1 AND kind = 'token.exchange' AND outcome = 'allowed'
       UNION ALL
       SELECT id, generation FROM grants WHERE access_fingerprint = ANY($2) AND server_id = $1)
     SELECT g.id AS "grantId", h.generation, h.generation = g.generation AS current, g.server_id IS NULL AS shared,
            g.status <> 'revoked' AS live
       FROM hit h JOIN grants g ON g.id = h.grant_id
      ORDER BY current DESC LIMIT 1`,
    [serverId, fingerprints],
  );
}
