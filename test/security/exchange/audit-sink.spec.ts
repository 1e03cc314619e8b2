import pg from 'pg';
import { ExchangeWorld } from '../../support/exchange-world.js';
import type { TestConnection, TestServer } from '../../support/exchange-seed.js';
import type { Answer } from '../../support/exchange-caller.js';
import { PgProxy } from '../../support/pg-proxy.js';

// Nothing may leave later than this after it was asked for, whatever hangs. Milliseconds.
const deadlineMs = 3_500;

let proxy: PgProxy;
let world: ExchangeWorld;
let server: TestServer;
let connection: TestConnection;

beforeAll(async () => {
  world = await ExchangeWorld.start('exchange audit sink', {
    databaseUrl: async (url) => (proxy = await PgProxy.start(url)).urlFor(url),
  });
  server = await world.seed.server();
  connection = await world.seed.connect({ server });
  await ask();
});
afterAll(async () => {
  await world.close();
  await proxy.close();
});

function ask(): Promise<Answer> {
  return world.exchange(server.key, connection.subject);
}

async function timed(work: () => Promise<Answer>): Promise<{ answer: Answer; ms: number }> {
  const started = performance.now();
  const answer = await work();
  return { answer, ms: performance.now() - started };
}

function rowsOf(answer: Answer) {
  const id = answer.headers.get('x-request-id');
  return world.sql<{ id: string; outcome: string }>('SELECT id, outcome FROM audit_events WHERE request_id = $1', [id]);
}

function expectNothingReleased({ answer, ms }: { answer: Answer; ms: number }): void {
  expect([answer.status, answer.body.error]).toEqual([503, 'temporarily_unavailable']);
  expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0);
  expect(answer.text).not.toContain(connection.access);
  expect(ms).toBeLessThan(deadlineMs);
}

async function expectRecovered(): Promise<void> {
  const answer = await ask();
  expect(answer.status).toBe(200);
  expect(await rowsOf(answer)).toHaveLength(1);
}

describe('P1 R57: when the audit row cannot be written, no token leaves', () => {
  it('log not writable (INSERT withdrawn): 503, and everything works again once it is back', async () => {
    await world.sql('REVOKE INSERT ON audit_events FROM te_app');
    const failed = await timed(ask);
    await world.sql('GRANT INSERT ON audit_events TO te_app');
    expectNothingReleased(failed);
    expect(await rowsOf(failed.answer)).toEqual([]);
    await expectRecovered();
  });

  it('log hangs (its table is locked): 503 within the deadline for everyone who waits', async () => {
    const holder = new pg.Client({ connectionString: world.database.superuserUrl });
    await holder.connect();
    await holder.query('BEGIN');
    await holder.query('LOCK TABLE audit_events IN ACCESS EXCLUSIVE MODE');
    const failed = await Promise.all(Array.from({ length: 40 }, () => timed(ask)));
    await holder.query('ROLLBACK');
    await holder.end();
    failed.forEach(expectNothingReleased);
    await expectRecovered();
  });

  it('gate held by a revocation that hangs: 503 within the deadline', async () => {
    const holder = new pg.Client({ connectionString: world.database.superuserUrl });
    await holder.connect();
    await holder.query('BEGIN');
    await holder.query('SELECT pg_advisory_xact_lock(7401001)');
    const failed = await timed(ask);
    await holder.end();
    expectNothingReleased(failed);
    await expectRecovered();
  });

  it('every insert takes too long (R57 pg_sleep trigger): 503 within the deadline', async () => {
    await world.sql(`CREATE FUNCTION dawdle() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM pg_sleep(30); RETURN NEW; END $$;
      CREATE TRIGGER dawdle BEFORE INSERT ON audit_events FOR EACH ROW EXECUTE FUNCTION dawdle()`);
    const failed = await timed(ask);
    await world.sql('DROP TRIGGER dawdle ON audit_events; DROP FUNCTION dawdle()');
    expectNothingReleased(failed);
    await expectRecovered();
  });

  it('a refusal needs its row as well: 503 instead of an answer that is on no record', async () => {
    await world.sql('REVOKE INSERT ON audit_events FROM te_app');
    const answer = await world.exchange(server.key, connection.subject, { scopes: ['gist'] });
    await world.sql('GRANT INSERT ON audit_events TO te_app');
    expect(answer.status).toBe(503);
    expect(answer.body.denied_by).toBeUndefined();
  });
});

describe('P1 F15: a connection that breaks during COMMIT', () => {
  it.each(['before', 'after', 'delayed'] as const)(
    'cut %s the server saw it: one row, and an answer that it backs',
    async (how) => {
      const { cuts } = proxy;
      proxy.cutCommit(how);
      const { answer, ms } = await timed(ask);
      expect(proxy.cuts).toBe(cuts + 1);
      expect(ms).toBeLessThan(deadlineMs);
      expect(answer.status).toBe(200);
      expect(await rowsOf(answer)).toEqual([expect.objectContaining({ outcome: 'allowed' })]);
      await expectRecovered();
    },
  );

  it('what the first try put on record counts, although the second one would decide otherwise', async () => {
    const other = await world.seed.connect({ server });
    const end = `UPDATE consents SET ended_at = now(), end_reason = 'user_ended' WHERE id = $1`;
    proxy.atCut = () => world.sql(end, [other.consentId]);
    proxy.cutCommit('after');
    const answer = await world.exchange(server.key, other.subject);
    proxy.atCut = async () => undefined;
    expect(answer.status).toBe(200);
    expect(await rowsOf(answer)).toEqual([expect.objectContaining({ outcome: 'allowed' })]);
    expect((await world.exchange(server.key, other.subject)).body.error).toBe('interaction_required');
  });

  it('and when the first try left nothing, the second one decides', async () => {
    const other = await world.seed.connect({ server });
    const end = `UPDATE consents SET ended_at = now(), end_reason = 'user_ended' WHERE id = $1`;
    proxy.atCut = () => world.sql(end, [other.consentId]);
    proxy.cutCommit('before');
    const answer = await world.exchange(server.key, other.subject);
    proxy.atCut = async () => undefined;
    expect([answer.status, answer.body.error]).toEqual([400, 'interaction_required']);
    expect(await rowsOf(answer)).toContainEqual(expect.objectContaining({ outcome: 'denied' }));
  });

  it('all connections cut under load: every token that came out is on record, once', async () => {
    const asked = Array.from({ length: 60 }, () => ask());
    const cutting = setInterval(() => proxy.cutAll(), 5);
    const answers = await Promise.all(asked);
    clearInterval(cutting);
    const released = answers.filter((answer) => answer.status === 200);
    const refused = answers.filter((answer) => answer.status !== 200);
    for (const answer of released) expect(await rowsOf(answer)).toHaveLength(1);
    for (const answer of refused) expect(answer.body.error).toBe('temporarily_unavailable');
    await expectRecovered();
  });

  it('the network swallows everything: 503 within the deadline, and no restart is needed when it is back', async () => {
    proxy.swallow();
    const failed = await Promise.all(Array.from({ length: 20 }, () => timed(ask)));
    proxy.heal();
    failed.forEach(expectNothingReleased);
    await expectRecovered();
  });
});
