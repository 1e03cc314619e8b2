import type { Uuid } from '#libs/kernel';
import type { Sql } from './sql.js';

/** One server that may use one account of a person, for the page on which the person looks after it. */
export interface AccountAccessRow {
  readonly connectionId: Uuid;
  readonly provider: string;
  readonly accountLabel: string;
  readonly accountAvatarUrl: string | null;
  readonly connectedAt: Date;
  /** Null when no server may use the connection any more. */
  readonly consentId: Uuid | null;
  readonly subjectId: Uuid | null;
  readonly serverId: Uuid | null;
  readonly serverName: string | null;
  readonly organizationName: string | null;
  readonly scopes: readonly string[] | null;
  readonly grantStatus: 'active' | 'needs_reauth' | 'revoked' | null;
  readonly allowedAt: Date | null;
  readonly expiresAt: Date | null;
  readonly lastHandOutAt: Date | null;
}

/** Live connections with the live consents on them. Bounded by what one person can connect. */
export function listAccountAccess(sql: Sql, userId: Uuid): Promise<AccountAccessRow[]> {
  return sql.query(
    `SELECT c.id AS "connectionId", c.provider, c.account_label AS "accountLabel",
            c.account_avatar_url AS "accountAvatarUrl", c.created_at AS "connectedAt", n.id AS "consentId",
            n.subject_id AS "subjectId", s.id AS "serverId", s.name AS "serverName", o.name AS "organizationName",
            n.scopes, g.status AS "grantStatus", n.granted_at AS "allowedAt", n.expires_at AS "expiresAt",
            (SELECT e.at FROM audit_events e
              WHERE e.connection_id = c.id AND e.server_id = s.id AND e.kind = 'token.exchange' AND e.outcome = 'allowed'
              ORDER BY e.id DESC LIMIT 1) AS "lastHandOutAt"
       FROM connections c
       LEFT JOIN grants g ON g.connection_id = c.id AND g.status <> 'revoked'
       LEFT JOIN consents n ON n.grant_id = g.id AND n.ended_at IS NULL AND (n.expires_at IS NULL OR n.expires_at > now())
       LEFT JOIN servers s ON s.id = n.server_id
       LEFT JOIN organizations o ON o.id = s.organization_id
      WHERE c.user_id = $1 AND c.ended_at IS NULL
      ORDER BY c.provider, c.account_label, s.name
      LIMIT 500`,
    [userId],
  );
}

/** One line of what happened to a person's accounts lately. */
export interface RecentEventRow {
  readonly id: Uuid;
  readonly at: Date;
  readonly kind: string;
  readonly outcome: 'allowed' | 'denied' | 'failed';
  readonly reason: string | null;
  readonly serverName: string | null;
  readonly provider: string | null;
  readonly accountLabel: string | null;
  readonly tool: string | null;
  readonly scopesGranted: readonly string[] | null;
}

export function listRecentEvents(sql: Sql, userId: Uuid, limit: number): Promise<RecentEventRow[]> {
  return sql.query(
    `SELECT e.id, e.at, e.kind, e.outcome, e.reason, s.name AS "serverName", e.provider,
            c.account_label AS "accountLabel", e.tool, e.scopes_granted AS "scopesGranted"
       FROM audit_events e LEFT JOIN servers s ON s.id = e.server_id LEFT JOIN connections c ON c.id = e.connection_id
      WHERE e.user_id = $1 AND e.kind <> ALL('{session.signed_in,session.signed_out,connect.link_opened,connect.read,connect.callback,connection.listed}')
      ORDER BY e.id DESC LIMIT $2`,
    [userId, limit],
  );
}
