import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * The log of every hand-out, refusal and change. Append-only for every role but the owner.
 * Partitioned by month on its time-ordered id, so that a look-up by id touches one partition and old months leave by detach.
 */
export class Audit1763700000006 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE audit_events (
        id uuid NOT NULL,
        at timestamptz NOT NULL DEFAULT clock_timestamp(),
        schema_version smallint NOT NULL DEFAULT 1,
        kind text NOT NULL CHECK (kind ~ '^[a-z_]+\\.[a-z_]+$'),
        outcome text NOT NULL CHECK (outcome IN ('allowed', 'denied', 'failed')),
        reason text,
        denied_by text,
        actor text NOT NULL CHECK (actor IN ('server', 'user', 'operator', 'auditor', 'worker', 'provider', 'anonymous')),
        organization_id uuid,
        server_id uuid,
        key_id uuid,
        user_id uuid,
        subject_id uuid,
        provider text,
        registration_id uuid,
        connection_id uuid,
        grant_id uuid,
        consent_id uuid,
        connect_session_id uuid,
        generation integer,
        scopes_requested text[],
        scopes_granted text[],
        missing_scopes text[],
        operator_cap_version integer,
        server_cap_version integer,
        consent_version integer,
        token_fingerprint bytea,
        fingerprint_version integer,
        token_expires_at timestamptz,
        ciphertext_sha256 bytea,
        tool text,
        personal_sealed bytea,
        details jsonb,
        request_id text,
        trace_id text,
        PRIMARY KEY (id)
      ) PARTITION BY RANGE (id);

      -- Catches ids of replicas whose clock is far off, so that no row is ever refused for its month.
      CREATE TABLE audit_events_default PARTITION OF audit_events DEFAULT;

      CREATE INDEX audit_events_by_organization ON audit_events (organization_id, id DESC);
      CREATE INDEX audit_events_by_server ON audit_events (server_id, id DESC);
      CREATE INDEX audit_events_by_user ON audit_events (user_id, id DESC) WHERE user_id IS NOT NULL;
      CREATE INDEX audit_events_by_connection ON audit_events (connection_id, id DESC) WHERE connection_id IS NOT NULL;
      CREATE INDEX audit_events_refused ON audit_events (organization_id, id DESC) WHERE outcome <> 'allowed';
      CREATE INDEX audit_events_by_fingerprint ON audit_events (token_fingerprint, id DESC) WHERE token_fingerprint IS NOT NULL;

      CREATE FUNCTION audit_month_bound(month date) RETURNS uuid LANGUAGE sql IMMUTABLE
        SET search_path = pg_catalog AS $$
          SELECT (lpad(to_hex((extract(epoch FROM month::timestamp) * 1000)::bigint), 12, '0') || repeat('0', 20))::uuid
        $$;

      -- Runs as its owner, so that the worker can make room ahead without owning the table.
      CREATE FUNCTION add_audit_partitions(months_ahead integer) RETURNS integer LANGUAGE plpgsql SECURITY DEFINER
        SET search_path = pg_catalog, public AS $$
        DECLARE
          month date;
          name text;
          made integer := 0;
        BEGIN
          IF months_ahead NOT BETWEEN 0 AND 36 THEN
            RAISE EXCEPTION 'months_ahead must be between 0 and 36';
          END IF;
          PERFORM pg_advisory_xact_lock(hashtext('add_audit_partitions'));
          FOR offset_months IN 0..months_ahead LOOP
            month := (date_trunc('month', now() AT TIME ZONE 'UTC') + make_interval(months => offset_months))::date;
            name := 'audit_events_' || to_char(month, 'YYYY_MM');
            IF to_regclass('public.' || name) IS NULL THEN
              EXECUTE format(
                'CREATE TABLE public.%I PARTITION OF public.audit_events FOR VALUES FROM (%L) TO (%L)',
                name, audit_month_bound(month), audit_month_bound((month + interval '1 month')::date));
              made := made + 1;
            END IF;
          END LOOP;
          RETURN made;
        END $$;
      REVOKE ALL ON FUNCTION add_audit_partitions(integer) FROM PUBLIC;

      SELECT add_audit_partitions(3);
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      DROP FUNCTION add_audit_partitions(integer);
      DROP TABLE audit_events;
      DROP FUNCTION audit_month_bound(date);
    `);
  }
}
