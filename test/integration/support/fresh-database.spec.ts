import pg from 'pg';
import { freshDatabase } from '../../support/database.js';

async function ask(url: string, sql: string): Promise<unknown[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query(sql)).rows;
  } finally {
    await client.end();
  }
}

describe('a fresh database of a test file', () => {
  it('has every role, is migrated, and shares nothing with another one', async () => {
    const [one, two] = await Promise.all([freshDatabase('Fresh one'), freshDatabase('fresh-two')]);

    for (const [url, role] of [
      [one.superuserUrl, 'postgres'],
      [one.migratorUrl, 'te_migrator'],
      [one.appUrl, 'te_app'],
      [one.workerUrl, 'te_worker'],
      [one.operatorUrl, 'te_operator'],
    ] as const) {
      expect(await ask(url, 'select current_user as name')).toEqual([{ name: role }]);
    }
    const tables = "select count(*)::int as n from information_schema.tables where table_name = 'audit_events'";
    expect(await ask(two.migratorUrl, tables)).toEqual([{ n: 1 }]);
    await ask(one.migratorUrl, 'create table only_here ()');
    await expect(ask(two.migratorUrl, 'select from only_here')).rejects.toThrow(/does not exist/);
    await Promise.all([one.drop(), two.drop()]);
    await expect(ask(one.superuserUrl, 'select 1')).rejects.toThrow(/does not exist/);
  });
});
