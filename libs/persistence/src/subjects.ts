import type { Uuid } from '#libs/kernel';
import { changed, firstRow, type Sql } from './sql.js';

/** The name by which one server calls one person. */
export interface SubjectRow {
  readonly id: Uuid;
  readonly serverId: Uuid;
  readonly externalId: string;
  /** Null until the person behind the name is proven, and again after the person unlinked it. */
  readonly userId: Uuid | null;
}

const subject = 'id, server_id AS "serverId", external_id AS "externalId", user_id AS "userId"';

/** The row of a (server, name), made when it is new and locked until the transaction ends. */
export async function lockSubject(tx: Sql, newId: Uuid, serverId: Uuid, externalId: string): Promise<SubjectRow> {
  await tx.query(
    'INSERT INTO subjects (id, server_id, external_id) VALUES ($1, $2, $3) ON CONFLICT (server_id, external_id) DO NOTHING',
    [newId, serverId, externalId],
  );
  const row = await firstRow<SubjectRow>(
    tx,
    `SELECT ${subject} FROM subjects WHERE server_id = $1 AND external_id = $2 FOR UPDATE`,
    [serverId, externalId],
  );
  if (row === undefined) throw new Error('a subject vanished between INSERT and SELECT');
  return row;
}

export function lockSubjectById(tx: Sql, id: Uuid): Promise<SubjectRow | undefined> {
  return firstRow(tx, `SELECT ${subject} FROM subjects WHERE id = $1 FOR UPDATE`, [id]);
}

export function findSubject(sql: Sql, id: Uuid): Promise<SubjectRow | undefined> {
  return firstRow(sql, `SELECT ${subject} FROM subjects WHERE id = $1`, [id]);
}

/** True when the subject was free before. A subject of somebody else stays theirs: check that first. */
export function linkSubject(tx: Sql, subjectId: Uuid, userId: Uuid): Promise<boolean> {
  return changed(
    tx,
    `UPDATE subjects SET user_id = $2, linked_at = now(), unlinked_at = NULL
      WHERE id = $1 AND user_id IS NULL RETURNING id`,
    [subjectId, userId],
  );
}

/** Fixes which registration serves a subject at a provider; the first one stays. */
export async function fixSubjectRegistration(
  tx: Sql,
  row: { readonly subjectId: Uuid; readonly provider: string; readonly registrationId: Uuid },
): Promise<void> {
  await tx.query(
    'INSERT INTO subject_registrations (subject_id, provider, registration_id) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING',
    [row.subjectId, row.provider, row.registrationId],
  );
}

/** The people's own list: by which names servers know them. */
export interface LinkedSubjectRow {
  readonly id: Uuid;
  readonly externalId: string;
  readonly serverId: Uuid;
  readonly serverName: string;
  readonly organizationName: string;
}

export function listLinkedSubjects(sql: Sql, userId: Uuid): Promise<LinkedSubjectRow[]> {
  return sql.query(
    `SELECT x.id, x.external_id AS "externalId", s.id AS "serverId", s.name AS "serverName", o.name AS "organizationName"
       FROM subjects x JOIN servers s ON s.id = x.server_id JOIN organizations o ON o.id = s.organization_id
      WHERE x.user_id = $1 ORDER BY s.name, x.external_id`,
    [userId],
  );
}
