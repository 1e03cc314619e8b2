import { publicId } from '#libs/kernel';
import { ExchangeWorld } from '../../support/exchange-world.js';
import type { TestConnection, TestServer } from '../../support/exchange-seed.js';

let world: ExchangeWorld;
let server: TestServer;
let other: TestServer;
let auditor: string;
let one: TestConnection;
let two: TestConnection;
let handOut: string;

type Event = Readonly<Record<string, any>>;

beforeAll(async () => {
  world = await ExchangeWorld.start('exchange audit queries');
  server = await world.seed.server();
  other = await world.seed.server(undefined, server.organizationId);
  auditor = await world.seed.auditorKey(server.organizationId);
  one = await world.seed.connect({ server });
  two = await world.seed.connect({ server: other, provider: 'notion', consentScopes: ['read'] });
  handOut = (await world.exchange(server.key, one.subject, { purpose: 'to sum up', call_id: 'c1', tool: 'summary' }))
    .body.exchange_id;
  await world.exchange(server.key, one.subject, { scopes: ['gist'] });
  await world.exchange(server.key, one.subject, { scopes: ['delete_repo'] });
  await world.exchange(other.key, two.subject, { provider: 'notion' });
  await world.exchange(other.key, 'nobody');
});
afterAll(() => world.close());

async function query(filter: string, key = auditor): Promise<Event[]> {
  const answer = await world.get(`/audit/events?limit=200&${filter}`, key);
  expect([filter, answer.status]).toEqual([filter, 200]);
  return answer.body.events;
}

describe('GET /audit/events', () => {
  it('says of a hand-out who, whose, what, why and which token, and never the token', async () => {
    const answer = await world.get(`/audit/events/${handOut}`, auditor);
    expect(answer.body).toMatchObject({
      id: handOut,
      kind: 'token.exchange',
      outcome: 'allowed',
      actor: 'server',
      organization: publicId('organization', server.organizationId),
      server: publicId('server', server.id),
      user: publicId('user', one.userId),
      provider: 'github',
      grant: publicId('grant', one.grantId),
      consent: one.connectionId,
      generation: 1,
      scopes_granted: ['read:user'],
      purpose: 'to sum up',
      call_id: 'c1',
      tool: 'summary',
      token_fingerprint: expect.stringMatching(/^[0-9a-f]{64}$/),
      ciphertext_sha256: expect.stringMatching(/^[0-9a-f]{64}$/),
    });
    expect(answer.text).not.toContain(one.access);
  });

  it('R51 the note of a person who was erased is said to be gone', async () => {
    const erased = await world.seed.connect({ server });
    const { body } = await world.exchange(server.key, erased.subject, { purpose: 'about to be forgotten' });
    await world.sql('DELETE FROM shred_secrets WHERE user_id = $1', [erased.userId]);
    const event = (await world.get(`/audit/events/${body.exchange_id}`, auditor)).body;
    expect(event.personal_note).toBe('erased');
    expect(event).not.toHaveProperty('purpose');
  });

  it('R45 a note that somebody changed is said to be unreadable, is reported once, and spoils nobody else', async () => {
    const { body } = await world.exchange(server.key, one.subject, { purpose: 'soon changed by somebody' });
    await world.sql(
      `UPDATE audit_events SET personal_sealed = substr(personal_sealed, 1, 30) WHERE 'exc_' || replace(id::text, '-', '') = $1`,
      [body.exchange_id],
    );
    for (let read = 0; read < 3; read++) {
      const events = await query(`provider=github`);
      expect(events.find((event) => event['id'] === body.exchange_id)).toMatchObject({ personal_note: 'unreadable' });
      expect(events.find((event) => event['id'] === handOut)).toMatchObject({ purpose: 'to sum up' });
    }
    const reports = await query('kind=crypto.seal_broken');
    expect(reports).toHaveLength(1);
    expect(reports[0]).toMatchObject({
      outcome: 'failed',
      organization: publicId('organization', server.organizationId),
      server: publicId('server', server.id),
      details: { event: body.exchange_id },
    });
  });

  it('every filter narrows to what it names, and to all of it', async () => {
    const all = await query('');
    const [sample] = await query(`exchange_id=${handOut}`);
    const filters: [string, (event: Event) => boolean][] = [
      [`server=${publicId('server', server.id)}`, (event) => event['server'] === publicId('server', server.id)],
      [`user=${publicId('user', one.userId)}`, (event) => event['user'] === publicId('user', one.userId)],
      [`provider=notion`, (event) => event['provider'] === 'notion'],
      [`connection=${sample!['connection']}`, (event) => event['connection'] === sample!['connection']],
      [`consent=${one.connectionId}`, (event) => event['consent'] === one.connectionId],
      ['outcome=denied', (event) => event['outcome'] === 'denied'],
      ['denied_by=server_cap', (event) => event['denied_by'] === 'server_cap'],
      ['denied_by=operator_cap', (event) => event['denied_by'] === 'operator_cap'],
      ['kind=token.exchange', (event) => event['kind'] === 'token.exchange'],
      [`exchange_id=${handOut}`, (event) => event['id'] === handOut],
      [
        `token_fingerprint=${sample!['token_fingerprint']}`,
        (event) => event['token_fingerprint'] === sample!['token_fingerprint'],
      ],
      [
        `server=${publicId('server', server.id)}&user_id=${one.subject}`,
        (event) => event['server'] === publicId('server', server.id) && event['user'] === publicId('user', one.userId),
      ],
      [`from=${sample!['at']}`, (event) => event['at'] >= sample!['at']],
      [`to=${sample!['at']}`, (event) => event['at'] < sample!['at']],
      ['outcome=denied&provider=github', (event) => event['outcome'] === 'denied' && event['provider'] === 'github'],
    ];
    for (const [filter, fits] of filters) {
      const ids = (await query(filter))
        .filter((event) => event['kind'] !== 'audit.queried')
        .map((event) => event['id']);
      const expected = all
        .filter((event) => event['kind'] !== 'audit.queried' && fits(event))
        .map((event) => event['id']);
      expect([filter, ids]).toEqual([filter, expected]);
      expect([filter, expected.length > 0 && expected.length < all.length]).toEqual([filter, true]);
    }
  });

  it('user_id needs the server whose name it is', async () => {
    const answer = await world.get(`/audit/events?user_id=${one.subject}`, auditor);
    expect([answer.status, answer.body.error]).toEqual([400, 'invalid_request']);
    expect(answer.body.error_description).toMatch(/^user_id: must come with server/);
  });

  it("R58 R62 auditors' questions are rows themselves, without what they looked for", async () => {
    const asked = await world.get(`/audit/events?user=${publicId('user', one.userId)}`, auditor);
    await world.get(`/audit/events/${handOut}`, auditor);
    await world.get(`/audit/events/${publicId('exchange', one.userId)}`, auditor);
    const rows = await world.sql<{ kind: string; details: object; key: string }>(
      `SELECT kind, details, key_id AS key FROM audit_events WHERE actor = 'auditor' ORDER BY id DESC LIMIT 3`,
    );
    expect(rows).toEqual([
      { kind: 'audit.read', details: { found: false }, key: expect.any(String) },
      { kind: 'audit.read', details: { found: true }, key: expect.any(String) },
      {
        kind: 'audit.queried',
        details: { filters: ['user'], rows: asked.body.events.length },
        key: expect.any(String),
      },
    ]);
    await world.sql('REVOKE INSERT ON audit_events FROM te_app');
    const unrecorded = await world.get(`/audit/events/${handOut}`, auditor);
    await world.sql('GRANT INSERT ON audit_events TO te_app');
    expect([unrecorded.status, unrecorded.body.events]).toEqual([503, undefined]);
  });

  it('a walk by cursor meets every row that was there at its start exactly once, while more are written', async () => {
    const before = (
      await world.sql<{ id: string }>(`SELECT id FROM audit_events WHERE organization_id = $1`, [server.organizationId])
    ).map((row) => row.id);
    const met: string[] = [];
    let cursor: string | undefined;
    do {
      const page: { events: Event[]; next_cursor?: string } = (
        await world.get(`/audit/events?limit=4${cursor === undefined ? '' : `&cursor=${cursor}`}`, auditor)
      ).body;
      met.push(...page.events.map((event) => String(event['id']).slice(4)));
      await world.exchange(server.key, one.subject);
      cursor = page.next_cursor;
    } while (cursor !== undefined);
    expect(new Set(met).size).toBe(met.length);
    const expected = before.map((id) => id.replaceAll('-', ''));
    expect(expected.filter((id) => !met.includes(id))).toEqual([]);
  });

  it('R58 failures to name a caller are counted in one row, and many of them make no more rows', async () => {
    const count = async () =>
      (
        await world.sql<{ n: number; calls: number }>(
          `SELECT count(*)::int AS n, coalesce(sum((details->>'count')::int), 0)::int AS calls
           FROM audit_events WHERE kind = 'caller.refused'`,
        )
      )[0]!;
    const [key, before] = [await world.seed.serverKey(server), await count()];
    const wrong = `${key.slice(0, 8)}${key[8] === 'A' ? 'B' : 'A'}${key.slice(9)}`;
    await Promise.all(Array.from({ length: 50 }, () => world.exchange(wrong, one.subject)));
    await world.sql('UPDATE server_keys SET disabled_at = now() WHERE hint = $1', [key.split('_')[2]!.slice(-4)]);
    for (let i = 0; i < 10; i++) expect((await world.exchange(key, one.subject)).status).toBe(401);
    expect(await count()).toEqual(before);
    await world.stopApp();
    expect(await count()).toEqual({ n: before.n + 1, calls: before.calls + 60 });
    await world.startApp();
  });
});
