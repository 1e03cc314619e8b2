import type { MigrationInterface, QueryRunner } from 'typeorm';

// Who calls, by which key, and the most they may have: whoever writes these is given tokens without opening one.
const provisioned = 'organizations, servers, server_return_urls, server_keys, auditor_keys, server_caps, registrations';

const keys = 'branch_keys, fingerprint_keys, shred_secrets';

// What people do and allow, and what comes of it.
const everyday = `users, user_identities, browser_sessions, subjects, subject_registrations, refusals, connections, grants,
  consents, upstream_revocations, connect_sessions`;

/**
 * What each role may do. No default privileges on purpose: a new table, and a new audit partition, is closed until
 * a migration opens it. Nobody but the owner may change or remove an audit row.
 */
export class Rights1763700000007 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      GRANT USAGE ON SCHEMA public TO te_app, te_worker, te_operator;
      GRANT SELECT, INSERT, UPDATE ON ${provisioned} TO te_operator;
      GRANT DELETE ON server_return_urls TO te_operator;
      -- The secret of a registration is sealed under a key of its organization, which may be the first one.
      GRANT SELECT, INSERT ON branch_keys TO te_operator;
      GRANT SELECT ON ${provisioned} TO te_app;
      GRANT UPDATE (last_used_at) ON server_keys TO te_app;
      GRANT SELECT, INSERT ON ${keys} TO te_app;
      GRANT SELECT, INSERT, UPDATE ON ${everyday} TO te_app;
      GRANT DELETE ON browser_sessions, refusals, shred_secrets TO te_app;
      -- Neither who calls nor who people are is any business of the worker.
      GRANT SELECT ON organizations, servers, server_return_urls, server_caps, registrations, ${keys}, subjects,
        subject_registrations, refusals, connections, grants, consents, upstream_revocations, connect_sessions TO te_worker;
      GRANT SELECT (expire) ON browser_sessions TO te_worker;
      GRANT UPDATE ON grants, upstream_revocations, connect_sessions TO te_worker;
      GRANT INSERT ON upstream_revocations, branch_keys, shred_secrets, fingerprint_keys TO te_worker;
      -- A connect session that nobody finished may hold tokens: they get a revoked grant, to be revoked upstream.
      GRANT INSERT ON connections, grants TO te_worker;
      -- The worker ends consents whose time is over. It can change nothing else about what a person allowed.
      GRANT UPDATE (ended_at, end_reason, is_default) ON consents TO te_worker;
      GRANT UPDATE (ended_at) ON connections TO te_worker;
      GRANT DELETE ON browser_sessions TO te_worker;
      GRANT SELECT, INSERT ON audit_events TO te_app, te_worker, te_operator;
      GRANT EXECUTE ON FUNCTION add_audit_partitions(integer) TO te_worker;
      -- TypeORM's own list, read by every app at its start to see whether the schema is the one it was built for.
      GRANT SELECT ON migrations TO te_app, te_worker;
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      REVOKE ALL ON ALL TABLES IN SCHEMA public FROM te_app, te_worker, te_operator;
      REVOKE EXECUTE ON FUNCTION add_audit_partitions(integer) FROM te_worker;
      REVOKE USAGE ON SCHEMA public FROM te_app, te_worker, te_operator;
    `);
  }
}
