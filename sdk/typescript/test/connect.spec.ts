import { createHash } from 'node:crypto';
import { BindingMissingError, InvalidRequestError } from '../src/index.js';
import { Platform, rejection } from './support/platform.js';

let platform: Platform;
beforeEach(async () => {
  platform = await Platform.start();
});
afterEach(() => platform.close());

const HTTPS = 'https://notes.example.com/connected';
const LOCAL = 'http://localhost:4020/connected';

async function start(returnUrl: string | undefined = HTTPS) {
  platform.answer({
    status: 201,
    json: { id: 'cst_1', connect_url: 'https://c.test/x', expires_in: 600, status: 'open' },
  });
  return platform.client().connect.start({ userId: 'mia', provider: 'github', scopes: ['repo'], returnUrl });
}

async function complete(cookies: string | Record<string, string> | undefined) {
  const json = {
    id: 'cst_1',
    status: 'completed',
    connection_id: 'cns_1',
    provider: 'github',
    scope: 'repo',
    account: { label: 'mia-codes', avatar_url: 'https://a.test/1' },
  };
  platform.answer({ status: 200, json });
  return platform.client().connect.complete({ sessionId: 'cst_1', userId: 'mia', completionCode: 'the-code', cookies });
}

describe('connect.start', () => {
  it('P6: sends only the hash of the nonce that it puts into the cookie', async () => {
    const started = await start();
    const binding = createHash('sha256').update(started.cookie.value).digest('base64url');
    expect(platform.seen[0]).toMatchObject({ method: 'POST', path: '/connect/sessions' });
    expect(platform.seen[0]?.body).toEqual({
      user_id: 'mia',
      provider: 'github',
      scopes: ['repo'],
      return_url: HTTPS,
      binding,
    });
    expect(started).toMatchObject({ connectUrl: 'https://c.test/x', sessionId: 'cst_1', expiresIn: 600 });
  });

  it('makes a cookie that only this host can write and no script can read', async () => {
    const { cookie } = await start();
    expect(cookie.name).toBe('__Host-te_connect_cst_1');
    expect(cookie.value).toMatch(/^[\w-]{43}$/);
    expect(cookie.header).toBe(
      `__Host-te_connect_cst_1=${cookie.value}; Path=/; Max-Age=600; HttpOnly; SameSite=Lax; Secure`,
    );
    expect(cookie.options).toMatchObject({ httpOnly: true, sameSite: 'lax', secure: true, path: '/' });
    expect(cookie.options.expires.getTime() - Date.now()).toBeGreaterThan(590_000);
  });

  it('leaves Secure out on localhost only', async () => {
    expect((await start(LOCAL)).cookie.header).not.toContain('Secure');
    expect((await start('http://notes.example.com/')).cookie.header).toContain('; Secure');
    expect((await start('https://localhost/')).cookie.header).toContain('; Secure');
  });

  it('makes another nonce every time', async () => {
    expect((await start()).cookie.value).not.toBe((await start()).cookie.value);
  });

  it('refuses a session id that would not be one in a header', async () => {
    platform.answer({ status: 201, json: { id: 'x; Domain=evil', connect_url: 'https://c.test/x' } });
    const error = await rejection(platform.client().connect.start({ userId: 'mia', provider: 'github' }));
    expect(error).toMatchObject({ code: 'unexpected_answer' });
  });
});

describe('connect.complete', () => {
  it.each([HTTPS, LOCAL])('P6: sends the nonce of this browser (%s)', async (returnUrl) => {
    const { cookie } = await start(returnUrl);
    const done = await complete(`theme=dark; ${cookie.name}=${cookie.value}; last=1`);
    expect(platform.seen[1]).toMatchObject({ method: 'POST', path: '/connect/sessions/cst_1/complete' });
    expect(platform.seen[1]?.body).toEqual({
      user_id: 'mia',
      completion_code: 'the-code',
      binding_nonce: cookie.value,
    });
    expect(done).toEqual({
      sessionId: 'cst_1',
      connectionId: 'cns_1',
      provider: 'github',
      scopes: ['repo'],
      account: { label: 'mia-codes', avatarUrl: 'https://a.test/1' },
    });
  });

  it('takes cookies that a framework has parsed', async () => {
    const { cookie } = await start();
    await complete({ [cookie.name]: cookie.value });
    expect(platform.seen[1]?.body).toMatchObject({ binding_nonce: cookie.value });
  });

  it('P6: sends nothing for a browser that did not begin', async () => {
    const { cookie } = await start();
    const wrong = [
      undefined,
      '',
      `${cookie.name}=`,
      `${cookie.name}=short`,
      `__Host-te_connect_cst_2=${cookie.value}`,
      `x${cookie.name}=${cookie.value}`,
    ];
    for (const cookies of wrong) expect(await rejection(complete(cookies))).toBeInstanceOf(BindingMissingError);
    expect(platform.seen).toHaveLength(1);
  });

  it('P6: does not take a secure nonce from a plain cookie, which a neighbour domain could have planted', async () => {
    for (let round = 0; round < 20; round += 1) {
      const { cookie } = await start(HTTPS);
      const planted = `te_connect_cst_1=${cookie.value}`;
      expect(await rejection(complete(planted))).toBeInstanceOf(BindingMissingError);
    }
  });

  it('finds nothing on the prototype of parsed cookies', async () => {
    const cookies = Object.create({ '__Host-te_connect_cst_1': (await start()).cookie.value }) as Record<
      string,
      string
    >;
    expect(await rejection(complete(cookies))).toBeInstanceOf(BindingMissingError);
  });

  it.each(['', '..', 'cst_', 'cst_a/b', 'con_1', 'cst_1?x', 'cst_1\r\n'])(
    'refuses %j as a session id',
    async (sessionId) => {
      const request = { sessionId, userId: 'mia', completionCode: 'c', nonce: 'n' };
      expect(await rejection(platform.client().connect.complete(request))).toBeInstanceOf(InvalidRequestError);
      expect(await rejection(platform.client().connect.get(sessionId))).toBeInstanceOf(InvalidRequestError);
      expect(platform.seen).toHaveLength(0);
    },
  );
});

describe('connect.get', () => {
  it('tells how far a session is', async () => {
    platform.answer({ status: 200, json: { id: 'cst_1', status: 'held', provider: 'github', expires_in: 300 } });
    expect(await platform.client().connect.get('cst_1')).toEqual({
      sessionId: 'cst_1',
      status: 'held',
      provider: 'github',
      connectionId: undefined,
      error: undefined,
      expiresIn: 300,
    });
    expect(platform.seen[0]).toMatchObject({ method: 'GET', path: '/connect/sessions/cst_1', body: undefined });
  });
});

describe('connect.parseReturn', () => {
  it.each([
    [
      `${HTTPS}?connect_session=cst_1&completion_code=abc`,
      { outcome: 'allowed', sessionId: 'cst_1', completionCode: 'abc' },
    ],
    [
      '/connected?connect_session=cst_1&completion_code=abc',
      { outcome: 'allowed', sessionId: 'cst_1', completionCode: 'abc' },
    ],
    [
      '/connected?connect_session=cst_1&error=access_denied',
      { outcome: 'refused', sessionId: 'cst_1', error: 'access_denied' },
    ],
    ['/connected?error=access_denied', { outcome: 'refused', sessionId: undefined, error: 'access_denied' }],
    ['/connected?error=%3Cscript%3E', { outcome: 'refused', sessionId: undefined, error: 'unknown' }],
    ['/connected?connect_session=evil&completion_code=abc', undefined],
    ['/connected?connect_session=cst_1', undefined],
    ['/connected', undefined],
  ])('%s', (url, expected) => {
    expect(platform.client().connect.parseReturn(url)).toEqual(expected);
  });
});

describe('connect.clearCookies', () => {
  it('removes either of the two', () => {
    expect(
      platform
        .client()
        .connect.clearCookies('cst_1')
        .map((one) => one.header),
    ).toEqual([
      '__Host-te_connect_cst_1=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax; Secure',
      'te_connect_cst_1=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax',
    ]);
  });
});

describe('connecting without a browser of the server', () => {
  it('asks for a session without a binding, and so without a cookie', async () => {
    platform.answer({
      status: 201,
      json: { id: 'cst_2', connect_url: 'https://c.test/y', expires_in: 600, status: 'open' },
    });
    const link = await platform.client().connect.startTyped({ userId: 'mia', provider: 'github' });
    expect(platform.seen[0]?.body).toEqual({ user_id: 'mia', provider: 'github' });
    expect(link).toEqual({ connectUrl: 'https://c.test/y', sessionId: 'cst_2', expiresIn: 600 });
  });

  it('completes with the code that the person typed', async () => {
    platform.answer({
      status: 200,
      json: {
        id: 'cst_2',
        status: 'completed',
        connection_id: 'cns_2',
        provider: 'github',
        scope: 'repo',
        account: { label: 'mia-codes' },
      },
    });
    const done = await platform
      .client()
      .connect.completeTyped({ sessionId: 'cst_2', userId: 'mia', typedCode: 'ABCD-EFGH' });
    expect(platform.seen[0]).toMatchObject({ method: 'POST', path: '/connect/sessions/cst_2/complete' });
    expect(platform.seen[0]?.body).toEqual({ user_id: 'mia', completion_code: 'ABCD-EFGH' });
    expect(done.connectionId).toBe('cns_2');
  });

  it('hears of a wrong code as of any other wrong field', async () => {
    platform.answer({ status: 400, json: { error: 'invalid_request', error_description: 'completion_code: no' } });
    const wrong = platform
      .client()
      .connect.completeTyped({ sessionId: 'cst_2', userId: 'mia', typedCode: 'AAAA-AAAA' });
    await expect(wrong).rejects.toBeInstanceOf(InvalidRequestError);
  });
});
