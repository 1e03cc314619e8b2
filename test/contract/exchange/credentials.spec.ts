import { connect } from 'node:net';
import { ExchangeWorld } from '../../support/exchange-world.js';
import { expectNothingStored, expectShape } from '../../support/error-shape.js';
import type { TestConnection, TestServer } from '../../support/exchange-seed.js';

let world: ExchangeWorld;
let server: TestServer;
let auditor: string;
let connection: TestConnection;

beforeAll(async () => {
  world = await ExchangeWorld.start('exchange credentials');
  server = await world.seed.server();
  auditor = await world.seed.auditorKey();
  connection = await world.seed.connect({ server });
  await world.exchange(server.key, connection.subject);
});
afterAll(() => world.close());

const good = { user_id: 'someone', provider: 'github' };

/** Writes bytes on a socket, for what no client would send. */
function raw(headers: string[], body = JSON.stringify(good)): Promise<string> {
  const { hostname, port } = new URL(world.url);
  const lines = ['POST /token/exchange HTTP/1.1', `Host: ${hostname}`, 'Connection: close', 'Content-Type: application/json',
    `Content-Length: ${Buffer.byteLength(body)}`, ...headers]; // prettier-ignore
  return new Promise((resolve, reject) => {
    let text = '';
    const socket = connect(Number(port), hostname, () => socket.write(`${lines.join('\r\n')}\r\n\r\n${body}`));
    socket.on('data', (bytes) => (text += String(bytes)));
    socket.on('error', reject).on('close', () => resolve(text));
  });
}

describe('R17: a call without a credential in force', () => {
  const close = (key: string, at: number) => `${key.slice(0, at)}${key[at] === 'A' ? 'B' : 'A'}${key.slice(at + 1)}`;

  it.each<[string, () => Record<string, string>]>([
    ['no header', () => ({})],
    ['an empty one', () => ({ authorization: '' })],
    ['Bearer alone', () => ({ authorization: 'Bearer' })],
    ['Basic', () => ({ authorization: `Basic ${Buffer.from(`x:${server.key}`).toString('base64')}` })],
    ['two keys in one', () => ({ authorization: `Bearer ${server.key} ${server.key}` })],
    ['two keys, with a comma', () => ({ authorization: `Bearer ${server.key}, Bearer ${server.key}` })],
    ['R53 a digit wrong', () => ({ authorization: `Bearer ${close(server.key, 10)}` })],
    ['R53 the checksum wrong', () => ({ authorization: `Bearer ${close(server.key, server.key.length - 1)}` })],
    ['the key in another case', () => ({ authorization: `Bearer ${server.key.toUpperCase()}` })],
    ['the hash of the key', () => ({ authorization: `Bearer te_sk_${'0'.repeat(64)}` })],
    ['a very long one', () => ({ authorization: `Bearer ${'x'.repeat(6_000)}` })],
    ["an auditor's key", () => ({ authorization: `Bearer ${auditor}` })],
    ['the key in another header', () => ({ 'x-api-key': server.key })],
  ])('%s', async (_what, headers) => {
    await expectNothingStored(world, async () => {
      for (const path of ['/token/exchange', '/token/revoke', '/connections/query', '/connect/sessions'] as const) {
        const body =
          path === '/connections/query' ? { user_id: connection.subject } : { ...good, user_id: connection.subject };
        const answer = await world.call('POST', path, { headers: headers(), body });
        expectShape(answer, 401, 'invalid_client');
        expect(answer.text).not.toContain(connection.access);
      }
    });
  });

  it.each(['/providers', '/audit/events', `/connect/sessions/cst_${'0'.repeat(32)}`, '/user/a/connections'])(
    'GET %s',
    async (path) => {
      expectShape(await world.get(path), 401, 'invalid_client');
    },
  );

  it('the scheme may be written in any case (RFC 9110 section 11.1)', async () => {
    const body = { ...good, user_id: connection.subject };
    const headers = { authorization: `bEaReR  ${server.key}` };
    expect((await world.call('POST', '/token/exchange', { headers, body })).status).toBe(200);
  });

  it('a key in the address is no credential', async () => {
    expectShape(await world.call('GET', `/providers?access_token=${server.key}`), 401, 'invalid_client');
    expect(world.log.join('')).not.toContain(server.key);
  });

  it('doubled headers are refused, whichever of the two would do', async () => {
    const authorization = `Authorization: Bearer ${server.key}`;
    for (const headers of [
      [authorization, authorization],
      [authorization, 'Authorization: Bearer x'],
      ['Authorization: Bearer x', authorization],
      [authorization, 'Content-Type: text/plain'],
    ]) {
      const answer = await raw(headers);
      expect(answer).toMatch(/^HTTP\/1\.1 400 /);
      expect(answer).toMatch(/must not be sent more than once/);
    }
    expect(await raw([authorization])).toMatch(/^HTTP\/1\.1 400 [^]*interaction_required/);
  });

  it.each([
    ['R39 two lengths', ['Content-Length: 5']],
    ['R39 length and chunks', ['Transfer-Encoding: chunked']],
    ['a header that is none', ['no colon here']],
    ['a NUL in a header', ['X-Odd: a\0b']],
    ['far too many bytes of headers', [`X-Long: ${'x'.repeat(40_000)}`]],
  ])('%s: refused in the one shape', async (_what, headers) => {
    const answer = await raw([`Authorization: Bearer ${server.key}`, ...headers]);
    expect(answer).toMatch(/^HTTP\/1\.1 4\d\d /);
    expect(answer).toMatch(/"error":"invalid_request"/);
    expect(answer.toLowerCase()).toContain('cache-control: no-store');
  });
});

describe('R23: what is not to be kept', () => {
  it('a token comes with no-store, and never in a header', async () => {
    const answer = await world.exchange(server.key, connection.subject);
    expect(answer.headers.get('cache-control')).toBe('no-store');
    expect([...answer.headers.values()].join()).not.toContain(connection.access);
  });

  it('every answer about people says no-store, and none says what the platform is made of', async () => {
    for (const [path, key] of [
      [`/user/${connection.subject}/connections`, server.key],
      ['/audit/events', auditor],
    ] as const) {
      const { headers } = await world.get(path, key);
      expect(headers.get('cache-control')).toBe('no-store');
      expect(headers.has('x-powered-by') || headers.has('server')).toBe(false);
      expect(headers.get('x-content-type-options')).toBe('nosniff');
    }
  });
});
