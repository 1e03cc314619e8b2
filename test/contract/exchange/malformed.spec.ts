import fc from 'fast-check';
import { ExchangeWorld } from '../../support/exchange-world.js';
import { expectNothingStored, expectShape, rowCounts } from '../../support/error-shape.js';
import type { TestConnection, TestServer } from '../../support/exchange-seed.js';

let world: ExchangeWorld;
let server: TestServer;
let auditor: string;
let connection: TestConnection;

beforeAll(async () => {
  world = await ExchangeWorld.start('exchange contract');
  server = await world.seed.server();
  auditor = await world.seed.auditorKey();
  connection = await world.seed.connect({ server });
  await world.exchange(server.key, connection.subject);
});
afterAll(() => world.close());

const good = { user_id: 'someone', provider: 'github' };
const nul = `a${String.fromCharCode(0)}b`;

describe('a body that breaks its schema: 400 that names the field, and nothing stored', () => {
  it.each<[string, string, unknown, string]>([
    ['exchange', '/token/exchange', {}, 'user_id'],
    ['exchange', '/token/exchange', { user_id: 'a' }, 'provider'],
    ['exchange', '/token/exchange', { ...good, user_id: 7 }, 'user_id'],
    ['exchange', '/token/exchange', { ...good, user_id: '' }, 'user_id'],
    ['exchange', '/token/exchange', { ...good, user_id: nul }, 'user_id'],
    ['exchange', '/token/exchange', { ...good, user_id: 'ünïcode' }, 'user_id'],
    ['exchange', '/token/exchange', { ...good, user_id: 'x'.repeat(256) }, 'user_id'],
    ['exchange', '/token/exchange', { ...good, provider: 'Git Hub' }, 'provider'],
    ['exchange', '/token/exchange', { ...good, provider: '../github' }, 'provider'],
    ['exchange', '/token/exchange', { ...good, scopes: 'repo' }, 'scopes'],
    ['exchange', '/token/exchange', { ...good, scopes: [] }, 'scopes'],
    ['exchange', '/token/exchange', { ...good, scopes: ['repo', 'repo'] }, 'scopes'],
    ['exchange', '/token/exchange', { ...good, scopes: ['a b'] }, 'scopes.0'],
    ['exchange', '/token/exchange', { ...good, scopes: [nul] }, 'scopes.0'],
    ['exchange', '/token/exchange', { ...good, scopes: Array.from({ length: 51 }, (_, i) => `s${i}`) }, 'scopes'],
    ['exchange', '/token/exchange', { ...good, connection_id: 'cns_1' }, 'connection_id'],
    ['exchange', '/token/exchange', { ...good, connection_id: `con_${'0'.repeat(32)}` }, 'connection_id'],
    ['exchange', '/token/exchange', { ...good, min_validity: -1 }, 'min_validity'],
    ['exchange', '/token/exchange', { ...good, min_validity: 1.5 }, 'min_validity'],
    ['exchange', '/token/exchange', { ...good, min_validity: '60' }, 'min_validity'],
    ['exchange', '/token/exchange', { ...good, rejected_exchange_id: 'exc_' }, 'rejected_exchange_id'],
    ['exchange', '/token/exchange', { ...good, purpose: nul }, 'purpose'],
    ['exchange', '/token/exchange', { ...good, purpose: '\uD800' }, 'purpose'],
    ['exchange', '/token/exchange', { ...good, purpose: 'x'.repeat(501) }, 'purpose'],
    ['exchange', '/token/exchange', { ...good, tool: 'two words' }, 'tool'],
    ['exchange', '/token/exchange', { ...good, call_id: 'line\nbreak' }, 'call_id'],
    ['exchange', '/token/exchange', { ...good, scope: 'repo' }, 'scope'],
    ['exchange', '/token/exchange', [good], 'body'],
    ['exchange', '/token/exchange', 'null', 'body'],
    ['exchange', '/token/exchange', { ...good, user_id: null }, 'user_id'],
    ['revoke', '/token/revoke', {}, 'user_id'],
    ['revoke', '/token/revoke', { user_id: 'a' }, 'provider'],
    ['revoke', '/token/revoke', { token: 'a b' }, 'token'],
    ['revoke', '/token/revoke', { token: 'abc', user_id: 'a', provider: 'github' }, 'token'],
    ['revoke', '/token/revoke', { ...good, connection_id: 'x' }, 'connection_id'],
    ['connections', '/connections/query', { user_id: nul }, 'user_id'],
    ['connections', '/connections/query', { user_id: 'a', more: 1 }, 'more'],
    ['sessions', '/connect/sessions', { ...good, return_url: nul }, 'return_url'],
    ['sessions', '/connect/sessions', { ...good, return_url: 'https://elsewhere.example' }, 'return_url'],
    ['sessions', '/connect/sessions', { ...good, binding: 'short' }, 'binding'],
    ['complete', `/connect/sessions/cst_${'0'.repeat(32)}/complete`, { user_id: 'a' }, 'completion_code'],
    ['complete', '/connect/sessions/cst_1/complete', { user_id: 'a', completion_code: 'b' }, 'id'],
  ])('%s %s %j: %s', async (_what, path, body, field) => {
    await expectNothingStored(world, async () => {
      const answer = await world.post(path, server.key, body);
      expectShape(answer, 400);
      expect(answer.body.error_description).toContain(field);
    });
  });

  it.each([
    ['limit=0', 'limit'],
    ['limit=201', 'limit'],
    ['limit=ten', 'limit'],
    ['limit=1&limit=2', 'limit'],
    ['from=yesterday', 'from'],
    ['cursor=1', 'cursor'],
    ['cursor=%00', 'cursor'],
    ['server=srv_1', 'server'],
    ['outcome=maybe', 'outcome'],
    ['kind=%27%3B--', 'kind'],
    ['token_fingerprint=00', 'token_fingerprint'],
    ['everything=1', 'everything'],
  ])('audit query %s', async (query, field) => {
    const before = await rowCounts(world);
    const answer = await world.get(`/audit/events?${query}`, auditor);
    expectShape(answer, 400);
    expect(answer.body.error_description).toContain(field);
    expect(await rowCounts(world)).toEqual(before);
  });
});

describe('a request that cannot be read', () => {
  it.each<[string, string, number]>([
    ['half a JSON', '{"user_id": "a", "provider"', 400],
    ['a trailing comma', '{"user_id": "a", "provider": "github",}', 400],
    ['a poisoned prototype', '{"__proto__": {"user_id": "a"}, "user_id": "a", "provider": "github"}', 400],
    ['a megabyte', JSON.stringify({ ...good, purpose: 'x'.repeat(1_000_000) }), 413],
    ['nothing', '', 400],
  ])('%s', async (_what, body, status) => {
    await expectNothingStored(world, async () => {
      const headers = { 'content-type': 'application/json' };
      expectShape(await world.call('POST', '/token/exchange', { key: server.key, headers, body }), status);
    });
  });

  it.each([
    ['another type', { 'content-type': 'text/plain' }, 415],
    ['a form', { 'content-type': 'application/x-www-form-urlencoded' }, 415],
    ['a compressed body', { 'content-type': 'application/json', 'content-encoding': 'gzip' }, 415],
  ])('%s', async (_what, headers, status) => {
    expectShape(await world.call('POST', '/token/exchange', { key: server.key, headers, body: '{}' }), status);
  });

  it.each([
    ['GET', '/token/exchange', 405, 'invalid_request'],
    ['DELETE', '/audit/events', 405, 'invalid_request'],
    ['GET', '/nowhere', 404, 'not_found'],
    ['GET', '/user/%ff/connections', 400, 'invalid_request'],
    ['GET', '/user/%/connections', 400, 'invalid_request'],
    ['GET', '/user/%00/connections', 400, 'invalid_request'],
    ['GET', `/user/${'x'.repeat(256)}/connections`, 400, 'invalid_request'],
    ['GET', '/connect/sessions/not-an-id', 400, 'invalid_request'],
    ['GET', `/connect/sessions/cst_${'0'.repeat(32)}`, 404, 'not_found'],
  ])('%s %s: %d', async (method, path, status, error) => {
    await expectNothingStored(world, async () =>
      expectShape(await world.call(method, path, { key: server.key }), status, error),
    );
  });
});

describe('whatever is sent', () => {
  it('property: an answer in the one shape, never a fault of ours, and never a token for a stranger', async () => {
    const value = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 20 }),
      fc.integer(),
      fc.constant(null),
      fc.array(fc.string(), { maxLength: 3 }),
    );
    const fields = [
      'user_id',
      'provider',
      'scopes',
      'connection_id',
      'min_validity',
      'rejected_exchange_id',
      'purpose',
      'tool',
    ];
    const body = fc
      .dictionary(fc.constantFrom(...fields), value)
      .map((odd) => ({ ...good, user_id: 'nobody', ...odd }));
    await fc.assert(
      fc.asyncProperty(body, async (sent) => {
        const answer = await world.post('/token/exchange', server.key, sent);
        expect([400, 403]).toContain(answer.status);
        expectShape(answer, answer.status, answer.body.error);
        expect(answer.body).not.toHaveProperty('access_token');
      }),
      { numRuns: 80 },
    );
  });

  it('an unknown provider is on record as refused, and offered to nobody', async () => {
    const answer = await world.exchange(server.key, connection.subject, { provider: 'gitlab' });
    expectShape(answer, 400, 'invalid_target');
    const [row] = await world.sql(`SELECT outcome, reason FROM audit_events WHERE request_id = $1`, [
      answer.body.request_id,
    ]);
    expect(row).toEqual({ outcome: 'denied', reason: 'invalid_target' });
    expectShape(
      await world.post('/connect/sessions', server.key, { ...good, provider: 'gitlab' }),
      400,
      'invalid_target',
    );
  });
});
