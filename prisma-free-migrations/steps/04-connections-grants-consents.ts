import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Accounts at providers, the authorizations under them with their sealed tokens, and who may use which. */
export class ConnectionsGrantsConsents1763700000004 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE connections (
        id uuid PRIMARY KEY,
        user_id uuid NOT NULL REFERENCES users,
        registration_id uuid NOT NULL REFERENCES registrations,
        provider text NOT NULL,
        account_key text NOT NULL CHECK (length(account_key) BETWEEN 1 AND 500),
        account_label text NOT NULL,
        account_avatar_url text,
        created_at timestamptz NOT NULL DEFAULT now(),
        ended_at timestamptz
      );
      CREATE UNIQUE INDEX connections_one_per_account ON connections (user_id, registration_id, account_key)
        WHERE ended_at IS NULL;

      -- server_id is null for a grant that several servers share.
      CREATE TABLE grants (
        id uuid PRIMARY KEY,
        connection_id uuid NOT NULL REFERENCES connections,
        server_id uuid REFERENCES servers,
        status text NOT NULL DEFAULT 'active' CHECK (status IN ('active', 'needs_reauth', 'revoked')),
        generation integer NOT NULL DEFAULT 1 CHECK (generation > 0),
        access_token_sealed bytea,
        refresh_token_sealed bytea,
        access_fingerprint bytea,
        fingerprint_version integer,
        scopes text[] NOT NULL,
        scopes_inferred boolean NOT NULL DEFAULT false,
        obtained_at timestamptz NOT NULL DEFAULT now(),
        access_expires_at timestamptz,
        refresh_expires_at timestamptz,
        refresh_state text NOT NULL DEFAULT 'idle' CHECK (refresh_state IN ('idle', 'claimed', 'spending', 'indeterminate')),
        lease_id uuid,
        lease_until timestamptz,
        indeterminate_since timestamptz,
        failure_count integer NOT NULL DEFAULT 0,
        last_failure text,
        retry_at timestamptz,
        refresh_due_at timestamptz,
        last_handed_out_at timestamptz,
        reauth_reason text,
        created_at timestamptz NOT NULL DEFAULT now(),
        revoked_at timestamptz,
        CHECK (status <> 'active' OR access_token_sealed IS NOT NULL),
        CHECK ((lease_id IS NULL) = (lease_until IS NULL)),
        CHECK (refresh_state NOT IN ('claimed', 'spending') OR lease_id IS NOT NULL),
        CHECK ((status = 'revoked') = (revoked_at IS NOT NULL))
      );
      CREATE UNIQUE INDEX grants_one_live ON grants (connection_id, server_id) NULLS NOT DISTINCT WHERE status <> 'revoked';
      CREATE INDEX grants_due ON grants (refresh_due_at) WHERE status = 'active' AND refresh_due_at IS NOT NULL;
      -- Not looked at by the worker since they were made; and those whose last spend is not settled, few at any time.
      CREATE INDEX grants_unscheduled ON grants (id)
        WHERE status = 'active' AND refresh_due_at IS NULL AND refresh_token_sealed IS NOT NULL;
      CREATE INDEX grants_unsettled ON grants (lease_until) WHERE refresh_state <> 'idle';
      CREATE INDEX grants_by_fingerprint ON grants (access_fingerprint) WHERE access_fingerprint IS NOT NULL;

      CREATE TABLE consents (
        id uuid PRIMARY KEY,
        user_id uuid NOT NULL REFERENCES users,
        server_id uuid NOT NULL REFERENCES servers,
        subject_id uuid NOT NULL REFERENCES subjects,
        grant_id uuid NOT NULL REFERENCES grants,
        provider text NOT NULL,
        scopes text[] NOT NULL,
        version integer NOT NULL DEFAULT 1 CHECK (version > 0),
        is_default boolean NOT NULL DEFAULT false,
        granted_at timestamptz NOT NULL DEFAULT now(),
        expires_at timestamptz,
        ended_at timestamptz,
        end_reason text,
        CHECK ((ended_at IS NULL) = (end_reason IS NULL))
      );
      CREATE UNIQUE INDEX consents_one_live ON consents (subject_id, grant_id) WHERE ended_at IS NULL;
      CREATE UNIQUE INDEX consents_one_default ON consents (subject_id, provider) WHERE is_default AND ended_at IS NULL;
      CREATE INDEX consents_by_end ON consents (expires_at) WHERE ended_at IS NULL AND expires_at IS NOT NULL;
      CREATE INDEX consents_by_grant ON consents (grant_id) WHERE ended_at IS NULL;
      CREATE INDEX consents_by_user ON consents (user_id) WHERE ended_at IS NULL;
      CREATE INDEX consents_by_subject ON consents (subject_id, provider) WHERE ended_at IS NULL;

      -- token_sealed holds a token that arrived after its grant was revoked; otherwise the grant's own tokens are meant.
      CREATE TABLE upstream_revocations (
        id uuid PRIMARY KEY,
        grant_id uuid NOT NULL REFERENCES grants,
        generation integer NOT NULL,
        token_sealed bytea,
        status text NOT NULL DEFAULT 'pending' CHECK (status IN ('pending', 'revoked', 'unsupported', 'failed')),
        attempts integer NOT NULL DEFAULT 0,
        next_attempt_at timestamptz NOT NULL DEFAULT now(),
        last_failure text,
        created_at timestamptz NOT NULL DEFAULT now(),
        finished_at timestamptz
      );
      CREATE INDEX upstream_revocations_due ON upstream_revocations (next_attempt_at) WHERE status = 'pending';
      CREATE INDEX upstream_revocations_by_grant ON upstream_revocations (grant_id);
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE upstream_revocations, consents, grants, connections');
  }
}
