import type { ServerResponse } from 'node:http';
import { gzipSync } from 'node:zlib';
import { Secret } from '#libs/kernel';
import type { RefreshOptions } from './open-refresh.js';
import { builtIn, FakeProvider, now, reply, type Answer } from './fixtures/fake-provider.js';
import { ProviderError } from './provider-error.js';

const html = { 'content-type': 'text/html' };
const form = { 'content-type': 'application/x-www-form-urlencoded' };
const good = { access_token: 'gho_new', refresh_token: 'ghr_new', scope: 'repo', expires_in: 3600 };

describe.each(['github', 'notion'])('dialects of the token endpoint: %s', (slug) => {
  let provider: FakeProvider;
  beforeEach(async () => {
    provider = await FakeProvider.start();
  });
  afterEach(() => provider.close());

  const refresh = async (answer: Answer, options: RefreshOptions = {}, timeoutMs = 2000) => {
    provider.answers(answer);
    const client = provider.client({ timeoutMs });
    const open = await client.openRefresh(builtIn(slug), provider.registration(slug));
    return open.send(new Secret('canary_refresh_token'), options);
  };

  it.each<[string, Answer]>([
    ['a web page with status 200', reply(200, '<html><body>Welcome</body></html>', html)],
    ['nothing with status 200', reply(200, '')],
    ['JSON that ends in the middle', reply(200, '{"access_token":"gho_new","refresh_tok')],
    ['JSON that is no object', reply(200, '["access_token"]')],
    ['tokens that are no text', reply(200, { access_token: { a: 1 }, refresh_token: 7 })],
    ['an empty token', reply(200, { access_token: '', refresh_token: 'ghr_new' })],
    ['a page of a gateway with status 403', reply(403, '<html>', html)],
    ['a redirect', reply(302, '', { location: 'https://elsewhere.example/' })],
    ['500 (F11)', reply(500, { error: 'server_error' })],
    ['502 with a page (F11)', reply(502, '<html>', html)],
    ['500 that claims a dead grant', reply(500, { error: 'invalid_grant' })],
    ['400 with a fault of the server', reply(400, { error: 'server_error' })],
    ['a body beyond the limit', reply(200, 'x'.repeat(100_000))],
    ['an answer cut in the middle (F8)', (response) => cut(response)],
    ['no answer at all (F8)', (response) => void response.destroy()],
  ])('outcome unknown, nobody to blame: %s (F9)', async (_name, answer) => {
    await expect(refresh(answer)).rejects.toMatchObject({ class: 'transient', outcome: 'unknown' });
  });

  it('outcome unknown when time is up, by our limit or by the deadline of the caller', async () => {
    const silent = () => undefined;
    await expect(refresh(silent, {}, 100)).rejects.toMatchObject({ outcome: 'unknown', code: 'egress_timeout' });
    const deadline = AbortSignal.timeout(100);
    await expect(refresh(silent, { deadline })).rejects.toMatchObject({ outcome: 'unknown', code: 'egress_timeout' });
  });

  it('outcome not sent when the deadline passed before, when nobody listens, or when the address is refused', async () => {
    await expect(refresh(good, { deadline: AbortSignal.abort() })).rejects.toMatchObject({
      class: 'transient',
      outcome: 'not_sent',
    });
    expect(provider.received).toEqual([]);
    const client = provider.client();
    const params = { web: 'https://127.0.0.1:9', api: 'https://127.0.0.1:9' };
    const wrong = { ...provider.registration(slug), params: slug === 'github' ? params : { api: params.api } };
    await expect(client.openRefresh(builtIn(slug), wrong)).rejects.toMatchObject({
      class: 'operator',
      outcome: 'not_sent',
      code: 'egress_blocked',
    });
    const registration = provider.registration(slug);
    await provider.close();
    await expect(client.openRefresh(builtIn(slug), registration)).rejects.toMatchObject({
      class: 'transient',
      outcome: 'not_sent',
      code: 'egress_connect',
    });
    provider = await FakeProvider.start();
  });

  it('passes on what beforeSend throws, and sends nothing', async () => {
    const objection = new Error('the claim was lost');
    const beforeSend = () => {
      throw objection;
    };
    await expect(refresh(good, { beforeSend })).rejects.toBe(objection);
    expect(provider.received).toEqual([]);
  });

  it.each<[string, Answer]>([
    ['JSON with the wrong label', reply(200, good, html)],
    ['JSON after a byte order mark', reply(200, `\uFEFF${JSON.stringify(good)}`)],
    ['a form', reply(200, new URLSearchParams({ ...good, expires_in: '3600' }).toString(), form)],
    ['a form without a label', reply(200, 'access_token=gho_new&refresh_token=ghr_new&scope=repo&expires_in=3600', {})],
    ['gzip', (response) => zipped(response)],
    ['status 201', reply(201, good)],
    ['a life written as text', reply(200, { ...good, expires_in: '3600' })],
  ])('does not lose tokens that come as %s (F9)', async (_name, answer) => {
    const set = await refresh(answer);
    expect(set.accessToken.reveal()).toBe('gho_new');
    expect(set.refreshToken?.reveal()).toBe('ghr_new');
    expect(set.accessExpiresAt).toEqual(new Date(now + 3_600_000));
  });

  it.each([[-1], [0], [1e12], ['soon'], [null], [{}], [Number.MAX_SAFE_INTEGER]])(
    'a life of %j seconds is no life, and no reason to lose the tokens (F9)',
    async (expires) => {
      const set = await refresh({ ...good, expires_in: expires, refresh_token_expires_in: expires });
      expect(set.accessToken.reveal()).toBe('gho_new');
      expect(set).not.toHaveProperty('accessExpiresAt');
      expect(set).not.toHaveProperty('refreshExpiresAt');
    },
  );

  it.each([[undefined], [null], [''], [42]])(
    'a new refresh token of %j means: keep the old one (F9)',
    async (token) => {
      const set = await refresh({ ...good, refresh_token: token });
      expect(set.accessToken.reveal()).toBe('gho_new');
      expect(set).not.toHaveProperty('refreshToken');
    },
  );

  it.each([
    ['120', 120_000],
    [new Date(now + 60_000).toUTCString(), 60_000],
    [new Date(now - 60_000).toUTCString(), 1000],
    ['-5', undefined],
    ['99999999999999', 3_600_000],
    ['soon', undefined],
    ['', undefined],
  ])('429 with Retry-After %j (F10)', async (value, expected) => {
    const answer = reply(429, {}, { 'retry-after': value, date: new Date(now).toUTCString() });
    const error: unknown = await refresh(answer).catch((e: unknown) => e);
    expect(error).toMatchObject({ class: 'transient', outcome: 'rejected', status: 429 });
    expect((error as ProviderError).retryAfterMs).toBe(expected);
  });

  it('counts a date from the clock of the provider, however wrong it goes (F13)', async () => {
    const theirs = now + 600_000;
    const headers = { 'retry-after': new Date(theirs + 30_000).toUTCString(), date: new Date(theirs).toUTCString() };
    await expect(refresh(reply(429, {}, headers))).rejects.toMatchObject({ retryAfterMs: 30_000 });
  });

  it('never shows a description, nor a code that repeats a secret', async () => {
    for (const code of ['canary_refresh_token', 'x'.repeat(65), 'Not a code', '../../etc', 'canary_refresh']) {
      const error: unknown = await refresh(reply(400, { error: code, error_description: 'canary words' })).catch(
        (e: unknown) => e,
      );
      expect(error).toBeInstanceOf(ProviderError);
      expect(error).toMatchObject({ outcome: 'rejected' });
      expect((error as ProviderError).code).toBeUndefined();
      expect(String(error) + JSON.stringify(error)).not.toContain('canary');
    }
  });

  it('treats a refusal that it does not know as one that may pass', async () => {
    await expect(refresh(reply(400, { error: 'brand_new_code' }))).rejects.toMatchObject({
      class: 'transient',
      outcome: 'rejected',
      code: 'brand_new_code',
    });
  });

  it('blames the app, never the user, for a bare 401 of the token endpoint', async () => {
    await expect(refresh(reply(401, { message: 'no' }))).rejects.toMatchObject({
      class: 'operator',
      outcome: 'rejected',
    });
  });
});

describe('an error code with status 200', () => {
  it('proves a refusal only at a provider that is known to answer so (F9)', async () => {
    const provider = await FakeProvider.start();
    const refused = { error: 'invalid_grant' };
    for (const [slug, outcome] of [
      ['github', 'rejected'],
      ['notion', 'unknown'],
    ] as const) {
      provider.answers(refused);
      const open = await provider.client().openRefresh(builtIn(slug), provider.registration(slug));
      await expect(open.send(new Secret('x'))).rejects.toMatchObject({ outcome, code: 'invalid_grant' });
    }
    await provider.close();
  });
});

function cut(response: ServerResponse): void {
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': '500' });
  response.write('{"access_token":"gho_new"');
  setTimeout(() => response.destroy(), 20);
}

function zipped(response: ServerResponse): void {
  response.writeHead(200, { 'content-type': 'application/json', 'content-encoding': 'gzip' });
  response.end(gzipSync(JSON.stringify(good)));
}
