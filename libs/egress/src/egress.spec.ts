import { gzipSync } from 'node:zlib';
import type { IncomingMessage, RequestListener } from 'node:http';
import { Egress, type EgressLogger, type EgressOptions } from './egress.js';
import { listenHttp, type Running } from './fixtures/local-server.js';

describe('Egress', () => {
  const running: Running[] = [];
  afterEach(async () => {
    await Promise.all(running.splice(0).map((server) => server.close()));
  });

  const start = async (listener: RequestListener, more: Partial<EgressOptions> = {}) => {
    const server = await listenHttp(listener);
    running.push(server);
    const origin = `http://localhost:${server.port}`;
    const limits = { timeoutMs: 2000, maxBytes: 1000, userAgent: 'token-exchanger-test' };
    return { origin, egress: new Egress({ allowedPrivateOrigins: [origin], ...limits, ...more }) };
  };

  it('sends method, body and headers, names itself, and asks for an unpacked answer', async () => {
    let seen: IncomingMessage | undefined;
    let body = '';
    const { origin, egress } = await start((request, response) => {
      seen = request;
      request.on('data', (chunk) => (body += String(chunk)));
      request.on('end', () => response.writeHead(404, { 'x-answer': 'yes' }).end('{"a":1}'));
    });
    const headers = { 'X-Extra': 'one', Host: 'evil.example', 'Transfer-Encoding': 'chunked' };
    const answer = await egress.request(`${origin}/a?b=c`, { method: 'DELETE', headers, body: 'gone' });
    expect(seen?.method).toBe('DELETE');
    expect(seen?.url).toBe('/a?b=c');
    expect(body).toBe('gone');
    expect(seen?.headers).toMatchObject({
      'x-extra': 'one',
      host: new URL(origin).host,
      'content-length': '4',
      'user-agent': 'token-exchanger-test',
      'accept-encoding': 'identity',
    });
    expect(seen?.headers).not.toHaveProperty('transfer-encoding');
    expect(answer).toMatchObject({ status: 404, headers: { 'x-answer': 'yes' } });
    expect(answer.body.toString()).toBe('{"a":1}');
  });

  it('says when the request left, not when the answer came', async () => {
    let now = 1000;
    const clock = { now: () => new Date(now), monotonic: () => now };
    const { origin, egress } = await start(
      (_request, response) => {
        now = 9000;
        response.end();
      },
      { clock },
    );
    const answer = await egress.request(origin, { method: 'GET' });
    expect(answer.sentAt.getTime()).toBe(1000);
  });

  it('does not follow a redirect (R35)', async () => {
    const paths: string[] = [];
    const { origin, egress } = await start((request, response) => {
      paths.push(request.url ?? '');
      response.writeHead(307, { location: '/elsewhere' }).end();
    });
    const answer = await egress.request(`${origin}/first`, { method: 'POST', body: 'secret' });
    expect(answer.status).toBe(307);
    expect(paths).toEqual(['/first']);
  });

  it('unpacks gzip that was not asked for, and refuses a bomb and an unknown encoding (R41)', async () => {
    const { origin, egress } = await start((request, response) => {
      const size = request.url === '/bomb' ? 1_000_000 : 500;
      response.writeHead(200, { 'content-encoding': request.url === '/br' ? 'br' : 'gzip' });
      response.end(gzipSync('x'.repeat(size)));
    });
    expect((await egress.request(origin, { method: 'GET' })).body.toString()).toBe('x'.repeat(500));
    await expect(egress.request(`${origin}/bomb`, { method: 'GET' })).rejects.toMatchObject({ stage: 'too_large' });
    await expect(egress.request(`${origin}/br`, { method: 'GET' })).rejects.toMatchObject({
      stage: 'receive',
      code: 'CONTENT_ENCODING',
    });
  });

  it('stops reading an endless body, with or without an announced length (R41)', async () => {
    const { origin, egress } = await start((request, response) => {
      if (request.url === '/announced') {
        response.writeHead(200, { 'content-length': '5000000' });
      }
      const more = () => {
        while (!response.destroyed && response.write('x'.repeat(500)));
      };
      response.on('drain', more);
      more();
    });
    for (const path of ['/announced', '/chunked']) {
      await expect(egress.request(origin + path, { method: 'GET' })).rejects.toMatchObject({
        stage: 'too_large',
        bytesMayHaveLeft: true,
      });
    }
  });

  it('gives up on a body of one byte now and then (R41)', async () => {
    const { origin, egress } = await start(
      (_request, response) => {
        const timer = setInterval(() => response.write('x'), 40);
        response.on('close', () => clearInterval(timer));
      },
      { timeoutMs: 200 },
    );
    await expect(egress.request(origin, { method: 'GET' })).rejects.toMatchObject({
      stage: 'timeout',
      bytesMayHaveLeft: true,
    });
  });

  it('logs the origin and the outcome, never the path or the query', async () => {
    const lines: unknown[] = [];
    const logger: EgressLogger = { debug: (fields, message) => lines.push({ ...fields, message }) };
    const { origin, egress } = await start((_request, response) => response.end(), { logger });
    await egress.request(`${origin}/canary?token=canary`, { method: 'GET' });
    expect(lines).toEqual([expect.objectContaining({ origin, method: 'GET', status: 200, message: 'outbound call' })]);
    await egress.request('http://10.0.0.1/canary', { method: 'GET' }).catch(() => undefined);
    expect(lines[1]).toMatchObject({ origin: 'http://10.0.0.1', stage: 'blocked', code: 'not_https' });
    expect(lines).toHaveLength(2);
    expect(JSON.stringify(lines)).not.toContain('canary');
  });

  it('keeps path and query out of its errors', async () => {
    const { origin, egress } = await start((_request, response) => response.destroy());
    const error: unknown = await egress
      .request(`${origin}/canary?t=canary`, { method: 'GET' })
      .catch((e: unknown) => e);
    expect(error).toMatchObject({ stage: 'receive', origin });
    expect(JSON.stringify(error) + String(error) + String((error as Error).stack)).not.toContain('canary');
  });
});
