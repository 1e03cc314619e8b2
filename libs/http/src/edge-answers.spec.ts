import { adapters, canary, expectError, failing, health, next, start, type Running } from './edge.fixture.js';
import { catalogue } from './catalogue.js';
import { Failure, type FailureCode } from '#libs/kernel';

const json = { 'content-type': 'application/json' };

describe.each(adapters)('answers of the edge on %s', (name) => {
  let running: Running;
  beforeAll(async () => {
    running = await start(name);
  });
  afterAll(() => running.app.close());

  const call = (path: string, init: RequestInit = {}) => fetch(`${running.url}${path}`, init);

  it.each(Object.entries(catalogue))('gives %s its status, and nothing of its cause', async (code, entry) => {
    next.error = failing(code as FailureCode);
    const response = await call('/fail');
    const body = await expectError(response, entry.status, code as FailureCode);
    expect(body['error_description']).toBe(entry.status >= 500 ? entry.meaning : 'said to the caller');
    expect(response.headers.get('retry-after')).toBe(entry.retryAfter === undefined ? null : String(entry.retryAfter));
    expect(response.headers.has('www-authenticate')).toBe(code === 'invalid_client');
    expect(JSON.stringify(body)).not.toContain(canary);
  });

  it('passes the details on that a failure carries, and says little in a 5xx', async () => {
    const choices = [{ connection_id: 'cns_1', account: 'octo' }];
    next.error = failing('account_selection_required', { choices, exchange_id: 'exc_1', retry_after: 0.2 });
    expect(await (await call('/fail')).json()).toMatchObject({ choices, exchange_id: 'exc_1', retry_after: 1 });
    next.error = failing('temporarily_unavailable', { exchange_id: 'exc_1', missing_scopes: ['x'], retry_after: 9 });
    const response = await call('/fail');
    expect(response.headers.get('retry-after')).toBe('9');
    expect(Object.keys((await response.json()) as object).sort()).toEqual(
      ['error', 'error_description', 'error_uri', 'exchange_id', 'request_id', 'retry_after'].sort(),
    );
  });

  it.each([
    ['an error', new Error(canary)],
    ['a text', canary],
    ['undefined', undefined],
    ['null', null],
    [
      'a driver error',
      Object.assign(new Error(canary), { statusCode: 404, status: 404, query: canary, detail: canary }),
    ],
    ['an error that says it may be shown', Object.assign(new Error(canary), { statusCode: 400, expose: true })],
  ])('says nothing when %s is thrown, and logs it under the request id (R31)', async (_, error) => {
    next.error = error;
    running.lines.length = 0;
    const response = await call('/fail');
    const body = await expectError(response, 500, 'server_error');
    expect(JSON.stringify(body) + JSON.stringify([...response.headers])).not.toContain(canary);
    expect(running.lines.find((line) => line.includes('unexpected error'))).toContain(body['request_id'] as string);
    expect(running.lines.join('')).not.toContain(canary);
  });

  it('logs why it could not answer, since the caller is not told', async () => {
    next.error = new Failure('temporarily_unavailable', 'x', {}, { cause: new Error('the log is not writable') });
    running.lines.length = 0;
    await expectError(await call('/fail'), 503, 'temporarily_unavailable');
    expect(running.lines.find((line) => line.includes('could not answer'))).toContain('the log is not writable');
  });

  it('treats a parameter without a schema as a fault of ours', async () => {
    await expectError(
      await call('/unchecked', { method: 'POST', body: '{"x":1}', headers: json }),
      500,
      'server_error',
    );
  });

  it('logs the pattern of a route and never its URL (R44)', async () => {
    running.lines.length = 0;
    const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
    const response = await call(`/user/${canary}/page?cursor=${canary}`, {
      headers: { traceparent, 'x-request-id': canary },
    });
    await response.text();
    await new Promise((resolve) => setTimeout(resolve, 20));
    const line = JSON.parse(running.lines.find((one) => one.includes('"request"')) ?? '{}') as object;
    expect(line).toMatchObject({
      method: 'GET',
      route: '/user/:user_id/page',
      status: 200,
      trace_id: '0af7651916cd43dd8448eb211c80319c',
      request_id: response.headers.get('x-request-id'),
    });
    expect(running.lines.join('')).not.toContain(canary);
    const metrics = await (await call('/metrics')).text();
    expect(metrics).toContain('route="/user/:user_id/page"');
    expect(metrics).not.toContain(canary);
  });

  it('knows whether it is alive and whether it is ready', async () => {
    health.checks['database'] = () => Promise.resolve();
    expect(await (await call('/health/live')).json()).toEqual({ status: 'live' });
    expect((await call('/health/ready')).status).toBe(200);
    health.checks['database'] = () => Promise.reject(new Error(canary));
    health.checks['queue'] = () => new Promise(() => undefined);
    const response = await call('/health/ready');
    expect({ status: response.status, body: await response.json() }).toEqual({
      status: 503,
      body: { status: 'not_ready', checks: { database: 'failed', queue: 'failed' } },
    });
    health.checks = {};
  });

  it('explains every error code on a page without script', async () => {
    for (const [code, { title }] of Object.entries(catalogue)) {
      const response = await call(`/errors/${code}`);
      expect(response.headers.get('content-type')).toContain('text/html');
      expect(response.headers.get('content-security-policy')).toMatch(/^default-src 'none'; style-src 'sha256-/);
      expect(response.headers.get('cache-control')).toContain('max-age');
      const page = await response.text();
      expect(page).toContain(title);
      expect(page).not.toContain('<script');
    }
    await expectError(await call('/errors/constructor'), 404, 'not_found');
  });
});
