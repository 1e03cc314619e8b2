import type { Uuid } from '#libs/kernel';
import type { Sql } from './sql.js';

/** What one caller asks, reduced to what the database needs to know. */
export interface ExchangeQuestion {
  readonly secretHash: Buffer;
  /** The `user_id` by which the server names the person. */
  readonly subject: string;
  readonly provider: string;
}

/** One consent that may serve a question, with the grant, the connection and the keys under it. */
export interface ConsentFacts {
  readonly consentId: Uuid;
  readonly consentScopes: readonly string[];
  readonly consentVersion: number;
  readonly consentExpiresAt: Date | null;
  readonly isDefault: boolean;
  readonly grantId: Uuid;
  readonly grantStatus: 'active' | 'needs_reauth';
  readonly grantScopes: readonly string[];
  readonly generation: number;
  readonly accessTokenSealed: Buffer | null;
  readonly hasRefreshToken: boolean;
  readonly accessExpiresAt: Date | null;
  readonly obtainedAt: Date;
  readonly fingerprint: Buffer | null;
  readonly fingerprintVersion: number | null;
  readonly connectionId: Uuid;
  readonly accountLabel: string;
  readonly userId: Uuid;
  readonly keyOrganizationId: Uuid;
  readonly wrappedShredSecret: Buffer | null;
}

/** Everything that decides one question, read at one moment. */
export interface QuestionFacts {
  /** The database's time. */
  readonly now: Date;
  /** Null when the credential is not in force. */
  readonly keyId: Uuid | null;
  readonly serverId: Uuid | null;
  readonly organizationId: Uuid | null;
  readonly serverCapScopes: readonly string[] | null;
  readonly serverCapVersion: number | null;
  readonly subjectId: Uuid | null;
  readonly userId: Uuid | null;
  readonly refusedUntil: Date | null;
  readonly registrationId: Uuid | null;
  readonly registrationParams: Readonly<Record<string, string>> | null;
  readonly operatorCap: readonly string[] | null;
  readonly operatorCapVersion: number | null;
  readonly consents: readonly ConsentFacts[];
}

type FlatRow = QuestionFacts & { readonly position: number } & {
  readonly [K in keyof ConsentFacts]: ConsentFacts[K] | null;
};

const readFacts = `
  SELECT q.position::integer AS position, statement_timestamp() AS now,
         k.id AS "keyId", s.id AS "serverId", s.organization_id AS "organizationId",
         cap.scopes AS "serverCapScopes", cap.version AS "serverCapVersion",
         sub.id AS "subjectId", sub.user_id AS "userId", no.refused_until AS "refusedUntil",
         reg.id AS "registrationId", reg.params AS "registrationParams",
         reg.operator_cap AS "operatorCap", reg.cap_version AS "operatorCapVersion",
         c."consentId", c."consentScopes", c."consentVersion", c."consentExpiresAt", c."isDefault",
         c."grantId", c."grantStatus", c."grantScopes", c.generation, c."accessTokenSealed", c."hasRefreshToken",
         c."accessExpiresAt", c."obtainedAt", c.fingerprint, c."fingerprintVersion",
         c."connectionId", c."accountLabel", c."keyOrganizationId", c."wrappedShredSecret"
    FROM unnest($1::bytea[], $2::text[], $3::text[]) WITH ORDINALITY AS q (secret_hash, external_id, provider, position)
    LEFT JOIN server_keys k ON k.secret_hash = q.secret_hash AND k.disabled_at IS NULL
         AND (k.expires_at IS NULL OR k.expires_at > now())
         AND EXISTS (SELECT FROM servers x JOIN organizations o ON o.id = x.organization_id
                      WHERE x.id = k.server_id AND x.disabled_at IS NULL AND o.disabled_at IS NULL)
    LEFT JOIN servers s ON s.id = k.server_id
    LEFT JOIN server_caps cap ON cap.server_id = s.id AND cap.provider = q.provider
    LEFT JOIN subjects sub ON sub.server_id = s.id AND sub.external_id = q.external_id
    LEFT JOIN refusals no ON no.subject_id = sub.id AND no.provider = q.provider AND no.user_id = sub.user_id
         AND no.refused_until > now()
    LEFT JOIN LATERAL (
         SELECT r.id, r.params, r.operator_cap, r.cap_version
           FROM registrations r
           JOIN organizations o ON o.id = r.organization_id AND o.disabled_at IS NULL
           LEFT JOIN subject_registrations f ON f.registration_id = r.id AND f.subject_id = sub.id AND f.provider = r.provider
          WHERE r.provider = q.provider AND r.disabled_at IS NULL AND (f.subject_id IS NOT NULL OR r.retired_at IS NULL)
            AND (o.id = s.organization_id OR o.kind = 'platform')
          ORDER BY f.subject_id IS NOT NULL DESC, o.id = s.organization_id DESC
          LIMIT 1) reg ON true
    LEFT JOIN LATERAL (
         SELECT c.id AS "consentId", c.scopes AS "consentScopes", c.version AS "consentVersion",
                c.expires_at AS "consentExpiresAt", c.is_default AS "isDefault",
                g.id AS "grantId", g.status AS "grantStatus", g.scopes AS "grantScopes", g.generation,
                g.access_token_sealed AS "accessTokenSealed", g.refresh_token_sealed IS NOT NULL AS "hasRefreshToken",
                g.access_expires_at AS "accessExpiresAt", g.obtained_at AS "obtainedAt",
                g.access_fingerprint AS fingerprint, g.fingerprint_version AS "fingerprintVersion",
                con.id AS "connectionId", con.account_label AS "accountLabel",
                own.organization_id AS "keyOrganizationId", sh.wrapped AS "wrappedShredSecret"
           FROM consents c
           JOIN grants g ON g.id = c.grant_id AND g.status <> 'revoked' AND (g.server_id IS NULL OR g.server_id = s.id)
           JOIN connections con ON con.id = g.connection_id AND con.ended_at IS NULL AND con.user_id = c.user_id
           JOIN registrations own ON own.id = con.registration_id AND own.id = reg.id
           LEFT JOIN shred_secrets sh ON sh.user_id = con.user_id AND sh.organization_id = own.organization_id
          WHERE c.subject_id = sub.id AND c.provider = q.provider AND c.ended_at IS NULL
            AND c.user_id = sub.user_id AND c.server_id = s.id) c ON true
   ORDER BY q.position, c."consentId"`;

/** Answers all questions with one statement, in their order. Run it behind the gate, in the transaction of the audit rows. */
export async function readExchangeFacts(tx: Sql, questions: readonly ExchangeQuestion[]): Promise<QuestionFacts[]> {
  const rows = await tx.query<FlatRow>(readFacts, [
    questions.map((q) => q.secretHash),
    questions.map((q) => q.subject),
    questions.map((q) => q.provider),
  ]);
  const facts: (QuestionFacts & { consents: ConsentFacts[] })[] = [];
  for (const row of rows) {
    const known = (facts[row.position - 1] ??= { ...row, consents: [] });
    if (row.consentId !== null) known.consents.push(row as ConsentFacts);
  }
  return facts;
}
