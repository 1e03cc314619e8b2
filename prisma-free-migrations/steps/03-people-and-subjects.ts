import type { MigrationInterface, QueryRunner } from 'typeorm';

/** People who sign in here, their browser sessions, and the names by which servers call them. */
export class PeopleAndSubjects1763700000003 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE users (
        id uuid PRIMARY KEY,
        display_name text,
        email text,
        created_at timestamptz NOT NULL DEFAULT now(),
        deleted_at timestamptz
      );

      CREATE TABLE user_identities (
        issuer text NOT NULL,
        subject text NOT NULL,
        user_id uuid NOT NULL REFERENCES users,
        created_at timestamptz NOT NULL DEFAULT now(),
        PRIMARY KEY (issuer, subject)
      );
      CREATE INDEX user_identities_by_user ON user_identities (user_id);

      -- Deleting a row here makes everything of that person under that organization unreadable for ever.
      CREATE TABLE shred_secrets (
        user_id uuid NOT NULL REFERENCES users,
        organization_id uuid NOT NULL REFERENCES organizations,
        wrapped bytea NOT NULL,
        created_at timestamptz NOT NULL DEFAULT now(),
        PRIMARY KEY (user_id, organization_id)
      );

      -- The columns are those that connect-pg-simple writes.
      CREATE TABLE browser_sessions (
        sid varchar PRIMARY KEY,
        sess json NOT NULL,
        expire timestamp(6) NOT NULL
      );
      CREATE INDEX browser_sessions_by_expiry ON browser_sessions (expire);

      -- user_id is null until the person behind the name is proven, and again after the person unlinked it.
      CREATE TABLE subjects (
        id uuid PRIMARY KEY,
        server_id uuid NOT NULL REFERENCES servers,
        external_id text NOT NULL CHECK (external_id ~ '^[\\x20-\\x7e]{1,255}$'),
        user_id uuid REFERENCES users,
        created_at timestamptz NOT NULL DEFAULT now(),
        linked_at timestamptz,
        unlinked_at timestamptz,
        UNIQUE (server_id, external_id),
        CHECK (user_id IS NULL OR linked_at IS NOT NULL)
      );
      CREATE INDEX subjects_by_user ON subjects (user_id) WHERE user_id IS NOT NULL;

      CREATE TABLE subject_registrations (
        subject_id uuid NOT NULL REFERENCES subjects,
        provider text NOT NULL,
        registration_id uuid NOT NULL REFERENCES registrations,
        PRIMARY KEY (subject_id, provider)
      );

      CREATE TABLE refusals (
        subject_id uuid NOT NULL REFERENCES subjects,
        provider text NOT NULL,
        user_id uuid NOT NULL REFERENCES users,
        refused_until timestamptz NOT NULL,
        PRIMARY KEY (subject_id, provider)
      );
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(
      'DROP TABLE refusals, subject_registrations, subjects, browser_sessions, shred_secrets, user_identities, users',
    );
  }
}
