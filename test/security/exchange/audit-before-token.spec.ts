import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { Secret } from '#libs/kernel';
import { ExchangeProcess } from '../../support/exchange-process.js';
import { ExchangeWorld } from '../../support/exchange-world.js';
import type { TestConnection, TestServer } from '../../support/exchange-seed.js';

const kills = 16;
// The rest is for machines that have other work: a start takes a second of one core.
const leastKills = 8;
const mostMs = 25_000;
const clients = 12;

interface Received {
  readonly exchangeId: string;
  readonly token: string;
}

let world: ExchangeWorld;
let server: TestServer;
let connections: TestConnection[];

beforeAll(async () => {
  world = await ExchangeWorld.start('exchange kills', { app: false });
  server = await world.seed.server();
  connections = await Promise.all(Array.from({ length: clients }, () => world.seed.connect({ server })));
});
afterAll(() => world.close());

/** One client that asks again and again, and keeps what it got, until the app is gone. */
async function stream(url: string, { subject }: TestConnection, received: Received[]): Promise<void> {
  const headers = { authorization: `Bearer ${server.key}`, 'content-type': 'application/json' };
  const body = JSON.stringify({ user_id: subject, provider: 'github' });
  for (;;) {
    try {
      const response = await fetch(`${url}/token/exchange`, { method: 'POST', headers, body });
      const answer = (await response.json()) as { access_token?: string; exchange_id?: string };
      if (answer.access_token && answer.exchange_id)
        received.push({ token: answer.access_token, exchangeId: answer.exchange_id });
    } catch {
      return;
    }
  }
}

/** Starts the app, lets clients ask, and kills it in the middle of it. */
async function lifeAndDeath(received: Received[]): Promise<void> {
  const app = await ExchangeProcess.start(await world.environment(), world.log);
  const before = received.length;
  const streams = connections.map((connection) => stream(app.url, connection, received));
  // Right after the first answers, when key and connections are there, and at any moment from then on.
  while (received.length === before) await sleep(2);
  await sleep(Math.random() * 120);
  await app.kill();
  await Promise.all(streams);
}

async function committed(): Promise<Map<string, string>> {
  const rows = await world.sql<{ id: string; fingerprint: string }>(
    `SELECT id, encode(token_fingerprint, 'hex') AS fingerprint FROM audit_events
      WHERE kind = 'token.exchange' AND outcome = 'allowed'`,
  );
  return new Map(rows.map((row) => [`exc_${row.id.replaceAll('-', '')}`, row.fingerprint]));
}

describe('P1 R56: no token leaves without its audit row committed', () => {
  it(
    'whatever clients received is on record, though the process is killed at any moment',
    async () => {
      const received: Received[] = [];
      const until = performance.now() + mostMs;
      let killed = 0;
      const lane = async () => {
        while (killed < kills && performance.now() < until) {
          await lifeAndDeath(received);
          killed += 1;
        }
      };
      await Promise.all([lane(), lane(), lane()]);
      expect(killed).toBeGreaterThanOrEqual(leastKills);

      const rows = await committed();
      expect(received.length).toBeGreaterThan(killed);
      expect(rows.size).toBeGreaterThanOrEqual(received.length);
      const { fingerprinter } = world.parts;
      const unrecorded = received.filter(
        ({ exchangeId, token }) =>
          rows.get(exchangeId) !== fingerprinter.fingerprint(new Secret(token)).value.toString('hex'),
      );
      expect(unrecorded).toEqual([]);
      expect(new Set(received.map((one) => one.exchangeId)).size).toBe(received.length);
    },
    mostMs * 2,
  );

  it('F26 a stop signal lets what is under way finish: every call is answered, and on record', async () => {
    const app = await ExchangeProcess.start(await world.environment(), world.log);
    const headers = { authorization: `Bearer ${server.key}`, 'content-type': 'application/json' };
    const ask = async ({ subject }: TestConnection) => {
      const body = JSON.stringify({ user_id: subject, provider: 'github' });
      const response = await fetch(`${app.url}/token/exchange`, { method: 'POST', headers, body });
      return { status: response.status, id: ((await response.json()) as { exchange_id: string }).exchange_id };
    };
    await ask(connections[0]!);
    const holder = new pg.Client({ connectionString: world.database.superuserUrl });
    await holder.connect();
    await holder.query('BEGIN; SELECT pg_advisory_xact_lock(7401001)');
    const asked = connections.map(ask);
    await sleep(200);
    const stopped = app.stop();
    await sleep(200);
    await holder.end();
    const answers = await Promise.all(asked);
    const finished = performance.now();
    await stopped;
    expect(performance.now() - finished).toBeLessThan(3_000);
    const rows = await committed();
    expect(answers.map((answer) => [answer.status, rows.has(answer.id)])).toEqual(connections.map(() => [200, true]));
  });
});
