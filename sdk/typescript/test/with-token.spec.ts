import { InteractionRequiredError, InvalidClientError } from '../src/index.js';
import { handOut, Platform, refusal, rejection } from './support/platform.js';

let platform: Platform;
beforeEach(async () => {
  platform = await Platform.start();
});
afterEach(() => platform.close());

const fresh = handOut({ access_token: 'gho_fresh', exchange_id: 'exc_2' });

describe('withToken', () => {
  it('does the work once when the provider is content', async () => {
    platform.answer(handOut());
    const result = await platform
      .client()
      .withToken('mia', 'github', (accessToken, token) => [accessToken, token.exchangeId]);
    expect(result).toEqual(['gho_the-secret-token', 'exc_1']);
    expect(platform.seen).toHaveLength(1);
  });

  it.each([
    ['a Response', () => new Response('no', { status: 401 })],
    ['an error with status', () => Promise.reject(Object.assign(new Error('no'), { status: 401 }))],
    ['an error with statusCode', () => Promise.reject(Object.assign(new Error('no'), { statusCode: 401 }))],
    ['an error with a response', () => Promise.reject(Object.assign(new Error('no'), { response: { status: 401 } }))],
  ])('F9: on a 401 as %s reports the token as rejected and does the work once more', async (_, unauthorized) => {
    platform.answer(handOut(), fresh);
    const used: string[] = [];
    const work = (accessToken: string): unknown => {
      used.push(accessToken);
      return used.length === 1 ? unauthorized() : 'done';
    };
    const options = { scopes: ['repo'], purpose: 'list' };
    expect(await platform.client().withToken('mia', 'github', work, options)).toBe('done');
    expect(used).toEqual(['gho_the-secret-token', 'gho_fresh']);
    expect(platform.seen[1]?.body).toEqual({
      user_id: 'mia',
      provider: 'github',
      scopes: ['repo'],
      purpose: 'list',
      connection_id: 'cns_1',
      rejected_exchange_id: 'exc_1',
    });
  });

  it('hands back a second 401 and asks no third time', async () => {
    platform.answer(handOut(), fresh);
    let calls = 0;
    const response = await platform.client().withToken('mia', 'github', () => {
      calls += 1;
      return new Response('no', { status: 401 });
    });
    expect(response.status).toBe(401);
    expect([calls, platform.seen.length]).toEqual([2, 2]);
  });

  it('throws a second 401 that is thrown', async () => {
    platform.answer(handOut(), fresh);
    const unauthorized = Object.assign(new Error('no'), { status: 401 });
    expect(await rejection(platform.client().withToken('mia', 'github', () => Promise.reject(unauthorized)))).toBe(
      unauthorized,
    );
    expect(platform.seen).toHaveLength(2);
  });

  it.each([
    ['a Response of 403', () => new Response('no', { status: 403 })],
    ['a result that only looks like one', () => ({ status: 401 })],
    ['nothing', () => undefined],
  ])('does not take %s for a rejected token', async (_, work) => {
    platform.answer(handOut());
    await platform.client().withToken('mia', 'github', work);
    expect(platform.seen).toHaveLength(1);
  });

  it('does not take a 401 of the platform for one of the provider', async () => {
    platform.answer(handOut());
    const nested = new InvalidClientError('invalid_client', 'revoked', { status: 401 });
    expect(await rejection(platform.client().withToken('mia', 'github', () => Promise.reject(nested)))).toBe(nested);
    expect(platform.seen).toHaveLength(1);
  });

  it('throws what the second exchange says when the connection is dead', async () => {
    platform.answer(handOut(), refusal(400, 'interaction_required', { interaction_uri: 'https://c.test' }));
    const work = () => new Response('no', { status: 401 });
    expect(await rejection(platform.client().withToken('mia', 'github', work))).toBeInstanceOf(
      InteractionRequiredError,
    );
  });
});
