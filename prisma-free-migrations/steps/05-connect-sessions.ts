import type { MigrationInterface, QueryRunner } from 'typeorm';

/** One attempt of one person to connect one account for one server: from the link to the consent. */
export class ConnectSessions1763700000005 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE connect_sessions (
        id uuid PRIMARY KEY,
        server_id uuid NOT NULL REFERENCES servers,
        subject_id uuid NOT NULL REFERENCES subjects,
        provider text NOT NULL,
        registration_id uuid NOT NULL REFERENCES registrations,
        kind text NOT NULL CHECK (kind IN ('connect', 'reconnect', 'consent')),
        origin text NOT NULL CHECK (origin IN ('api', 'interaction')),
        renews_consent_id uuid REFERENCES consents,
        scopes text[] NOT NULL,
        return_url text NOT NULL,
        binding bytea CHECK (octet_length(binding) = 32),
        link_hash bytea NOT NULL UNIQUE CHECK (octet_length(link_hash) = 32),
        link_sealed bytea NOT NULL,
        status text NOT NULL DEFAULT 'open' CHECK
          (status IN ('open', 'authorizing', 'held', 'confirming', 'completed', 'denied', 'failed')),
        created_at timestamptz NOT NULL DEFAULT now(),
        expires_at timestamptz NOT NULL,

        -- who opened it
        browser_session_hash bytea,
        user_id uuid REFERENCES users,

        -- what was allowed
        consent_scopes text[],
        consent_until timestamptz,
        uses_grant_id uuid REFERENCES grants,

        -- the provider's round trip
        state_hash bytea UNIQUE,
        verifier_sealed bytea,
        code_sealed bytea,

        -- proof that the opener is the subject
        completion_code_hash bytea,
        typed_code_hash bytea,
        -- The page that shows the code can be loaded again.
        typed_code_sealed bytea,
        tries_left smallint NOT NULL DEFAULT 5 CHECK (tries_left >= 0),
        spending_at timestamptz,
        -- What the spent code brought, until the account behind it is known (and confirmed, when it is another one).
        tokens_sealed bytea,
        token_facts jsonb,

        consent_id uuid REFERENCES consents,
        failure text,
        completed_at timestamptz,
        CHECK (status <> 'authorizing' OR (user_id IS NOT NULL AND state_hash IS NOT NULL AND consent_scopes IS NOT NULL)),
        CHECK (status <> 'completed' OR consent_id IS NOT NULL),
        CHECK (status = 'held' OR code_sealed IS NULL),
        CHECK (status IN ('held', 'confirming') OR tokens_sealed IS NULL),
        CHECK (status <> 'confirming' OR (tokens_sealed IS NOT NULL AND token_facts IS NOT NULL))
      );
      CREATE INDEX connect_sessions_by_subject ON connect_sessions (subject_id, provider, created_at DESC);
      CREATE INDEX connect_sessions_by_expiry ON connect_sessions (expires_at) WHERE status IN ('open', 'authorizing', 'held', 'confirming');
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE connect_sessions');
  }
}
