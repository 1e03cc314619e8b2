import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { ExchangeWorld } from '../../support/exchange-world.js';
import type { TestConnection, TestServer } from '../../support/exchange-seed.js';

let world: ExchangeWorld;
let server: TestServer;

beforeAll(async () => {
  world = await ExchangeWorld.start('exchange moved');
  server = await world.seed.server();
});
afterAll(() => world.close());

function connect(more: Partial<Parameters<typeof world.seed.connect>[0]> = {}): Promise<TestConnection> {
  return world.seed.connect({ server, refresh: world.seed.token('ghr'), ...more });
}

interface Row {
  readonly kind: string;
  readonly outcome: string;
  readonly grant_id: string;
  readonly organization_id: string | null;
}

function eventsAbout(grantId: string): Promise<Row[]> {
  return world.sql<Row>(
    `SELECT kind, outcome, grant_id, organization_id FROM audit_events WHERE grant_id = $1 AND kind = 'crypto.seal_broken'`,
    [grantId],
  );
}

async function expectBroken(connection: TestConnection, body: Record<string, unknown> = {}): Promise<void> {
  const { length } = await eventsAbout(connection.grantId);
  const answer = await world.exchange(server.key, connection.subject, body);
  expect([answer.status, answer.body.error]).toEqual([500, 'server_error']);
  expect(Object.keys(answer.body).sort()).toEqual(['error', 'error_description', 'error_uri', 'request_id']);
  expect(answer.text).not.toMatch(/seal|cipher|key|decrypt|authentic/i);
  for (const secret of world.seed.secrets) expect(answer.text).not.toContain(secret);
  const events = await eventsAbout(connection.grantId);
  expect(events).toHaveLength(length + 1);
  expect(events[0]).toMatchObject({ outcome: 'failed', organization_id: server.organizationId });
}

const swap = (column: string) => `UPDATE grants SET ${column} = other.${column} FROM grants other
  WHERE (grants.id = $1 AND other.id = $2) OR (grants.id = $2 AND other.id = $1)`;

describe('P5 R45: a ciphertext that was moved opens nothing, and the auditors hear of it', () => {
  it('swapped between two people', async () => {
    const [one, two] = [await connect(), await connect()];
    await world.sql(swap('access_token_sealed'), [one.grantId, two.grantId]);
    await expectBroken(one);
    await expectBroken(two);
  });

  it('swapped between two grants of one person', async () => {
    const one = await connect();
    const two = await connect({ userId: one.userId, account: 'second' });
    await world.sql(swap('access_token_sealed'), [one.grantId, two.grantId]);
    await expectBroken(one);
    await expectBroken(two);
  });

  it('the refresh token put where the access token belongs', async () => {
    const connection = await connect();
    await world.sql('UPDATE grants SET access_token_sealed = refresh_token_sealed WHERE id = $1', [connection.grantId]);
    await expectBroken(connection);
  });

  it('an old generation put back, and the number of the generation changed', async () => {
    const connection = await connect();
    await world.sql('UPDATE grants SET generation = 2 WHERE id = $1', [connection.grantId]);
    await expectBroken(connection);
  });

  it('the whole connection given to another person', async () => {
    const [victim, thief] = [await connect(), await connect()];
    await world.sql('UPDATE connections SET user_id = $1 WHERE id = $2', [thief.userId, victim.connectionRow]);
    await world.sql('UPDATE consents SET grant_id = $1 WHERE id = $2', [victim.grantId, thief.consentId]);
    await expectBroken({ ...thief, grantId: victim.grantId });
  });

  it('moved to another provider', async () => {
    const connection = await connect();
    await world.sql(`UPDATE connections SET provider = 'notion', registration_id = $2 WHERE id = $1`, [
      connection.connectionRow,
      world.parts.registrations.notion,
    ]);
    await world.sql(
      `UPDATE subject_registrations SET provider = 'notion', registration_id = $2 WHERE subject_id = $1`,
      [connection.subjectId, world.parts.registrations.notion],
    );
    await world.sql(`UPDATE consents SET provider = 'notion', scopes = '{read}' WHERE id = $1`, [connection.consentId]);
    await world.sql(`UPDATE grants SET scopes = '{read}' WHERE id = $1`, [connection.grantId]);
    await expectBroken(connection, { provider: 'notion' });
  });

  it.each([
    [
      'one bit turned over',
      `set_byte(access_token_sealed, octet_length(access_token_sealed) - 1,
        get_byte(access_token_sealed, octet_length(access_token_sealed) - 1) # 1)`,
    ],
    ['R48 cut short', 'substr(access_token_sealed, 1, octet_length(access_token_sealed) - 4)'],
    ['R49 the token itself instead of a ciphertext', `convert_to('gho_in_clear', 'UTF8')`],
    ['R49 nothing', `''::bytea`],
  ])('%s', async (_what, value) => {
    const connection = await connect();
    await world.sql(`UPDATE grants SET access_token_sealed = ${value} WHERE id = $1`, [connection.grantId]);
    await expectBroken(connection);
  });

  it("another person's shred secret", async () => {
    const [one, two] = [await connect(), await connect()];
    await world.sql(
      'UPDATE shred_secrets SET wrapped = (SELECT wrapped FROM shred_secrets WHERE user_id = $2) WHERE user_id = $1',
      [one.userId, two.userId],
    );
    await expectBroken(one);
    await expectBroken(one, { purpose: 'a note that cannot be sealed either' });
  });

  it('R51 no shred secret any more: nothing opens, and what servers say of that person is not kept', async () => {
    const connection = await connect();
    await world.sql('DELETE FROM shred_secrets WHERE user_id = $1', [connection.userId]);
    const answer = await world.exchange(server.key, connection.subject, { purpose: 'to write about them' });
    expect([answer.status, answer.body.error]).toEqual([503, 'temporarily_unavailable']);
    expect(answer.text).not.toContain(connection.access);
  });

  it('one tampered row harms nobody else who is decided in the same batch', async () => {
    const [broken, ...fine] = await Promise.all(Array.from({ length: 12 }, () => connect()));
    await world.sql(`UPDATE shred_secrets SET wrapped = substr(wrapped, 1, 40) WHERE user_id = $1`, [broken!.userId]);
    const holder = new pg.Client({ connectionString: world.database.superuserUrl });
    await holder.connect();
    // While nobody passes the gate, all but the first two wait for the same flush.
    await holder.query('BEGIN; SELECT pg_advisory_xact_lock(7401001)');
    const asked = [...fine, broken!].map(({ subject }) => world.exchange(server.key, subject, { purpose: 'a note' }));
    await sleep(300);
    await holder.end();
    const answers = await Promise.all(asked);
    expect(answers.map((answer) => answer.status)).toEqual([...fine.map(() => 200), 500]);
  });
});
