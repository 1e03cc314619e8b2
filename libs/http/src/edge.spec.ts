import { connect } from 'node:net';
import { adapters, canary, expectError, start, type Running } from './edge.fixture.js';

const json = { 'content-type': 'application/json' };

/** Sends bytes as they are, for what `fetch` is too well-behaved to send, and returns all that comes back. */
function sendRaw(url: string, bytes: string): Promise<string> {
  return new Promise((resolve, reject) => {
    let answer = '';
    const socket = connect(Number(new URL(url).port), '127.0.0.1', () => socket.write(bytes));
    socket.setTimeout(5_000, () => socket.destroy(new Error('no answer')));
    socket.on('data', (chunk) => (answer += chunk.toString()));
    socket.on('close', () => resolve(answer));
    socket.on('error', reject);
  });
}

describe.each(adapters)('the edge on %s', (name) => {
  let running: Running;
  beforeAll(async () => {
    running = await start(name);
  });
  afterAll(() => running.app.close());

  const call = (path: string, init: RequestInit = {}) => fetch(`${running.url}${path}`, init);
  const greet = (body: string, headers: Record<string, string> = json) =>
    call('/greet', { method: 'POST', body, headers });

  it('lets a good request through, with an id and the headers of every answer', async () => {
    const response = await greet('{"user_id": "u-1"}');
    expect(response.status).toBe(200);
    expect(await response.json()).toEqual({ greeted: 'u-1' });
    expect(Object.fromEntries(response.headers)).toMatchObject({
      'x-request-id': expect.stringMatching(/^[0-9a-f-]{36}$/) as unknown,
      'cache-control': 'no-store',
      'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
      'x-content-type-options': 'nosniff',
      'strict-transport-security': expect.stringContaining('max-age') as unknown,
    });
    expect(response.headers.get('x-powered-by')).toBeNull();
    expect((await call('/made', { method: 'POST' })).status).toBe(201);
  });

  it.each([
    ['malformed JSON', '{"user_id": ', 400, undefined],
    ['no body at all', '', 400, undefined],
    ['a list instead of an object', '[]', 400, /body: must be an object/],
    ['a bare text', '"x"', 400, undefined],
    ['null', 'null', 400, undefined],
    ['a missing field', '{}', 400, /^user_id: is required$/],
    ['a number for a text', '{"user_id": 7}', 400, /^user_id: must be a text$/],
    ['an object for a text', '{"user_id": {"$gt": ""}}', 400, /^user_id: must be a text$/],
    ['an unknown field', '{"user_id": "u", "scope": "x"}', 400, /^body: unknown field scope$/],
    [
      'a text that is too long',
      JSON.stringify({ user_id: 'u'.repeat(256) }),
      400,
      /^user_id: must have at most 255 characters$/,
    ],
    ['an empty text', '{"user_id": ""}', 400, /^user_id: must have at least 1 characters/],
    ['NUL in a text', '{"user_id": "u\\u0000"}', 400, /^user_id: must not contain NUL/],
    [
      'NUL in a text of a list',
      '{"user_id": "u", "scopes": ["a", "b\\u0000"]}',
      400,
      /^scopes\.1: must not contain NUL$/,
    ],
    [
      'half a surrogate pair',
      '{"user_id": "u", "scopes": ["\\ud800"]}',
      400,
      /^scopes\.0: must be well-formed Unicode$/,
    ],
    ['a form that is not kept', '{"user_id": "ü"}', 400, /^user_id: must be printable ASCII$/],
    ['too many items', '{"user_id": "u", "scopes": ["a","b","c","d"]}', 400, /^scopes: must have at most 3 items$/],
    [
      'a fraction for a whole number',
      '{"user_id": "u", "min_validity": 1.5}',
      400,
      /^min_validity: must be a whole number$/,
    ],
    ['another word than those listed', '{"user_id": "u", "kind": "c"}', 400, /^kind: must be one of a, b$/],
    ['__proto__', '{"user_id": "u", "__proto__": {"admin": true}}', 400, undefined],
    ['a nested __proto__', '{"user_id": "u", "scopes": [{"__proto__": 1}]}', 400, undefined],
    ['constructor.prototype', '{"user_id": "u", "constructor": {"prototype": {"x": 1}}}', 400, undefined],
    ['a body of 1 MB', JSON.stringify({ user_id: 'u'.repeat(1_000_000) }), 413, /^body: too large$/],
    ['a body just over the limit', JSON.stringify({ user_id: 'u'.repeat(65_536) }), 413, /^body: too large$/],
  ])('refuses %s', async (_, body, status, description) => {
    await expectError(await greet(body), status, 'invalid_request', description);
    expect(({} as Record<string, unknown>)['admin']).toBeUndefined();
  });

  it.each(['text/plain', 'application/x-www-form-urlencoded', 'application/xml', 'application/jsonx', ''])(
    'refuses a body of type %j',
    async (type) => {
      const init = { method: 'POST', body: new Blob(['{"user_id": "u"}']), headers: { 'content-type': type } };
      await expectError(
        await call('/greet', init),
        415,
        'invalid_request',
        /^content-type: must be application\/json$/,
      );
    },
  );

  it('takes JSON with a charset', async () => {
    expect((await greet('{"user_id": "u"}', { 'content-type': 'Application/JSON; charset=utf-8' })).status).toBe(200);
  });

  it('does not inflate', async () => {
    await expectError(await greet('x', { ...json, 'content-encoding': 'gzip' }), 415, 'invalid_request');
  });

  it('answers an unknown path, and an unknown method of a known one', async () => {
    await expectError(await call(`/nothing/${canary}`), 404, 'not_found');
    const refused = await call('/greet', { method: 'PUT' });
    expect(refused.headers.get('allow')).toBe('POST');
    await expectError(refused, 405, 'invalid_request', /^method: must be POST$/);
    await expectError(await call('/user/x/page', { method: 'DELETE' }), 405, 'invalid_request');
  });

  it.each(['/user/%ff/page', '/user/%/page', '/%E0%A4%A', '/user/%c0%ae/page'])('refuses the path %s', async (path) => {
    const answer = await sendRaw(running.url, `GET ${path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`);
    expect(answer).toMatch(/^HTTP\/1\.1 400 /);
    expect(answer).toContain('"error":"invalid_request"');
    expect(answer).toMatch(/x-request-id: /i);
  });

  it('refuses NUL and what is unknown in path and query', async () => {
    await expectError(await call('/user/u%00/page'), 400, 'invalid_request', /^user_id: must not contain NUL$/);
    await expectError(await call('/user/u/page?cursor=%00'), 400, 'invalid_request', /^cursor: must not contain NUL$/);
    await expectError(await call('/user/u/page?cursor=a&cursor=b'), 400, 'invalid_request', /^cursor: must be a text$/);
    await expectError(await call('/user/u/page?x=1'), 400, 'invalid_request', /^query: unknown field x$/);
    expect(await (await call('/user/a%2Fb/page?cursor=c')).json()).toEqual({ user_id: 'a/b', cursor: 'c' });
  });

  it.each(['Authorization: Bearer b', 'authorization: Bearer b', 'Content-Type: text/plain', 'Host: y'])(
    'refuses a second %s',
    async (line) => {
      const head = [
        'POST /greet HTTP/1.1',
        'Host: x',
        'Authorization: Bearer a',
        'Content-Type: application/json',
        'Content-Length: 2',
      ];
      const answer = await sendRaw(running.url, [...head, line, 'Connection: close', '', '{}'].join('\r\n'));
      expect(answer).toMatch(/^HTTP\/1\.1 400 /);
      expect(answer).toMatch(/must not be sent more than once/);
    },
  );

  it.each([
    ['no HTTP at all', 'nonsense\r\n\r\n', 400],
    ['two lengths', 'POST /greet HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\n{}', 400],
    [
      'length and chunks together',
      'POST /greet HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
      400,
    ],
    ['huge headers', `GET /fail HTTP/1.1\r\nHost: x\r\nX: ${'x'.repeat(20_000)}\r\n\r\n`, 431],
  ])('answers %s in the same shape', async (_, bytes, status) => {
    const answer = await sendRaw(running.url, bytes);
    expect(answer).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `));
    expect(answer).toContain('"error":"invalid_request"');
  });

  it('answers a request without Host, and one with an empty Authorization', async () => {
    expect(await sendRaw(running.url, 'GET /fail HTTP/1.1\r\nConnection: close\r\n\r\n')).toMatch(/^HTTP\/1\.1 400 /);
    expect((await greet('{"user_id": "u"}', { ...json, authorization: '' })).status).toBe(200);
  });
});
