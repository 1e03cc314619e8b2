import type { Uuid } from '#libs/kernel';
import { changed, firstRow, type Sql } from './sql.js';

/**
 * Until when one person's "no" to one server at one provider holds; undefined when there is none in force. It binds the
 * one who said it: anybody may open a link, so that a stranger's "no" must not stand for the subject's. A subject that
 * is linked to nobody (`userId` null) has said nothing yet.
 */
export async function findRefusal(
  sql: Sql,
  of: { readonly subjectId: Uuid; readonly provider: string; readonly userId: Uuid | null },
): Promise<Date | undefined> {
  const row = await firstRow<{ until: Date }>(
    sql,
    `SELECT refused_until AS until FROM refusals
      WHERE subject_id = $1 AND provider = $2 AND user_id = $3 AND refused_until > now()`,
    [of.subjectId, of.provider, of.userId],
  );
  return row?.until;
}

export async function putRefusal(
  sql: Sql,
  row: { readonly subjectId: Uuid; readonly provider: string; readonly userId: Uuid; readonly seconds: number },
): Promise<void> {
  await sql.query(
    `INSERT INTO refusals (subject_id, provider, user_id, refused_until)
     VALUES ($1, $2, $3, now() + make_interval(secs => $4))
     ON CONFLICT (subject_id, provider) DO UPDATE SET user_id = excluded.user_id, refused_until = excluded.refused_until`,
    [row.subjectId, row.provider, row.userId, row.seconds],
  );
}

/** A person who says "yes" afterwards means it. */
export async function clearRefusal(sql: Sql, subjectId: Uuid, provider: string): Promise<void> {
  await sql.query('DELETE FROM refusals WHERE subject_id = $1 AND provider = $2', [subjectId, provider]);
}

export interface StandingRefusalRow {
  readonly subjectId: Uuid;
  readonly provider: string;
  readonly serverName: string;
  readonly until: Date;
}

export function listRefusals(sql: Sql, userId: Uuid): Promise<StandingRefusalRow[]> {
  return sql.query(
    `SELECT r.subject_id AS "subjectId", r.provider, s.name AS "serverName", r.refused_until AS until
       FROM refusals r JOIN subjects x ON x.id = r.subject_id JOIN servers s ON s.id = x.server_id
      WHERE r.user_id = $1 AND r.refused_until > now() ORDER BY s.name`,
    [userId],
  );
}

/** Only the one who said no can take it back. */
export function liftRefusal(
  sql: Sql,
  row: { readonly subjectId: Uuid; readonly provider: string; readonly userId: Uuid },
): Promise<boolean> {
  return changed(
    sql,
    'DELETE FROM refusals WHERE subject_id = $1 AND provider = $2 AND user_id = $3 RETURNING subject_id',
    [row.subjectId, row.provider, row.userId],
  );
}
