import { inspect } from 'node:util';
import { readFileSync } from 'node:fs';
import {
  type ExchangedToken,
  InvalidRequestError,
  TokenExchanger,
  TokenExchangerError,
  VERSION,
} from '../src/index.js';
import { handOut, KEY, Platform, rejection } from './support/platform.js';

let platform: Platform;
beforeEach(async () => {
  platform = await Platform.start();
});
afterEach(() => platform.close());

describe('exchange', () => {
  it('sends every field by its wire name and the credential as a bearer', async () => {
    platform.answer(handOut());
    await platform.client({ appInfo: 'notes/1.0' }).exchange({
      userId: 'mia',
      provider: 'github',
      scopes: ['repo'],
      connectionId: 'cns_1',
      minValidity: 60,
      rejectedExchangeId: 'exc_0',
      purpose: 'list repositories',
      tool: 'list',
      callId: 'c-1',
    });
    expect(platform.seen[0]).toMatchObject({ method: 'POST', path: '/token/exchange' });
    expect(platform.seen[0]?.body).toEqual({
      user_id: 'mia',
      provider: 'github',
      scopes: ['repo'],
      connection_id: 'cns_1',
      min_validity: 60,
      rejected_exchange_id: 'exc_0',
      purpose: 'list repositories',
      tool: 'list',
      call_id: 'c-1',
    });
    expect(platform.seen[0]?.headers.authorization).toBe(`Bearer ${KEY}`);
    expect(platform.seen[0]?.headers['user-agent']).toBe(`notes/1.0 token-exchanger-typescript/${VERSION}`);
  });

  it('has a short form that says only user and provider', async () => {
    platform.answer(handOut());
    await platform.client().exchange('mia', 'notion');
    expect(platform.seen[0]?.body).toEqual({ user_id: 'mia', provider: 'notion' });
  });

  it('reads the answer, times as dates and scopes as a list', async () => {
    platform.answer(
      handOut({ expires_in: 3600, expires_at: '2026-11-21T10:00:00Z', warnings: ['wider_than_requested'] }),
    );
    const token = await platform.client().exchange('mia', 'github');
    expect(token.accessToken).toBe('gho_the-secret-token');
    expect(token.toJSON()).toEqual({
      provider: 'github',
      scopes: ['repo', 'read:user'],
      connectionId: 'cns_1',
      exchangeId: 'exc_1',
      expiresIn: 3600,
      expiresAt: new Date('2026-11-21T10:00:00Z'),
      warnings: ['wider_than_requested'],
    });
  });

  it('says nothing of an expiry that the provider does not tell', async () => {
    platform.answer(handOut());
    const token = await platform.client().exchange('mia', 'github');
    expect('expiresIn' in token).toBe(false);
    expect('expiresAt' in token).toBe(false);
  });

  it('keeps no token: the same question is asked again', async () => {
    platform.answer(handOut({ expires_in: 3600 }));
    const client = platform.client();
    await client.exchange('mia', 'github');
    await client.exchange('mia', 'github');
    expect(platform.seen).toHaveLength(2);
  });

  it.each([
    ['JSON.stringify', (token: ExchangedToken) => JSON.stringify({ token })],
    ['inspect', (token: ExchangedToken) => inspect({ token }, { depth: 9, showHidden: true, getters: true })],
    ['copying', (token: ExchangedToken) => inspect(Object.assign({}, token))],
    ['listing', (token: ExchangedToken) => [...Object.keys(token), ...Object.values(token)].join()],
  ])('P5: hides the token from %s', async (_, show) => {
    platform.answer(handOut());
    const shown = show(await platform.client().exchange('mia', 'github'));
    expect(shown).not.toContain('gho_');
  });

  it('P5: shows no credential when the client or an error is logged', async () => {
    platform.answer({ status: 500, json: {} });
    const client = platform.client();
    const error = await rejection(client.exchange('mia', 'github'));
    for (const thing of [client, error]) {
      expect(inspect(thing, { depth: 9, showHidden: true })).not.toContain(KEY);
    }
  });

  it.each([
    ['no token', { access_token: undefined }],
    ['an empty token', { access_token: '' }],
    ['another token type', { token_type: 'DPoP' }],
    ['no exchange id', { exchange_id: undefined }],
  ])('refuses an answer with %s', async (_, more) => {
    platform.answer(handOut(more));
    const error = await rejection(platform.client().exchange('mia', 'github'));
    expect(error).toBeInstanceOf(TokenExchangerError);
    expect(error).toMatchObject({ code: 'unexpected_answer' });
    expect(inspect(error)).not.toContain('gho_');
  });

  it('refuses a 200 that is no JSON', async () => {
    platform.answer({ status: 200, text: '<html>welcome to the proxy</html>' });
    expect(await rejection(platform.client().exchange('mia', 'github'))).toMatchObject({ code: 'unexpected_answer' });
  });

  it('follows no redirect, so that ids and credential stay with the configured host', async () => {
    const other = await Platform.start();
    other.answer(handOut());
    platform.answer({ status: 307, headers: { location: `${other.baseUrl}/token/exchange` } });
    const error = await rejection(platform.client().exchange('mia', 'github'));
    await other.close();
    expect(error).toMatchObject({ code: 'unexpected_answer', status: 307 });
    expect(other.seen).toHaveLength(0);
  });
});

describe('options', () => {
  it.each([
    ['a plain http host', { baseUrl: 'http://tokens.example.com' }],
    ['no URL', { baseUrl: 'tokens.example.com' }],
    ['a query', { baseUrl: 'https://tokens.example.com/?a=1' }],
    ['a password', { baseUrl: 'https://a:b@tokens.example.com' }],
    ['a line break in the credential', { credential: 'te_sk_secret\n' }],
    ['an empty credential', { credential: '' }],
    ['a time-out of zero', { timeoutMs: 0 }],
    ['a time-out that is no number', { timeoutMs: Number.NaN }],
    ['negative retries', { maxRetries: -1 }],
  ])('refuses %s without repeating the value', (_, wrong) => {
    const make = () => new TokenExchanger({ baseUrl: 'https://tokens.example.com', credential: KEY, ...wrong });
    expect(make).toThrow(InvalidRequestError);
    expect(make).not.toThrow(/secret/);
  });

  it('keeps a path in the base URL', async () => {
    platform.answer(handOut());
    await platform.client({ baseUrl: `${platform.baseUrl}/tokens/` }).exchange('mia', 'github');
    expect(platform.seen[0]?.path).toBe('/tokens/token/exchange');
  });

  it('asks a credential function before every try', async () => {
    platform.answer({ status: 503 }, handOut());
    let count = 0;
    const credential = () => Promise.resolve(`assertion-${(count += 1)}`);
    await platform.client({ credential }).exchange('mia', 'github');
    expect(platform.seen.map((one) => one.headers.authorization)).toEqual(['Bearer assertion-1', 'Bearer assertion-2']);
  });

  it('takes another fetch', async () => {
    platform.answer(handOut());
    const urls: string[] = [];
    const watching: typeof fetch = (input, init) => {
      urls.push(input instanceof Request ? input.url : input.toString());
      return fetch(input, init);
    };
    await platform.client({ fetch: watching }).exchange('mia', 'github');
    expect(urls).toEqual([`${platform.baseUrl}/token/exchange`]);
  });

  it('tells the version of its package.json', () => {
    const manifest = JSON.parse(readFileSync('sdk/typescript/package.json', 'utf8')) as { version: string };
    expect(VERSION).toBe(manifest.version);
  });
});
