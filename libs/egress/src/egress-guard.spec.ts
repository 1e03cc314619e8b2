import { Egress, type EgressOptions } from './egress.js';
import type { ResolveHost } from './resolve.js';
import { listenHttp, type Running } from './fixtures/local-server.js';

const make = (more: Partial<EgressOptions> = {}) =>
  new Egress({ allowedPrivateOrigins: [], timeoutMs: 2000, maxBytes: 1000, userAgent: 'test', ...more });

describe('what egress refuses to call (R34, R66)', () => {
  let server: Running;
  let calls = 0;

  beforeAll(async () => {
    server = await listenHttp((_request, response) => {
      calls += 1;
      response.end('reached');
    });
  });
  beforeEach(() => {
    calls = 0;
  });
  afterAll(() => server.close());

  it.each([
    ['https://127.0.0.1'],
    ['https://2130706433'],
    ['https://0x7f000001'],
    ['https://0177.0.0.1'],
    ['https://127.1'],
    ['https://127.0.0.1.'],
    ['https://0.0.0.0'],
    ['https://[::1]'],
    ['https://[::ffff:127.0.0.1]'],
    ['https://[::ffff:169.254.169.254]'],
    ['https://[64:ff9b::7f00:1]'],
    ['https://169.254.169.254'],
    ['https://１２７.０.０.１'],
  ])('a private address spelled %s', async (origin) => {
    const call = make().request(`${origin}:${server.port}/`, { method: 'GET' });
    await expect(call).rejects.toMatchObject({ stage: 'blocked', bytesMayHaveLeft: false, code: 'address' });
    expect(calls).toBe(0);
  });

  it('a name that resolves to a private address, at the socket', async () => {
    const call = make().request(`https://localhost:${server.port}/`, { method: 'GET' });
    await expect(call).rejects.toMatchObject({ stage: 'blocked', bytesMayHaveLeft: false });
  });

  it('a name with one private address among public ones', async () => {
    const resolveHost: ResolveHost = async () => [
      { address: '93.184.216.34', family: 4 },
      { address: '::1', family: 6 },
    ];
    const call = make({ resolveHost }).request('https://mixed.example/', { method: 'GET' });
    await expect(call).rejects.toMatchObject({ stage: 'blocked', code: 'address' });
  });

  it('a name that turns private between two calls: every connection is judged by the answer it dials', async () => {
    let asked = 0;
    const answers = ['127.0.0.1', '169.254.169.254'];
    const resolveHost: ResolveHost = async () => [{ address: answers[asked++] ?? '', family: 4 }];
    const egress = make({ resolveHost, allowedPrivateOrigins: [`http://rebinding.example:${server.port}`] });
    const first = await egress.request(`http://rebinding.example:${server.port}/`, { method: 'GET' });
    expect(first.body.toString()).toBe('reached');
    expect(asked).toBe(1);
    await expect(egress.request('https://rebinding.example/', { method: 'GET' })).rejects.toMatchObject({
      stage: 'blocked',
    });
    expect(asked).toBe(2);
  });

  it('plain HTTP, unless the origin is allowed', async () => {
    await expect(make().request('http://example.com/', { method: 'GET' })).rejects.toMatchObject({
      stage: 'blocked',
      code: 'not_https',
    });
  });

  it('an origin that differs from the allowed one by port or by name', async () => {
    const egress = make({ allowedPrivateOrigins: [`http://localhost:${server.port}`] });
    await expect(egress.request(`http://127.0.0.1:${server.port}/`, { method: 'GET' })).rejects.toMatchObject({
      stage: 'blocked',
    });
    await expect(egress.request(`http://localhost:1/`, { method: 'GET' })).rejects.toMatchObject({ stage: 'blocked' });
    const allowed = await egress.request(`http://LOCALHOST:${server.port}/`, { method: 'GET' });
    expect(allowed.status).toBe(200);
  });

  it.each([
    ['ftp://example.com/', 'scheme'],
    ['file:///etc/passwd', 'scheme'],
    ['https://user:word@example.com/', 'credentials_in_url'],
    ['not a url', 'url'],
  ])('%s', async (url, code) => {
    await expect(make().request(url, { method: 'GET' })).rejects.toMatchObject({ stage: 'blocked', code });
  });

  it('a header value with a line break, without quoting it', async () => {
    const headers = { authorization: 'Bearer canary\r\nx-evil: 1' };
    const call = make().request('https://example.com/', { method: 'GET', headers });
    await expect(call).rejects.toMatchObject({ stage: 'blocked', code: 'header' });
    await expect(call).rejects.not.toThrow(/canary/);
  });

  it('an allowed origin that is not written as one', () => {
    expect(() => make({ allowedPrivateOrigins: ['http://localhost:4010/'] })).toThrow(/allowedPrivateOrigins/);
  });
});
