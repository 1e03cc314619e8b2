import { ConnectionError, RateLimitedError, TemporarilyUnavailableError, TimeoutError } from '../src/index.js';
import { delayBeforeRetry } from '../src/retry.js';
import { bytesMayHaveLeft } from '../src/network-failure.js';
import { handOut, Platform, refusal, rejection } from './support/platform.js';

let platform: Platform;
beforeEach(async () => {
  platform = await Platform.start();
});
afterEach(() => platform.close());

const session = {
  status: 201,
  json: { id: 'cst_1', connect_url: 'https://c.test/x', expires_in: 600, status: 'open' },
};

describe('retries', () => {
  it.each([429, 502, 503, 504])('repeats an exchange after %i', async (status) => {
    platform.answer({ status }, { status }, handOut());
    await platform.client().exchange('mia', 'github');
    expect(platform.seen).toHaveLength(3);
    expect(platform.sleeps).toEqual([125, 250]);
  });

  it.each(['cut', 'half'] as const)('repeats an exchange whose connection was %s', async (how) => {
    platform.answer(how, handOut());
    await platform.client().exchange('mia', 'github');
    expect(platform.seen).toHaveLength(2);
  });

  it.each([400, 401, 403, 404, 409, 500])('does not repeat after %i', async (status) => {
    platform.answer({ status }, handOut());
    await rejection(platform.client().exchange('mia', 'github'));
    expect(platform.seen).toHaveLength(1);
  });

  it('gives up after maxRetries with the last error', async () => {
    platform.answer(refusal(503, 'temporarily_unavailable'));
    const error = await rejection(platform.client({ maxRetries: 3 }).exchange('mia', 'github'));
    expect(error).toBeInstanceOf(TemporarilyUnavailableError);
    expect(platform.seen).toHaveLength(4);
  });

  it('repeats queries, revoke and complete', async () => {
    const client = platform.client();
    platform.answer({ status: 503 }, { status: 200, json: { connections: [] } });
    await client.connections('mia');
    platform.answer('cut', { status: 200, json: { providers: [] } });
    await client.providers();
    platform.answer('cut', { status: 200, json: { revoked: true, upstream: 'revoked' } });
    await client.revoke({ userId: 'mia', provider: 'github' });
    const json = {
      id: 'cst_1',
      status: 'completed',
      connection_id: 'cns_1',
      provider: 'github',
      account: { label: 'mia' },
    };
    platform.answer('cut', { status: 200, json });
    await client.connect.complete({ sessionId: 'cst_1', userId: 'mia', completionCode: 'code', nonce: 'n' });
    expect(platform.seen).toHaveLength(8);
  });

  it.each(['cut', 'half'] as const)('never repeats the start of a session that was %s', async (how) => {
    platform.answer(how, session);
    const error = await rejection(platform.client().connect.start({ userId: 'mia', provider: 'github' }));
    expect(error).toBeInstanceOf(ConnectionError);
    expect(platform.seen).toHaveLength(1);
  });

  it.each([429, 503])('never repeats the start of a session that was answered with %i', async (status) => {
    platform.answer({ status }, session);
    await rejection(platform.client().connect.start({ userId: 'mia', provider: 'github' }));
    expect(platform.seen).toHaveLength(1);
  });

  it('repeats the start of a session while nobody listens, and says that nobody does', async () => {
    await platform.close();
    const error = await rejection(platform.client().connect.start({ userId: 'mia', provider: 'github' }));
    expect(error).toBeInstanceOf(ConnectionError);
    expect((error as Error).message).toContain('cannot be reached');
    expect(platform.sleeps).toHaveLength(2);
    platform = await Platform.start();
  });
});

describe('Retry-After', () => {
  it('waits for the seconds asked, and spreads after them', async () => {
    platform.answer({ status: 429, headers: { 'retry-after': '2' } }, handOut());
    await platform.client().exchange('mia', 'github');
    expect(platform.sleeps).toEqual([2125]);
  });

  it('counts a date from the clock of the one who sent it', async () => {
    const headers = { date: 'Sat, 21 Nov 2015 10:00:00 GMT', 'retry-after': 'Sat, 21 Nov 2015 10:00:03 GMT' };
    platform.answer({ status: 503, headers }, handOut());
    await platform.client().exchange('mia', 'github');
    expect(platform.sleeps).toEqual([3125]);
  });

  it('ignores a date in the past and text that is neither', async () => {
    const past = { date: 'Sat, 21 Nov 2015 10:00:00 GMT', 'retry-after': 'Sat, 21 Nov 2015 09:00:00 GMT' };
    platform.answer({ status: 503, headers: past }, { status: 503, headers: { 'retry-after': 'soon' } }, handOut());
    await platform.client().exchange('mia', 'github');
    expect(platform.sleeps).toEqual([125, 250]);
  });

  it('throws at once when the wait is longer than the longest allowed', async () => {
    platform.answer({ status: 429, headers: { 'retry-after': '3600' } }, handOut());
    const error = await rejection(platform.client().exchange('mia', 'github'));
    expect(error).toBeInstanceOf(RateLimitedError);
    expect(error).toMatchObject({ retryAfter: 3600 });
    expect(platform.seen).toHaveLength(1);
  });

  it('throws at once when the wait would outlast the call', async () => {
    platform.answer({ status: 503, headers: { 'retry-after': '5' } }, handOut());
    const error = await rejection(platform.client().exchange('mia', 'github', { timeoutMs: 4000 }));
    expect(error).toBeInstanceOf(TemporarilyUnavailableError);
    expect(platform.sleeps).toEqual([]);
  });

  it('never waits longer than the cap, whatever the jitter', () => {
    const policy = { maxRetries: 9, baseDelayMs: 250, maxDelayMs: 1000 };
    expect(delayBeforeRetry(policy, 8, undefined, () => 0.999)).toBeLessThanOrEqual(1000);
    expect(delayBeforeRetry(policy, 8, 1, () => 0.999)).toBe(1000);
    expect(delayBeforeRetry(policy, 8, undefined, () => 0)).toBe(0);
  });
});

describe('ends', () => {
  it('ends a silent call at its deadline', async () => {
    platform.answer('hang');
    const error = await rejection(platform.client({ timeoutMs: 60 }).exchange('mia', 'github'));
    expect(error).toBeInstanceOf(TimeoutError);
    expect(error).toMatchObject({ code: 'timeout' });
    expect(platform.seen).toHaveLength(1);
  });

  it('holds one deadline over all tries', async () => {
    let now = 0;
    const sleep = (ms: number) => {
      now += ms + 700;
      return Promise.resolve();
    };
    platform.answer({ status: 503 });
    const client = platform.client({ timeoutMs: 1000, maxRetries: 10, runtime: { now: () => now, sleep } });
    expect(await rejection(client.exchange('mia', 'github'))).toBeInstanceOf(TemporarilyUnavailableError);
    expect(platform.seen).toHaveLength(2);
  });

  it('rejects with the reason of the signal, in flight', async () => {
    platform.answer('hang');
    const controller = new AbortController();
    const reason = new Error('the person left');
    setTimeout(() => controller.abort(reason), 30);
    const error = await rejection(platform.client().exchange('mia', 'github', { signal: controller.signal }));
    expect(error).toBe(reason);
    expect(platform.seen).toHaveLength(1);
  });

  it('rejects with the reason of the signal, while it waits to repeat', async () => {
    platform.answer({ status: 503, headers: { 'retry-after': '5' } });
    const controller = new AbortController();
    setTimeout(() => controller.abort(), 30);
    const { sleep } = (await import('../src/runtime.js')).machine;
    const client = platform.client({ runtime: { sleep } });
    const error = await rejection(client.exchange('mia', 'github', { signal: controller.signal }));
    expect(error).toMatchObject({ name: 'AbortError' });
    expect(platform.seen).toHaveLength(1);
  });

  it('sends nothing when the signal was aborted before', async () => {
    const signal = AbortSignal.abort();
    await rejection(platform.client().exchange('mia', 'github', { signal }));
    expect(platform.seen).toHaveLength(0);
  });

  it('does not wait for a credential longer than for the call', async () => {
    const credential = () => new Promise<string>(() => undefined);
    const error = await rejection(platform.client({ credential, timeoutMs: 50 }).exchange('mia', 'github'));
    expect(error).toBeInstanceOf(TimeoutError);
  });
});

describe('bytesMayHaveLeft', () => {
  it.each([
    ['a refused connection', { cause: { code: 'ECONNREFUSED' } }, false],
    ['several refused addresses', { cause: { errors: [{ code: 'ECONNREFUSED' }] } }, false],
    ['a name that does not resolve', { cause: { code: 'ENOTFOUND' } }, false],
    ['a reset', { cause: { code: 'ECONNRESET' } }, true],
    ['a closed socket', { cause: { code: 'UND_ERR_SOCKET' } }, true],
    ['something unknown', new TypeError('fetch failed'), true],
    ['no error at all', undefined, true],
  ])('%s', (_, error, left) => {
    expect(bytesMayHaveLeft(error)).toBe(left);
  });
});
