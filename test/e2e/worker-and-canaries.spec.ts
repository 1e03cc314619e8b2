import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { connectAndUse } from '../../apps/standalone/src/journey/connect-and-use.js';
import { Standalone } from '../support/standalone.js';

let product: Standalone;
let owner: pg.Client;

beforeAll(async () => {
  product = await Standalone.spawn();
  await product.says('Press Ctrl-C to stop.');
  await connectAndUse(product.at, await product.keys(), () => undefined);
  owner = new pg.Client({ connectionString: await ownerUrl() });
  await owner.connect();
}, 90_000);

afterAll(async () => {
  await owner?.end();
  await product?.stop();
}, 30_000);

async function ownerUrl(): Promise<string> {
  const text = await readFile(join(product.dataDir, 'installation.json'), 'utf8');
  const { ports, databasePasswords } = JSON.parse(text) as {
    ports: { database: number };
    databasePasswords: { migrator: string };
  };
  return `postgres://te_migrator:${databasePasswords.migrator}@127.0.0.1:${ports.database}/token_exchanger`;
}

async function untilTrue(query: string): Promise<void> {
  for (let tries = 0; tries < 150; tries++) {
    const { rows } = await owner.query(query);
    if (Object.values(rows[0] as object)[0] === true) return;
    await sleep(100);
  }
  throw new Error(`never came true: ${query}`);
}

/** Every row of every table of every schema, bytes as text too. */
async function everything(): Promise<string> {
  const tables = await owner.query<{ name: string }>(
    `SELECT format('%I.%I', schemaname, tablename) AS name FROM pg_tables
      WHERE schemaname NOT IN ('pg_catalog', 'information_schema')`,
  );
  const parts: string[] = [];
  for (const { name } of tables.rows) {
    const { rows } = await owner.query<Record<string, unknown>>(`SELECT * FROM ${name}`);
    parts.push(...rows.flatMap((row) => [`${name} ${JSON.stringify(row)}`, ...bytesOf(row)]));
  }
  return parts.join('\n');
}

function bytesOf(row: Record<string, unknown>): string[] {
  return Object.values(row).flatMap((value) => (Buffer.isBuffer(value) ? [value.toString('latin1')] : []));
}

// What the sandbox hands out begins so; a base64 text may hold it at three offsets.
const prefixes = ['gho_', 'ghr_', 'ntn_', 'nrt_'];

/** Places in a text where something of the form of a provider's token stands, in clear or in base64. */
function tokensIn(text: string): string[] {
  return prefixes.flatMap((prefix) => {
    const plain = text.match(new RegExp(`${prefix}[A-Za-z0-9]{16,}`, 'g')) ?? [];
    const encoded = [0, 1, 2].flatMap((shift) => {
      const bytes = Buffer.concat([Buffer.alloc(shift), Buffer.from(prefix)]);
      const stable = bytes.toString('base64').slice(shift === 0 ? 0 : shift + 1, shift === 2 ? undefined : 5);
      return text.match(new RegExp(`${stable.replace(/[+/=]/g, '.')}[A-Za-z0-9+/_-]{24,}`, 'g')) ?? [];
    });
    return [...plain, ...encoded].map((hit) => `${hit.slice(0, 12)}…`);
  });
}

describe('the running product', () => {
  it('refreshes a grant that is due, through the queue, without anybody asking', async () => {
    await owner.query(`
      UPDATE grants SET obtained_at = now() - interval '8 hours', access_expires_at = now() + interval '1 minute',
             refresh_due_at = now() WHERE status = 'active'`);
    await untilTrue(`SELECT count(*) > 0 FROM grants WHERE status = 'active' AND generation = 2`);
    const { rows } = await owner.query(`SELECT outcome FROM audit_events WHERE kind = 'token.refreshed'`);
    expect(rows).toEqual([{ outcome: 'allowed' }]);
  }, 30_000);

  it('keeps its health, its schema and its log readable', async () => {
    for (const url of [product.at.connections, product.at.exchange])
      expect((await fetch(`${url}/health/ready`)).status).toBe(200);
  });

  it('shows no token in any table, queue or log after connecting, handing out, refreshing and revoking (P5, R44)', async () => {
    const { serverKey } = await product.keys();
    const answer = await fetch(`${product.at.exchange}/token/exchange`, {
      method: 'POST',
      headers: { authorization: `Bearer ${serverKey}`, 'content-type': 'application/json' },
      body: JSON.stringify({ user_id: 'notes-1', provider: 'github' }),
    });
    const { access_token: token } = (await answer.json()) as { access_token: string };
    // The search is able to find: what the answer holds is found in the answer.
    expect(tokensIn(`{"access_token":"${token}"}`)).not.toEqual([]);
    expect(tokensIn(Buffer.from(`x${token}`).toString('base64'))).not.toEqual([]);
    await fetch(`${product.at.exchange}/token/revoke`, {
      method: 'POST',
      headers: { authorization: `Bearer ${serverKey}`, 'content-type': 'application/json' },
      body: JSON.stringify({ user_id: 'notes-1', provider: 'github' }),
    });
    const tables = await everything();
    expect(tables).toContain('bullmq.');
    const logs = await Promise.all(
      ['connections', 'exchange', 'worker', 'notes', 'sandbox'].map((name) => product.logOf(name)),
    );
    expect(tokensIn(tables)).toEqual([]);
    expect(tokensIn(logs.join('\n'))).toEqual([]);
    for (const secret of [serverKey, token]) expect(tables + logs.join('\n')).not.toContain(secret);
  }, 30_000);
});
