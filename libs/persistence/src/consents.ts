import type { Uuid } from '#libs/kernel';
import { firstRow, type Sql } from './sql.js';

export interface ConsentTerms {
  readonly userId: Uuid;
  readonly serverId: Uuid;
  readonly subjectId: Uuid;
  readonly grantId: Uuid;
  readonly provider: string;
  readonly scopes: readonly string[];
  readonly expiresAt: Date | null;
}

/**
 * Writes down what a person allows a server with one grant: the live consent of the same subject and grant is renewed
 * and keeps its id, since servers hold on to it. The first consent of a subject at a provider becomes its default.
 */
export async function putConsent(
  tx: Sql,
  newId: Uuid,
  terms: ConsentTerms,
): Promise<{ readonly id: Uuid; readonly created: boolean; readonly version: number }> {
  const row = await firstRow<{ id: Uuid; version: number }>(
    tx,
    `INSERT INTO consents (id, user_id, server_id, subject_id, grant_id, provider, scopes, expires_at, is_default)
     SELECT $1::uuid, $2::uuid, $3::uuid, $4::uuid, $5::uuid, $6::text, $7::text[], $8::timestamptz, NOT EXISTS (
       SELECT 1 FROM consents WHERE subject_id = $4 AND provider = $6 AND is_default AND ended_at IS NULL)
     ON CONFLICT (subject_id, grant_id) WHERE ended_at IS NULL
       DO UPDATE SET scopes = excluded.scopes, expires_at = excluded.expires_at, granted_at = now(),
                     version = consents.version + 1, user_id = excluded.user_id
     RETURNING id, version`,
    [
      newId, terms.userId, terms.serverId, terms.subjectId, terms.grantId, terms.provider, terms.scopes, terms.expiresAt,
    ], // prettier-ignore
  );
  if (row === undefined) throw new Error('INSERT … RETURNING gave no row');
  return { id: row.id, created: row.id === newId, version: row.version };
}
