import type { Uuid } from '#libs/kernel';
import { firstRow, type Sql } from './sql.js';

/** A grant as refreshing and revoking see it: with the account, the registration and the keys under it. */
export interface RefreshGrantRow {
  readonly id: Uuid;
  readonly connectionId: Uuid;
  /** Null for a grant that several servers share. */
  readonly serverId: Uuid | null;
  readonly userId: Uuid;
  readonly provider: string;
  readonly registrationId: Uuid;
  /** Owner of the registration, under whose keys everything of the grant is sealed. */
  readonly organizationId: Uuid;
  /** Whose log the events of the grant are in: the owner of the one server that it serves, else of the registration. */
  readonly auditOrganizationId: Uuid;
  readonly registrationDisabled: boolean;
  readonly clientId: string;
  readonly clientSecretSealed: Buffer;
  readonly params: Readonly<Record<string, string>>;
  readonly status: 'active' | 'needs_reauth' | 'revoked';
  readonly reauthReason: string | null;
  readonly generation: number;
  readonly accessTokenSealed: Buffer | null;
  readonly refreshTokenSealed: Buffer | null;
  readonly scopes: readonly string[];
  readonly obtainedAt: Date;
  readonly accessExpiresAt: Date | null;
  readonly refreshExpiresAt: Date | null;
  readonly refreshState: 'idle' | 'claimed' | 'spending' | 'indeterminate';
  /** Somebody holds the claim and its lease has not run out. */
  readonly leased: boolean;
  /** Since when it is not known whether the provider has acted on the refresh token of this generation. */
  readonly indeterminateSince: Date | null;
  readonly failureCount: number;
  readonly lastFailure: string | null;
  readonly retryAt: Date | null;
  /** Handed out in the last 7 days, or new. */
  readonly hot: boolean;
  /** A live consent rests on it: without one nobody may be given its token. */
  readonly consented: boolean;
  readonly wrappedShredSecret: Buffer | null;
  /** The database's time at which all this was read. */
  readonly now: Date;
}

export function findRefreshGrant(sql: Sql, id: Uuid): Promise<RefreshGrantRow | undefined> {
  return firstRow(
    sql,
    `SELECT g.id, g.connection_id AS "connectionId", g.server_id AS "serverId", c.user_id AS "userId", c.provider,
            r.id AS "registrationId", r.organization_id AS "organizationId",
            coalesce(s.organization_id, r.organization_id) AS "auditOrganizationId",
            r.disabled_at IS NOT NULL AS "registrationDisabled", r.client_id AS "clientId",
            r.client_secret_sealed AS "clientSecretSealed", r.params,
            g.status, g.reauth_reason AS "reauthReason", g.generation, g.access_token_sealed AS "accessTokenSealed",
            g.refresh_token_sealed AS "refreshTokenSealed", g.scopes, g.obtained_at AS "obtainedAt",
            g.access_expires_at AS "accessExpiresAt", g.refresh_expires_at AS "refreshExpiresAt",
            g.refresh_state AS "refreshState", coalesce(g.lease_until >= clock_timestamp(), false) AS leased,
            g.indeterminate_since AS "indeterminateSince", g.failure_count AS "failureCount",
            g.last_failure AS "lastFailure", g.retry_at AS "retryAt",
            greatest(g.created_at, g.last_handed_out_at) > now() - interval '7 days' AS hot,
            EXISTS (SELECT FROM consents n WHERE n.grant_id = g.id AND n.ended_at IS NULL
                      AND (n.expires_at IS NULL OR n.expires_at > now())) AS consented,
            sh.wrapped AS "wrappedShredSecret", clock_timestamp() AS now
       FROM grants g
       JOIN connections c ON c.id = g.connection_id
       JOIN registrations r ON r.id = c.registration_id
       LEFT JOIN servers s ON s.id = g.server_id
       LEFT JOIN shred_secrets sh ON sh.user_id = c.user_id AND sh.organization_id = r.organization_id
      WHERE g.id = $1`,
    [id],
  );
}
