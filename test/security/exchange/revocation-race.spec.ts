import { setTimeout as sleep } from 'node:timers/promises';
import { providerFactsOf } from '#libs/connecting';
import { newId, systemClock } from '#libs/kernel';
import { isDataError, type Database, type Sql } from '#libs/persistence';
import { builtInDefinitions, ProviderCatalogue } from '#libs/providers';
import { sha256 } from '#libs/crypto';
import { DecideAndRecord } from '../../../apps/exchange/src/exchange-token/decide-and-record.js';
import type { ExchangeQuestion, Verdict } from '../../../apps/exchange/src/exchange-token/exchange-question.js';
import { MicroBatcher } from '../../../apps/exchange/src/exchange-token/micro-batcher.js';
import { ExchangeWorld } from '../../support/exchange-world.js';
import type { TestConnection, TestServer } from '../../support/exchange-seed.js';

const revocations = 40;
const atATime = 8;
const streamsEach = 3;
// Between two revocations.
const apartMs = 30;

let world: ExchangeWorld;
let server: TestServer;

beforeAll(async () => {
  world = await ExchangeWorld.start('exchange revocation race', { sandbox: true });
  server = await world.seed.server();
  await world.sql(judge);
});
afterAll(() => world.close());

/**
 * The judge. Its trigger runs inside each revoking transaction as the last thing before the commit, and writes down
 * which hand-outs under that consent are committed by then. A hand-out that is not on that list committed later than
 * that: after the revocation, or in the instant before its commit in which a closed gate lets nobody pass either.
 */
const judge = `
  CREATE TABLE committed_before (consent_id uuid PRIMARY KEY, exchanges uuid[] NOT NULL);
  CREATE FUNCTION write_down() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$
    BEGIN
      INSERT INTO committed_before SELECT NEW.id, coalesce(array_agg(id), '{}') FROM audit_events
        WHERE consent_id = NEW.id AND kind = 'token.exchange' AND outcome = 'allowed';
      RETURN NULL;
    END $$;
  CREATE CONSTRAINT TRIGGER write_down AFTER UPDATE ON consents DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW WHEN (NEW.ended_at IS NOT NULL AND OLD.ended_at IS NULL) EXECUTE FUNCTION write_down()`;

interface Judged {
  readonly ended: number;
  readonly handedOut: number;
  readonly late: number;
}

async function judgement(connections: readonly TestConnection[]): Promise<Judged> {
  const [row] = await world.sql<Judged>(
    `SELECT count(DISTINCT c.consent_id)::int AS ended, count(e.id)::int AS "handedOut",
            (count(e.id) FILTER (WHERE e.id <> ALL (c.exchanges)))::int AS late
       FROM committed_before c LEFT JOIN audit_events e
         ON e.consent_id = c.consent_id AND e.kind = 'token.exchange' AND e.outcome = 'allowed'
      WHERE c.consent_id = ANY($1)`,
    [connections.map((connection) => connection.consentId)],
  );
  return row!;
}

/** Streams of exchanges for some connections at a time, and in their midst a revocation of each. */
async function race(
  connections: readonly TestConnection[],
  exchange: (connection: TestConnection) => Promise<boolean>,
  revoke: (connection: TestConnection) => Promise<unknown>,
): Promise<void> {
  for (let from = 0; from < connections.length; from += atATime) {
    const some = connections.slice(from, from + atATime);
    const streams = some.flatMap((connection) =>
      Array.from({ length: streamsEach }, async () => {
        while (await exchange(connection));
      }),
    );
    await Promise.all(some.map((connection, at) => sleep(at * apartMs).then(() => revoke(connection))));
    await Promise.all(streams);
  }
}

function connectAll(): Promise<TestConnection[]> {
  return Promise.all(Array.from({ length: revocations }, () => world.seed.connect({ server })));
}

describe('P4 R16: no hand-out commits after the revocation of its consent', () => {
  it('40 revocations over HTTP in a running stream of exchanges: none is late, and each counts from its answer on', async () => {
    const connections = await connectAll();
    const revoked = new Set<string>();
    const afterTheAnswer: string[] = [];
    await race(
      connections,
      async ({ subject }) => {
        const known = revoked.has(subject);
        const { status } = await world.exchange(server.key, subject);
        if (known && status === 200) afterTheAnswer.push(subject);
        return status === 200;
      },
      async ({ subject }) => {
        const answer = await world.post('/token/revoke', server.key, { user_id: subject, provider: 'github' });
        expect(answer.status).toBe(200);
        revoked.add(subject);
      },
    );
    const { ended, handedOut, late } = await judgement(connections);
    expect(ended).toBe(revocations);
    expect(handedOut).toBeGreaterThan(revocations);
    expect(late).toBe(0);
    expect(afterTheAnswer).toEqual([]);
  });

  it('the judge can tell: without the gate the same flush hands out late', async () => {
    const connections = await connectAll();
    const ungated = flushOf(withoutGate(world.context.database));
    await race(connections, ungated, ({ consentId }) =>
      world.context.database.query(`UPDATE consents SET ended_at = now(), end_reason = 'user_ended' WHERE id = $1`, [
        consentId,
      ]),
    );
    const { ended, late } = await judgement(connections);
    expect(ended).toBe(revocations);
    expect(late).toBeGreaterThan(0);
  });

  it('and the same flush with its gate, against the same statement behind the closed gate, does not', async () => {
    const connections = await connectAll();
    const { database } = world.context;
    await race(connections, flushOf(database), ({ consentId }) =>
      database.transaction(async (tx) => {
        await tx.query('SELECT pg_advisory_xact_lock(7401001)');
        await tx.query(`UPDATE consents SET ended_at = now(), end_reason = 'user_ended' WHERE id = $1`, [consentId]);
      }),
    );
    expect(await judgement(connections)).toMatchObject({ ended: revocations, late: 0 });
  });
});

/** The app's own flush on a database of our choice. */
function flushOf(database: Database): (connection: TestConnection) => Promise<boolean> {
  const facts = providerFactsOf(new ProviderCatalogue(builtInDefinitions));
  const recorder = new DecideAndRecord(database, world.parts.vault, facts, systemClock);
  const batching = { maxBatch: 256, maxFlushes: 2, maxWaiting: 20_000, mayBeOneBadQuestion: isDataError };
  const batcher = new MicroBatcher<ExchangeQuestion, Verdict>((questions) => recorder.flush(questions), batching);
  return async ({ subject }) => {
    const verdict = await batcher.ask(questionOf(subject));
    return verdict.kind === 'decided' && verdict.decision.kind === 'hand_out';
  };
}

function questionOf(subject: string): ExchangeQuestion {
  return {
    exchangeId: newId(),
    requestId: newId(),
    secretHash: sha256(server.key),
    subject,
    provider: 'github',
    scopes: undefined,
    connectionId: undefined,
    minValiditySeconds: undefined,
    rejected: undefined,
    tool: undefined,
    note: {},
    refreshUnavailable: false,
  };
}

/** A database on which passing the gate does nothing. */
function withoutGate(database: Database): Database {
  const open = (tx: Sql): Sql => ({
    query: (text, values) =>
      text.includes('pg_advisory_xact_lock_shared') ? Promise.resolve([]) : tx.query(text, values),
  });
  const ungated: Pick<Database, 'query' | 'transaction'> = {
    query: (text, values) => database.query(text, values),
    transaction: (work) => database.transaction((tx) => work(open(tx))),
  };
  return ungated as Database;
}
