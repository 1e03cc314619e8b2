import pg from 'pg';
import { freshDatabase, type FreshDatabase } from '../../support/database.js';

let database: FreshDatabase;

beforeAll(async () => {
  database = await freshDatabase('database rights');
});
afterAll(() => database.drop());

/** SQLSTATE with which a role is refused; undefined when the statement went through. */
async function refusal(url: string, sql: string): Promise<string | undefined> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query('BEGIN');
    await client.query(sql);
    return undefined;
  } catch (error) {
    return (error as { code?: string }).code;
  } finally {
    await client.end();
  }
}

const roles = [
  ['te_app', () => database.appUrl],
  ['te_worker', () => database.workerUrl],
] as const;

describe.each(roles)('R55: the role %s', (_role, url) => {
  it.each([
    `UPDATE audit_events SET outcome = 'allowed'`,
    'DELETE FROM audit_events',
    'TRUNCATE audit_events',
    'DROP TABLE audit_events',
    'ALTER TABLE audit_events DISABLE TRIGGER ALL',
    'ALTER TABLE audit_events DETACH PARTITION audit_events_default',
    'UPDATE audit_events_default SET reason = NULL',
    'DELETE FROM audit_events_default',
    'INSERT INTO audit_events_default SELECT * FROM audit_events',
    'CREATE TABLE mine ()',
    'CREATE RULE r AS ON INSERT TO audit_events DO INSTEAD NOTHING',
    `CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END'`,
    'DELETE FROM grants',
    'DELETE FROM consents',
    'DELETE FROM server_keys',
    'DELETE FROM migrations',
    'CREATE EXTENSION dblink',
    `COPY audit_events TO PROGRAM 'cat'`,
    'SET ROLE te_migrator',
    'SET ROLE postgres',
  ])('may not: %s', async (sql) => {
    expect(await refusal(url(), sql)).toMatch(/^(42501|22023)$/);
  });

  it('may read and add', async () => {
    const insert = `INSERT INTO audit_events (id, kind, outcome, actor) VALUES (gen_random_uuid(), 'a.b', 'denied', 'worker')`;
    expect(await refusal(url(), insert)).toBeUndefined();
    expect(await refusal(url(), 'SELECT * FROM audit_events')).toBeUndefined();
  });
});

it('R55: the worker can neither mint keys nor widen what servers may have', async () => {
  for (const sql of [
    `INSERT INTO server_keys (id, server_id, secret_hash, hint) VALUES (gen_random_uuid(), gen_random_uuid(), '', '')`,
    `UPDATE server_caps SET scopes = '{}'`,
    `UPDATE registrations SET operator_cap = '{}'`,
    'UPDATE consents SET ended_at = NULL',
    'UPDATE auditor_keys SET disabled_at = NULL',
  ])
    expect([sql, await refusal(database.workerUrl, sql)]).toEqual([sql, '42501']);
});
