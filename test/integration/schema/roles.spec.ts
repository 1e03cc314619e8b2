import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { freshDatabase, type FreshDatabase } from '../../support/database.js';

const row = `INSERT INTO audit_events (id, kind, outcome, actor) VALUES ($1, 'token.exchange', 'denied', 'server')`;
const refused = /permission denied|must be owner/;

let database: FreshDatabase;
const clients: Record<'app' | 'worker' | 'operator' | 'migrator', pg.Client> = {} as never;

beforeAll(async () => {
  database = await freshDatabase('roles');
  for (const role of ['app', 'worker', 'operator', 'migrator'] as const) {
    clients[role] = new pg.Client({ connectionString: database[`${role}Url`] });
    await clients[role].connect();
  }
});

afterAll(async () => {
  await Promise.all(Object.values(clients).map((client) => client.end()));
  await database.drop();
});

describe.each(['app', 'worker', 'operator'] as const)('role te_%s (R55)', (role) => {
  it('appends to the log and reads it', async () => {
    const id = randomUUID();
    await clients[role].query(row, [id]);
    const found = await clients[role].query('SELECT at FROM audit_events WHERE id = $1', [id]);
    expect(found.rows).toHaveLength(1);
  });

  it.each([
    ['change a row', `UPDATE audit_events SET outcome = 'allowed'`],
    ['remove a row', 'DELETE FROM audit_events'],
    ['empty the log', 'TRUNCATE audit_events'],
    ['write to a partition behind the log', `INSERT INTO audit_events_default SELECT * FROM audit_events LIMIT 1`],
    ['change a row in its partition', `UPDATE audit_events_default SET outcome = 'allowed'`],
    ['detach a partition', 'ALTER TABLE audit_events DETACH PARTITION audit_events_default'],
    ['drop the log', 'DROP TABLE audit_events'],
    ['make tables', 'CREATE TABLE mine (id int)'],
  ])('cannot %s', async (_, statement) => {
    await expect(clients[role].query(statement)).rejects.toThrow(refused);
  });
});

it.each(['app', 'worker', 'operator'] as const)('te_%s cannot grant itself rights (R55)', async (role) => {
  // PostgreSQL answers such a GRANT with a warning only: what counts is that nothing came of it.
  await clients[role].query(`GRANT UPDATE, DELETE ON audit_events TO te_${role}`);
  await expect(clients[role].query(`UPDATE audit_events SET outcome = 'allowed'`)).rejects.toThrow(refused);
  await expect(clients[role].query('DELETE FROM audit_events')).rejects.toThrow(refused);
});

describe('role te_app (R55)', () => {
  it('cannot forget a grant, a consent or a key by deleting its row', async () => {
    for (const table of ['grants', 'consents', 'connections', 'branch_keys', 'server_keys'])
      await expect(clients.app.query(`DELETE FROM ${table}`)).rejects.toThrow(refused);
  });
});

describe.each(['app', 'worker'] as const)('role te_%s (R55)', (role) => {
  it('reads who may call and how much they may have, and leaves writing it to te_operator', async () => {
    for (const table of ['organizations', 'servers', 'server_keys', 'auditor_keys', 'server_caps', 'registrations']) {
      const may = 'SELECT has_table_privilege($1, $2, $3) AS may';
      for (const right of ['INSERT', 'UPDATE', 'DELETE', 'TRUNCATE', 'TRIGGER'])
        expect([right, table, ...(await clients[role].query(may, [`te_${role}`, table, right])).rows]).toEqual([
          right,
          table,
          { may: false },
        ]);
    }
  });
});

describe('role te_worker (R55)', () => {
  it('cannot give itself consents, servers or keys', async () => {
    for (const table of ['consents', 'servers', 'server_keys', 'server_caps', 'registrations'])
      await expect(clients.worker.query(`INSERT INTO ${table} DEFAULT VALUES`)).rejects.toThrow(refused);
  });

  it('ends consents and connections, and changes nothing else about them', async () => {
    await clients.worker.query(`UPDATE consents SET ended_at = now(), end_reason = 'expired', is_default = false`);
    await clients.worker.query('UPDATE connections SET ended_at = now()');
    for (const change of ["scopes = '{all}'", 'expires_at = NULL', 'version = 2', 'grant_id = id', 'user_id = id'])
      await expect(clients.worker.query(`UPDATE consents SET ${change}`)).rejects.toThrow(refused);
    await expect(clients.worker.query(`UPDATE connections SET user_id = id`)).rejects.toThrow(refused);
  });

  it('may make room for the log ahead of time, and no more than three years', async () => {
    const made = await clients.worker.query('SELECT add_audit_partitions(5) AS count');
    expect(made.rows[0].count).toBe(2);
    await expect(clients.worker.query('SELECT add_audit_partitions(37)')).rejects.toThrow(/between 0 and 36/);
    await expect(clients.app.query('SELECT add_audit_partitions(1)')).rejects.toThrow(refused);
  });
});

describe('the log', () => {
  it('keeps each month in a partition of its own, and ids of a clock that is far off in the default one', async () => {
    const hex = Date.now().toString(16).padStart(12, '0');
    const now = `${hex.slice(0, 8)}-${hex.slice(8)}-7000-8000-000000000001`;
    const longAgo = '00000000-0000-7000-8000-000000000001';
    for (const id of [now, longAgo]) await clients.app.query(row, [id]);
    const places = await clients.app.query(
      'SELECT tableoid::regclass::text AS place FROM audit_events WHERE id = ANY($1) ORDER BY id',
      [[now, longAgo]],
    );
    const month = new Date().toISOString().slice(0, 7).replace('-', '_');
    expect(places.rows.map((one) => one.place)).toEqual(['audit_events_default', `audit_events_${month}`]);
  });

  it('takes its time from the database, whatever a replica believes (R63)', async () => {
    const id = '00000000-0000-7000-8000-000000000002';
    await clients.app.query(row, [id]);
    const found = await clients.app.query(
      `SELECT now() - at < interval '1 minute' AS recent FROM audit_events WHERE id = $1`,
      [id],
    );
    expect(found.rows[0].recent).toBe(true);
  });
});
