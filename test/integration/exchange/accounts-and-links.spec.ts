import { setTimeout as sleep } from 'node:timers/promises';
import { ExchangeWorld } from '../../support/exchange-world.js';
import type { TestServer } from '../../support/exchange-seed.js';

let world: ExchangeWorld;
let server: TestServer;

beforeAll(async () => {
  world = await ExchangeWorld.start('exchange accounts');
  server = await world.seed.server();
});
afterAll(() => world.close());

async function twoAccounts() {
  const first = await world.seed.connect({ server, account: 'work' });
  const second = await world.seed.connect({
    server,
    userId: first.userId,
    subject: first.subject,
    account: 'home',
  });
  return { first, second, subject: first.subject };
}

describe('P2: which of several accounts', () => {
  it("takes the person's default", async () => {
    const { first, subject } = await twoAccounts();
    const answer = await world.exchange(server.key, subject);
    expect(answer.body).toMatchObject({ access_token: first.access, connection_id: first.connectionId });
  });

  it('takes the one that is named, default or not', async () => {
    const { second, subject } = await twoAccounts();
    const answer = await world.exchange(server.key, subject, { connection_id: second.connectionId });
    expect(answer.body).toMatchObject({ access_token: second.access, connection_id: second.connectionId });
  });

  it('without a default asks to choose, with ids and names of the accounts and no token', async () => {
    const { first, second, subject } = await twoAccounts();
    await world.sql('UPDATE consents SET is_default = false WHERE subject_id = $1', [first.subjectId]);
    const answer = await world.exchange(server.key, subject);
    expect([answer.status, answer.body.error]).toEqual([400, 'account_selection_required']);
    expect(answer.body.choices).toHaveLength(2);
    expect(answer.body.choices).toEqual(
      expect.arrayContaining([
        { connection_id: first.connectionId, account: 'work' },
        { connection_id: second.connectionId, account: 'home' },
      ]),
    );
    expect(answer.text).not.toContain(first.access);
  });

  it('a default that is broken is not quietly replaced by the other account', async () => {
    const { first, subject } = await twoAccounts();
    await world.sql(`UPDATE grants SET status = 'needs_reauth' WHERE id = $1`, [first.grantId]);
    expect((await world.exchange(server.key, subject)).body.error).toBe('interaction_required');
  });

  it('lists what it would choose from, and nothing to strangers', async () => {
    const { first, second, subject } = await twoAccounts();
    const listed = await world.post('/connections/query', server.key, { user_id: subject });
    expect(listed.body.connections).toEqual([
      expect.objectContaining({
        connection_id: first.connectionId,
        is_default: true,
        status: 'active',
        scope: 'read:user',
      }),
      expect.objectContaining({ connection_id: second.connectionId, is_default: false }),
    ]);
    const byPath = await world.get(`/user/${encodeURIComponent(subject)}/connections`, server.key);
    expect(byPath.body).toEqual(listed.body);
    const other = await world.seed.server();
    expect((await world.post('/connections/query', other.key, { user_id: subject })).body).toEqual({ connections: [] });
  });

  it('R58 records whose connections were listed, as far as that is known', async () => {
    const { subject, subjectId, userId } = await world.seed.connect({ server });
    for (const name of [subject, 'never-seen'])
      expect((await world.post('/connections/query', server.key, { user_id: name })).status).toBe(200);
    const rows = await world.sql(
      `SELECT subject_id, user_id, details FROM audit_events WHERE kind = 'connection.listed' ORDER BY id DESC LIMIT 2`,
    );
    expect(rows).toEqual([
      { subject_id: null, user_id: null, details: { count: 0 } },
      { subject_id: subjectId, user_id: userId, details: { count: 1 } },
    ]);
  });

  it.each(['a b', 'a/b', 'a%2fb', '..', '?x=1', '#', '"<>&', 'x'.repeat(255), '%'.repeat(255)])(
    'finds a user_id that needs encoding in a path: %s',
    async (subject) => {
      const { connectionId } = await world.seed.connect({ server, subject });
      const byPath = await world.get(
        `/user/${encodeURIComponent(subject).replaceAll('.', '%2e')}/connections`,
        server.key,
      );
      const byPost = await world.post('/connections/query', server.key, { user_id: subject });
      expect(byPost.body.connections).toEqual([expect.objectContaining({ connection_id: connectionId })]);
      if (subject !== '..') expect(byPath.body).toEqual(byPost.body);
    },
  );
});

describe('the link of interaction_required', () => {
  it('is the same on repeated calls for the same need, and another for another need', async () => {
    const ask = (scopes: string[]) => world.exchange(server.key, 'asks-twice', { scopes });
    const [first, again, other] = [await ask(['repo']), await ask(['repo']), await ask(['read:user'])];
    expect(first.body).toMatchObject({ error: 'interaction_required', missing_scopes: ['repo'], interval: 5 });
    expect(again.body.interaction_uri).toBe(first.body.interaction_uri);
    expect(other.body.interaction_uri).not.toBe(first.body.interaction_uri);
    expect(again.body.exchange_id).not.toBe(first.body.exchange_id);
    expect(first.body.expires_in).toBeGreaterThan(500);
    expect(first.body.expires_in).toBeLessThanOrEqual(600);
  });

  it('is one for twenty calls at the same moment', async () => {
    const answers = await Promise.all(Array.from({ length: 20 }, () => world.exchange(server.key, 'asks-at-once')));
    expect(new Set(answers.map((answer) => answer.body.interaction_uri)).size).toBe(1);
  });

  it('is renewed when the old one is about to end, and when it was used', async () => {
    const first = await world.exchange(server.key, 'asks-late');
    await world.sql(`UPDATE connect_sessions SET expires_at = now() + interval '90 seconds'`);
    const second = await world.exchange(server.key, 'asks-late');
    expect(second.body.interaction_uri).not.toBe(first.body.interaction_uri);
    await world.sql(`UPDATE connect_sessions SET status = 'denied'`);
    const third = await world.exchange(server.key, 'asks-late');
    expect(third.body.interaction_uri).not.toBe(second.body.interaction_uri);
  });

  it('R5 says nothing about anybody, and is recorded with key and request of the call', async () => {
    const answer = await world.exchange(server.key, 'some-person');
    const link = new URL(answer.body.interaction_uri);
    expect(link.search + link.hash).toBe('');
    expect(link.pathname).toMatch(/^\/connect\/[A-Za-z0-9_-]{22,}$/);
    const events = await world.sql(
      `SELECT kind, key_id IS NOT NULL AS key FROM audit_events WHERE request_id = $1 ORDER BY kind`,
      [answer.headers.get('x-request-id')],
    );
    expect(events).toEqual([
      { kind: 'connect.session_opened', key: true },
      { kind: 'token.exchange', key: true },
    ]);
  });

  it('R26 the same answer for a user that is unknown and one that has nothing connected', async () => {
    const connected = await world.seed.connect({ server });
    await world.sql(`UPDATE consents SET ended_at = now(), end_reason = 'user_ended' WHERE id = $1`, [
      connected.consentId,
    ]);
    const shape = ({ status, body }: Awaited<ReturnType<typeof world.exchange>>) => {
      const { exchange_id, request_id, interaction_uri, expires_in, ...rest } = body;
      const seen = [exchange_id, request_id, interaction_uri].map((value) => String(value).length);
      return { status, seen, soon: expires_in > 590, rest };
    };
    const unconnected = shape(await world.exchange(server.key, connected.subject));
    await sleep(1);
    expect(shape(await world.exchange(server.key, 'never-heard-of'))).toEqual(unconnected);
  });
});
