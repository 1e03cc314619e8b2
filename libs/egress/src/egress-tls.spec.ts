import { Egress, type EgressOptions } from './egress.js';
import { certificate, listenHttps, type Running } from './fixtures/local-server.js';

describe('TLS of outbound calls (R40)', () => {
  const running: Running[] = [];
  let requests = 0;
  afterEach(async () => {
    requests = 0;
    await Promise.all(running.splice(0).map((server) => server.close()));
  });

  const start = async (host: string, more: Partial<EgressOptions> = {}, tls = {}) => {
    const server = await listenHttps((_request, response) => {
      requests += 1;
      response.end('secure');
    }, tls);
    running.push(server);
    const origin = `https://${host}:${server.port}`;
    const resolveHost = async () => [{ address: '127.0.0.1', family: 4 }];
    const common = { allowedPrivateOrigins: [origin], timeoutMs: 2000, maxBytes: 1000, userAgent: 'test', resolveHost };
    return { origin, egress: new Egress({ ...common, ...more }) };
  };

  it('refuses a certificate that signs itself, before anything is sent', async () => {
    const { origin, egress } = await start('localhost');
    await expect(egress.request(origin, { method: 'POST', body: 'secret' })).rejects.toMatchObject({
      stage: 'connect',
      bytesMayHaveLeft: false,
      code: 'DEPTH_ZERO_SELF_SIGNED_CERT',
    });
    expect(requests).toBe(0);
  });

  it('accepts it once it is a trusted authority', async () => {
    const { origin, egress } = await start('localhost', { ca: [certificate] });
    expect((await egress.request(origin, { method: 'GET' })).body.toString()).toBe('secure');
  });

  it('refuses a trusted certificate of another host', async () => {
    const { origin, egress } = await start('other.example', { ca: [certificate] });
    await expect(egress.open(origin, { method: 'GET' })).rejects.toMatchObject({
      stage: 'connect',
      code: 'ERR_TLS_CERT_ALTNAME_INVALID',
    });
  });

  it('refuses a server that speaks nothing newer than TLS 1.1', async () => {
    const old = { minVersion: 'TLSv1', maxVersion: 'TLSv1.1', ciphers: 'DEFAULT@SECLEVEL=0' } as const;
    const { origin, egress } = await start('localhost', { ca: [certificate] }, old);
    await expect(egress.open(origin, { method: 'GET' })).rejects.toMatchObject({
      stage: 'connect',
      bytesMayHaveLeft: false,
    });
  });
});
