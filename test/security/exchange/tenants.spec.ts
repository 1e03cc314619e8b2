import { newId, publicId } from '#libs/kernel';
import type { Answer } from '../../support/exchange-caller.js';
import { ExchangeWorld } from '../../support/exchange-world.js';
import type { TestConnection, TestServer } from '../../support/exchange-seed.js';

let world: ExchangeWorld;
/** Who owns everything that is asked for. */
let owner: TestServer;
/** Who asks: a server of another organization, and one of the same. */
let stranger: TestServer;
let sibling: TestServer;
let connection: TestConnection;
let auditors: { readonly own: string; readonly other: string; readonly platform: string };
let theirs: { readonly exchange: string; readonly session: string; readonly event: string; readonly link: string };

beforeAll(async () => {
  world = await ExchangeWorld.start('exchange tenants');
  owner = await world.seed.server();
  stranger = await world.seed.server();
  sibling = await world.seed.server(undefined, owner.organizationId);
  connection = await world.seed.connect({ server: owner });
  auditors = {
    own: await world.seed.auditorKey(owner.organizationId),
    other: await world.seed.auditorKey(stranger.organizationId),
    platform: await world.seed.auditorKey(),
  };
  const exchange = (await world.exchange(owner.key, connection.subject)).body.exchange_id;
  const body = { user_id: connection.subject, provider: 'github' };
  const session = (await world.post('/connect/sessions', owner.key, body)).body;
  const [event] = await world.sql<{ id: string }>(
    `SELECT id FROM audit_events WHERE kind = 'connect.session_opened' AND server_id = $1`,
    [owner.id],
  );
  theirs = { exchange, session: session.id, event: publicId('event', event!.id), link: session.connect_url };
});
afterAll(() => world.close());

/** All that an answer says, without what differs from call to call by itself. */
function told({ status, body, headers }: Answer) {
  const { request_id, exchange_id, interaction_uri, expires_in, ...rest } = body;
  const names = [...headers.keys()].filter((name) => name !== 'retry-after').toSorted();
  return { status, names, rest, has: [request_id, exchange_id, interaction_uri, expires_in].map((one) => typeof one) };
}

async function expectLikeNothing(ask: (id: string) => Promise<Answer>, id: string, random: string): Promise<void> {
  const [real, none] = [await ask(id), await ask(random)];
  expect(told(real)).toEqual(told(none));
  expect(real.status).not.toBe(500);
  for (const secret of [connection.access, theirs.link]) expect(real.text).not.toContain(secret);
}

const random = (kind: Parameters<typeof publicId>[0]) => publicId(kind, newId());

describe.each([
  ['another organization', () => stranger],
  ['another server of the same organization', () => sibling],
])("R26: to %s, an id that is somebody else's looks like no id", (_who, caller) => {
  const post = (path: string, body: unknown) => world.post(path, caller().key, body);

  it.each<[string, (id: string) => Promise<Answer>, () => string, () => string]>([
    [
      'exchange: user_id',
      (id) => world.exchange(caller().key, id),
      () => connection.subject,
      () => 'user-000000000000',
    ],
    [
      'exchange: connection_id',
      (id) => world.exchange(caller().key, 'someone', { connection_id: id }),
      () => connection.connectionId,
      () => random('consent'),
    ],
    [
      'exchange: rejected_exchange_id',
      (id) => world.exchange(caller().key, 'someone', { rejected_exchange_id: id }),
      () => theirs.exchange,
      () => random('exchange'),
    ],
    [
      'revoke: user_id',
      (id) => post('/token/revoke', { user_id: id, provider: 'github' }),
      () => connection.subject,
      () => 'user-000000000000',
    ],
    [
      'revoke: connection_id',
      (id) => post('/token/revoke', { user_id: connection.subject, provider: 'github', connection_id: id }),
      () => connection.connectionId,
      () => random('consent'),
    ],
    [
      'revoke: token',
      (token) => post('/token/revoke', { token }),
      () => connection.access,
      () => `gho_${'0'.repeat(50)}`,
    ],
    [
      'connections: user_id',
      (id) => post('/connections/query', { user_id: id }),
      () => connection.subject,
      () => 'user-000000000000',
    ],
    [
      'connections by path: user_id',
      (id) => world.get(`/user/${id}/connections`, caller().key),
      () => connection.subject,
      () => 'user-000000000000',
    ],
    [
      'connect session: connection_id to renew',
      (id) => post('/connect/sessions', { user_id: connection.subject, provider: 'github', connection_id: id }),
      () => connection.connectionId,
      () => random('consent'),
    ],
    [
      'connect session: read',
      (id) => world.get(`/connect/sessions/${id}`, caller().key),
      () => theirs.session,
      () => random('connectSession'),
    ],
    [
      'R32 connect session: complete',
      (id) => post(`/connect/sessions/${id}/complete`, { user_id: connection.subject, completion_code: 'x' }),
      () => theirs.session,
      () => random('connectSession'),
    ],
  ])('%s', async (_what, ask, real, none) => {
    await expectLikeNothing(ask, real(), none());
  });

  it('and after all of it the owner has lost nothing', async () => {
    const answer = await world.exchange(owner.key, connection.subject);
    expect([answer.status, answer.body.access_token]).toEqual([200, connection.access]);
    expect((await world.get(`/connect/sessions/${theirs.session}`, owner.key)).body.status).toBe('open');
  });
});

describe('R26 R62: an auditor is bound to its organization', () => {
  it.each([
    ['exchange', () => theirs.exchange, () => random('exchange')],
    ['event', () => theirs.event, () => random('event')],
  ])("another organization's %s looks like none", async (_what, real, none) => {
    await expectLikeNothing((id) => world.get(`/audit/events/${id}`, auditors.other), real(), none());
    expect((await world.get(`/audit/events/${real()}`, auditors.own)).status).toBe(200);
    expect((await world.get(`/audit/events/${real()}`, auditors.platform)).status).toBe(200);
  });

  it('no filter reaches beyond it', async () => {
    const [row] = await world.sql<{ fingerprint: string; connection: string; user: string }>(
      `SELECT encode(token_fingerprint, 'hex') AS fingerprint, connection_id AS connection, user_id AS user
         FROM audit_events WHERE kind = 'token.exchange' AND outcome = 'allowed' LIMIT 1`,
    );
    const filters = [
      `server=${publicId('server', owner.id)}`,
      `server=${publicId('server', owner.id)}&user_id=${connection.subject}`,
      `user=${publicId('user', row!.user)}`,
      `connection=${publicId('connection', row!.connection)}`,
      `consent=${connection.connectionId}`,
      `exchange_id=${theirs.exchange}`,
      `token_fingerprint=${row!.fingerprint}`,
    ];
    for (const filter of filters) {
      const own = await world.get(`/audit/events?${filter}`, auditors.own);
      expect([filter, own.body.events.length > 0]).toEqual([filter, true]);
      // What the stranger's own servers tried, naming foreign ids, is the stranger's own.
      const seen = await world.get(`/audit/events?${filter}`, auditors.other);
      for (const event of seen.body.events) expect(event.server).toBe(publicId('server', stranger.id));
    }
    const all = await world.get('/audit/events?limit=200', auditors.other);
    const organizations = new Set(all.body.events.map((event: { organization?: string }) => event.organization));
    expect([...organizations]).toEqual([publicId('organization', stranger.organizationId)]);
  });

  it("R32 another organization's cursor is only a place in time", async () => {
    const first = await world.get('/audit/events?limit=1', auditors.own);
    const page = await world.get(`/audit/events?cursor=${first.body.next_cursor}&limit=200`, auditors.other);
    for (const event of page.body.events)
      expect(event.organization).toBe(publicId('organization', stranger.organizationId));
  });

  it("R17 keys open only their own doors: a server's none of the auditor's, an auditor's none of the server's", async () => {
    for (const path of ['/audit/events', `/audit/events/${theirs.exchange}`])
      expect((await world.get(path, owner.key)).status).toBe(401);
    expect((await world.get('/providers', auditors.platform)).status).toBe(401);
    expect((await world.exchange(auditors.own, connection.subject)).status).toBe(401);
    expect((await world.post('/token/revoke', auditors.own, { token: connection.access })).status).toBe(401);
    expect((await world.post('/connections/query', auditors.own, { user_id: connection.subject })).status).toBe(401);
  });

  it('a registration of a customer serves that customer alone (R2)', async () => {
    const own = world.parts.registrations.github;
    await world.sql('UPDATE registrations SET organization_id = $1 WHERE id = $2', [stranger.organizationId, own]);
    const answer = await world.exchange(owner.key, connection.subject);
    await world.sql('UPDATE registrations SET organization_id = $1 WHERE id = $2', [world.parts.platformId, own]);
    expect([answer.status, answer.body.error]).toEqual([400, 'invalid_target']);
  });
});
