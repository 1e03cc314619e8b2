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
  ['te_operator', () => database.operatorUrl],
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

/** What says who calls, and how much they may have: whoever can write it is given tokens without opening a single one. */
const operatorsOnly = [
  `INSERT INTO organizations (id, kind, name) VALUES (gen_random_uuid(), 'customer', 'Mine')`,
  'UPDATE organizations SET disabled_at = NULL',
  'UPDATE servers SET disabled_at = NULL, organization_id = organization_id',
  `INSERT INTO server_return_urls (server_id, url) VALUES (gen_random_uuid(), 'https://mine.example')`,
  `UPDATE server_return_urls SET url = 'https://mine.example'`,
  'DELETE FROM server_return_urls',
  `INSERT INTO server_keys (id, server_id, secret_hash, hint)
    VALUES (gen_random_uuid(), gen_random_uuid(), sha256('mine'), 'mine')`,
  `UPDATE server_keys SET secret_hash = sha256('mine')`,
  'UPDATE server_keys SET expires_at = NULL, disabled_at = NULL',
  `INSERT INTO auditor_keys (id, label, secret_hash, hint) VALUES (gen_random_uuid(), 'mine', sha256('mine'), 'mine')`,
  'UPDATE auditor_keys SET organization_id = NULL, disabled_at = NULL',
  `INSERT INTO server_caps (server_id, provider, scopes) VALUES (gen_random_uuid(), 'github', '{repo}')`,
  `UPDATE server_caps SET scopes = '{repo}'`,
  `UPDATE registrations SET operator_cap = '{repo}', disabled_at = NULL`,
  `UPDATE registrations SET params = '{"api": "https://mine.example"}'`,
];

/** What is about people. */
const peoples = [
  'SELECT display_name, email FROM users',
  'SELECT * FROM user_identities',
  'SELECT sess FROM browser_sessions',
];

const refused = (url: () => string, statements: readonly string[]) =>
  Promise.all(statements.map(async (sql) => [sql, await refusal(url(), sql)]));
const all = (statements: readonly string[], code: string) => statements.map((sql) => [sql, code]);

describe('R55: between the roles', () => {
  it.each(roles.slice(0, 2))('%s cannot make itself a caller, nor widen what callers may have', async (_role, url) => {
    expect(await refused(url, operatorsOnly)).toEqual(all(operatorsOnly, '42501'));
    for (const table of ['branch_keys', 'fingerprint_keys', 'shred_secrets'])
      expect(await refusal(url(), `UPDATE ${table} SET created_at = now()`)).toBe('42501');
  });

  it('te_operator can do all of that', async () => {
    const answers = await refused(() => database.operatorUrl, operatorsOnly);
    // Keys and caps of servers that do not exist are refused by the reference, not by the rights.
    expect(answers.filter(([, code]) => code !== undefined && code !== '23503')).toEqual([]);
  });

  it('te_operator sees no person, no connection and no token, and lets nobody have one', async () => {
    const statements = [
      ...peoples,
      'SELECT 1 FROM subjects',
      'SELECT 1 FROM connections',
      'SELECT 1 FROM grants',
      'SELECT 1 FROM consents',
      'SELECT 1 FROM connect_sessions',
      'SELECT 1 FROM shred_secrets',
      'SELECT 1 FROM fingerprint_keys',
      'SELECT 1 FROM upstream_revocations',
      'INSERT INTO consents DEFAULT VALUES',
      'UPDATE grants SET status = status',
      'SELECT add_audit_partitions(1)',
    ];
    expect(await refused(() => database.operatorUrl, statements)).toEqual(all(statements, '42501'));
  });

  it('te_worker sees neither who calls nor who people are, and changes nothing that they allowed', async () => {
    const statements = [
      ...peoples,
      'SELECT 1 FROM users',
      'SELECT 1 FROM server_keys',
      'SELECT 1 FROM auditor_keys',
      `UPDATE consents SET scopes = '{repo}'`,
      'UPDATE consents SET expires_at = NULL',
      'INSERT INTO consents DEFAULT VALUES',
    ];
    expect(await refused(() => database.workerUrl, statements)).toEqual(all(statements, '42501'));
    expect(await refusal(database.workerUrl, 'DELETE FROM browser_sessions WHERE expire < now()')).toBeUndefined();
  });
});
