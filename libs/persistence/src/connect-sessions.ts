import type { Uuid } from '#libs/kernel';
import { changed, firstRow, type Sql } from './sql.js';

export type ConnectKind = 'connect' | 'reconnect' | 'consent';
export type ConnectOrigin = 'api' | 'interaction';
export type ConnectStatus = 'open' | 'authorizing' | 'held' | 'confirming' | 'completed' | 'denied' | 'failed';

/** One attempt of one person to connect one account for one server, as it stands. */
export interface ConnectSessionRow {
  readonly id: Uuid;
  readonly serverId: Uuid;
  /** Who owns the server. */
  readonly organizationId: Uuid;
  readonly subjectId: Uuid;
  readonly provider: string;
  readonly registrationId: Uuid;
  readonly kind: ConnectKind;
  readonly origin: ConnectOrigin;
  readonly renewsConsentId: Uuid | null;
  readonly scopes: readonly string[];
  readonly returnUrl: string;
  readonly binding: Buffer | null;
  readonly linkSealed: Buffer;
  readonly status: ConnectStatus;
  readonly expiresAt: Date;
  /** By the database's clock, at the moment of reading. */
  readonly expired: boolean;
  readonly browserSessionHash: Buffer | null;
  readonly userId: Uuid | null;
  readonly consentScopes: readonly string[] | null;
  readonly consentUntil: Date | null;
  readonly usesGrantId: Uuid | null;
  readonly verifierSealed: Buffer | null;
  readonly codeSealed: Buffer | null;
  readonly completionCodeHash: Buffer | null;
  readonly typedCodeHash: Buffer | null;
  readonly typedCodeSealed: Buffer | null;
  readonly triesLeft: number;
  readonly spendingAt: Date | null;
  /** The code was sent to the provider so long ago that no answer can still come. */
  readonly spendingOverdue: boolean;
  readonly tokensSealed: Buffer | null;
  readonly tokenFacts: unknown;
  readonly consentId: Uuid | null;
  readonly failure: string | null;
}

const session = `id, server_id AS "serverId",
  (SELECT s.organization_id FROM servers s WHERE s.id = connect_sessions.server_id) AS "organizationId", subject_id AS "subjectId", provider, registration_id AS "registrationId",
  kind, origin, renews_consent_id AS "renewsConsentId", scopes, return_url AS "returnUrl", binding,
  link_sealed AS "linkSealed", status, expires_at AS "expiresAt", expires_at <= now() AS expired,
  browser_session_hash AS "browserSessionHash", user_id AS "userId", consent_scopes AS "consentScopes",
  consent_until AS "consentUntil", uses_grant_id AS "usesGrantId", verifier_sealed AS "verifierSealed",
  code_sealed AS "codeSealed", completion_code_hash AS "completionCodeHash", typed_code_hash AS "typedCodeHash",
  typed_code_sealed AS "typedCodeSealed", tries_left AS "triesLeft", spending_at AS "spendingAt",
  coalesce(spending_at < now() - interval '60 seconds', false) AS "spendingOverdue",
  tokens_sealed AS "tokensSealed", token_facts AS "tokenFacts", consent_id AS "consentId", failure`;

export interface NewConnectSession {
  readonly id: Uuid;
  readonly serverId: Uuid;
  readonly subjectId: Uuid;
  readonly provider: string;
  readonly registrationId: Uuid;
  readonly kind: ConnectKind;
  readonly origin: ConnectOrigin;
  readonly renewsConsentId: Uuid | undefined;
  readonly scopes: readonly string[];
  readonly returnUrl: string;
  readonly binding: Buffer | undefined;
  readonly linkHash: Buffer;
  readonly linkSealed: Buffer;
  readonly lifetimeSeconds: number;
}

/** Returns when the link stops working. */
export async function insertConnectSession(sql: Sql, row: NewConnectSession): Promise<Date> {
  const added = await firstRow<{ expiresAt: Date }>(
    sql,
    `INSERT INTO connect_sessions (id, server_id, subject_id, provider, registration_id, kind, origin,
       renews_consent_id, scopes, return_url, binding, link_hash, link_sealed, expires_at)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, now() + make_interval(secs => $14))
     RETURNING expires_at AS "expiresAt"`,
    [
      row.id, row.serverId, row.subjectId, row.provider, row.registrationId, row.kind, row.origin,
      row.renewsConsentId ?? null, row.scopes, row.returnUrl, row.binding ?? null, row.linkHash, row.linkSealed,
      row.lifetimeSeconds,
    ], // prettier-ignore
  );
  if (added === undefined) throw new Error('INSERT … RETURNING gave no row');
  return added.expiresAt;
}

/** The open session, not opened by anybody yet and with some life left, that asks exactly the same. */
export function findReusableSession(
  tx: Sql,
  need: Pick<NewConnectSession, 'serverId' | 'subjectId' | 'provider' | 'registrationId' | 'kind' | 'scopes'> & {
    readonly renewsConsentId: Uuid | undefined;
    readonly leastSecondsLeft: number;
  },
): Promise<ConnectSessionRow | undefined> {
  return firstRow(
    tx,
    `SELECT ${session} FROM connect_sessions
      WHERE server_id = $1 AND subject_id = $2 AND provider = $3 AND registration_id = $4 AND kind = $5
        AND scopes @> $6::text[] AND scopes <@ $6::text[] AND renews_consent_id IS NOT DISTINCT FROM $7
        AND origin = 'interaction' AND status = 'open' AND user_id IS NULL
        AND expires_at > now() + make_interval(secs => $8)
      ORDER BY created_at DESC LIMIT 1`,
    [
      need.serverId, need.subjectId, need.provider, need.registrationId, need.kind, need.scopes,
      need.renewsConsentId ?? null, need.leastSecondsLeft,
    ], // prettier-ignore
  );
}

export function findSessionByLink(sql: Sql, linkHash: Buffer): Promise<ConnectSessionRow | undefined> {
  return firstRow(sql, `SELECT ${session} FROM connect_sessions WHERE link_hash = $1`, [linkHash]);
}

export function findSessionByState(sql: Sql, stateHash: Buffer): Promise<ConnectSessionRow | undefined> {
  return firstRow(sql, `SELECT ${session} FROM connect_sessions WHERE state_hash = $1`, [stateHash]);
}

export function findConnectSession(sql: Sql, id: Uuid): Promise<ConnectSessionRow | undefined> {
  return firstRow(sql, `SELECT ${session} FROM connect_sessions WHERE id = $1`, [id]);
}

export function lockConnectSession(tx: Sql, id: Uuid): Promise<ConnectSessionRow | undefined> {
  return firstRow(tx, `SELECT ${session} FROM connect_sessions WHERE id = $1 FOR UPDATE`, [id]);
}

/** The first signed-in browser that opens a link keeps it; true for that browser only, again and again. */
export function bindSessionToBrowser(
  sql: Sql,
  id: Uuid,
  opener: { readonly browserSessionHash: Buffer; readonly userId: Uuid },
): Promise<boolean> {
  return changed(
    sql,
    `UPDATE connect_sessions SET browser_session_hash = $2, user_id = $3
      WHERE id = $1 AND status = 'open' AND expires_at > now()
        AND (user_id IS NULL OR (user_id = $3 AND browser_session_hash = $2))
      RETURNING id`,
    [id, opener.browserSessionHash, opener.userId],
  );
}

/** The one who holds an open link lets go of it, so that another person can open it in the same browser. */
export function releaseSessionFromBrowser(
  sql: Sql,
  id: Uuid,
  opener: { readonly browserSessionHash: Buffer; readonly userId: Uuid },
): Promise<boolean> {
  return changed(
    sql,
    `UPDATE connect_sessions SET browser_session_hash = NULL, user_id = NULL
      WHERE id = $1 AND status = 'open' AND user_id = $3 AND browser_session_hash = $2 RETURNING id`,
    [id, opener.browserSessionHash, opener.userId],
  );
}
