import type { MigrationInterface, QueryRunner } from 'typeorm';

/** OAuth apps at providers, and the wrapped keys under which everything secret is sealed. */
export class RegistrationsAndKeys1763700000002 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE registrations (
        id uuid PRIMARY KEY,
        organization_id uuid NOT NULL REFERENCES organizations,
        provider text NOT NULL CHECK (provider ~ '^[a-z][a-z0-9-]{0,62}$'),
        client_id text NOT NULL CHECK (length(client_id) BETWEEN 1 AND 500),
        client_secret_sealed bytea NOT NULL,
        params jsonb NOT NULL DEFAULT '{}',
        operator_cap text[] NOT NULL,
        cap_version integer NOT NULL DEFAULT 1 CHECK (cap_version > 0),
        created_at timestamptz NOT NULL DEFAULT now(),
        retired_at timestamptz,
        disabled_at timestamptz
      );
      -- A retired registration goes on serving those who are linked to it; new links take the one that is not retired.
      CREATE UNIQUE INDEX registrations_one_current ON registrations (organization_id, provider)
        WHERE retired_at IS NULL AND disabled_at IS NULL;

      CREATE TABLE branch_keys (
        organization_id uuid NOT NULL REFERENCES organizations,
        version integer NOT NULL CHECK (version > 0),
        wrapped bytea,
        state text NOT NULL CHECK (state IN ('active', 'decrypt_only', 'destroyed')),
        created_at timestamptz NOT NULL DEFAULT now(),
        destroyed_at timestamptz,
        PRIMARY KEY (organization_id, version),
        CHECK ((state = 'destroyed') = (wrapped IS NULL))
      );
      CREATE UNIQUE INDEX branch_keys_one_active ON branch_keys (organization_id) WHERE state = 'active';

      CREATE TABLE fingerprint_keys (
        version integer PRIMARY KEY CHECK (version > 0),
        sealed bytea NOT NULL,
        created_at timestamptz NOT NULL DEFAULT now()
      );
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE fingerprint_keys, branch_keys, registrations');
  }
}
