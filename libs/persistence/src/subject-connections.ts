import type { Uuid } from '#libs/kernel';
import { firstRow, type Sql } from './sql.js';

/** What one server may know of one connection of its subject. */
export interface SubjectConnectionRow {
  readonly consentId: Uuid;
  readonly provider: string;
  readonly accountLabel: string;
  readonly accountAvatarUrl: string | null;
  readonly grantStatus: 'active' | 'needs_reauth';
  readonly scopes: readonly string[];
  readonly isDefault: boolean;
  readonly expiresAt: Date | null;
}

export interface SubjectConnections {
  /** For the log alone: undefined for a name that is unknown. */
  readonly subject: { readonly subjectId: Uuid; readonly userId: Uuid | null } | undefined;
  /** Empty for a subject that is unknown, not linked, or has nothing connected: the caller cannot tell them apart. */
  readonly connections: readonly SubjectConnectionRow[];
}

export async function listSubjectConnections(sql: Sql, serverId: Uuid, name: string): Promise<SubjectConnections> {
  const subject = await firstRow<{ subjectId: Uuid; userId: Uuid | null }>(
    sql,
    'SELECT id AS "subjectId", user_id AS "userId" FROM subjects WHERE server_id = $1 AND external_id = $2',
    [serverId, name],
  );
  return { subject, connections: await listConnections(sql, serverId, name) };
}

function listConnections(sql: Sql, serverId: Uuid, name: string): Promise<SubjectConnectionRow[]> {
  return sql.query(
    `SELECT c.id AS "consentId", c.provider, con.account_label AS "accountLabel",
            con.account_avatar_url AS "accountAvatarUrl", g.status AS "grantStatus", c.scopes,
            c.is_default AS "isDefault", c.expires_at AS "expiresAt"
       FROM subjects s
       JOIN consents c ON c.subject_id = s.id AND c.user_id = s.user_id AND c.ended_at IS NULL
            AND (c.expires_at IS NULL OR c.expires_at > now())
       JOIN grants g ON g.id = c.grant_id AND g.status <> 'revoked'
       JOIN connections con ON con.id = g.connection_id AND con.ended_at IS NULL
      WHERE s.server_id = $1 AND s.external_id = $2
      ORDER BY c.provider, c.is_default DESC, c.id`,
    [serverId, name],
  );
}
