import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Who owns MCP servers, what a server may at most be given, and by which keys it and auditors are known. */
export class OrganizationsAndServers1763700000001 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE organizations (
        id uuid PRIMARY KEY,
        kind text NOT NULL CHECK (kind IN ('platform', 'customer')),
        name text NOT NULL CHECK (length(name) BETWEEN 1 AND 200),
        created_at timestamptz NOT NULL DEFAULT now(),
        disabled_at timestamptz
      );
      CREATE UNIQUE INDEX organizations_one_platform ON organizations (kind) WHERE kind = 'platform';

      CREATE TABLE servers (
        id uuid PRIMARY KEY,
        organization_id uuid NOT NULL REFERENCES organizations,
        name text NOT NULL CHECK (length(name) BETWEEN 1 AND 200),
        verified_domain text,
        default_return_url text NOT NULL,
        created_at timestamptz NOT NULL DEFAULT now(),
        disabled_at timestamptz
      );
      CREATE INDEX servers_by_organization ON servers (organization_id);

      CREATE TABLE server_return_urls (
        server_id uuid NOT NULL REFERENCES servers ON DELETE CASCADE,
        url text NOT NULL CHECK (length(url) BETWEEN 1 AND 2000),
        PRIMARY KEY (server_id, url)
      );
      -- The default is one of the registered addresses; deferred, because the two rows need each other.
      ALTER TABLE servers ADD CONSTRAINT servers_default_return_url_registered
        FOREIGN KEY (id, default_return_url) REFERENCES server_return_urls (server_id, url) DEFERRABLE INITIALLY DEFERRED;

      CREATE TABLE server_keys (
        id uuid PRIMARY KEY,
        server_id uuid NOT NULL REFERENCES servers,
        secret_hash bytea NOT NULL UNIQUE CHECK (octet_length(secret_hash) = 32),
        hint text NOT NULL,
        created_at timestamptz NOT NULL DEFAULT now(),
        expires_at timestamptz,
        disabled_at timestamptz,
        last_used_at timestamptz
      );
      CREATE INDEX server_keys_by_server ON server_keys (server_id);

      -- organization_id is null for an auditor of the whole platform.
      CREATE TABLE auditor_keys (
        id uuid PRIMARY KEY,
        organization_id uuid REFERENCES organizations,
        label text NOT NULL CHECK (length(label) BETWEEN 1 AND 200),
        secret_hash bytea NOT NULL UNIQUE CHECK (octet_length(secret_hash) = 32),
        hint text NOT NULL,
        created_at timestamptz NOT NULL DEFAULT now(),
        expires_at timestamptz,
        disabled_at timestamptz
      );

      CREATE TABLE server_caps (
        server_id uuid NOT NULL REFERENCES servers,
        provider text NOT NULL CHECK (provider ~ '^[a-z][a-z0-9-]{0,62}$'),
        scopes text[] NOT NULL,
        version integer NOT NULL DEFAULT 1 CHECK (version > 0),
        updated_at timestamptz NOT NULL DEFAULT now(),
        PRIMARY KEY (server_id, provider)
      );
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      DROP TABLE server_caps, auditor_keys, server_keys;
      ALTER TABLE servers DROP CONSTRAINT servers_default_return_url_registered;
      DROP TABLE server_return_urls, servers, organizations;
    `);
  }
}
