import { handOut, Platform } from './support/platform.js';

let platform: Platform;
beforeEach(async () => {
  platform = await Platform.start();
});
afterEach(() => platform.close());

describe('revoke', () => {
  it('gives up access, and tells until when a token lives', async () => {
    const json = { revoked: true, upstream: 'unsupported', token_lives_until: '2026-11-21T10:00:00Z' };
    platform.answer({ status: 200, json });
    const revoked = await platform.client().revoke({ userId: 'mia', provider: 'github', connectionId: 'cns_1' });
    expect(platform.seen[0]).toMatchObject({ method: 'POST', path: '/token/revoke' });
    expect(platform.seen[0]?.body).toEqual({ user_id: 'mia', provider: 'github', connection_id: 'cns_1' });
    expect(revoked).toEqual({
      revoked: true,
      upstream: 'unsupported',
      tokenLivesUntil: new Date('2026-11-21T10:00:00Z'),
    });
  });

  it('kills one token', async () => {
    platform.answer({ status: 200, json: { revoked: true, upstream: 'revoked' } });
    const revoked = await platform.client().revoke({ token: 'gho_x' });
    expect(platform.seen[0]?.body).toEqual({ token: 'gho_x' });
    expect(revoked.tokenLivesUntil).toBeUndefined();
  });
});

describe('connections', () => {
  it('asks with the user in the body, never in the path', async () => {
    const one = {
      connection_id: 'cns_1',
      provider: 'github',
      account: { label: 'mia-codes' },
      status: 'active',
      scope: 'repo read:user',
      is_default: true,
      expires_at: '2026-12-01T00:00:00Z',
    };
    platform.answer({ status: 200, json: { connections: [one] } });
    const connections = await platform.client().connections('mia');
    expect(platform.seen[0]).toMatchObject({ method: 'POST', path: '/connections/query', body: { user_id: 'mia' } });
    expect(connections).toEqual([
      {
        connectionId: 'cns_1',
        provider: 'github',
        account: { label: 'mia-codes', avatarUrl: undefined },
        status: 'active',
        scopes: ['repo', 'read:user'],
        isDefault: true,
        expiresAt: new Date('2026-12-01T00:00:00Z'),
      },
    ]);
  });
});

describe('providers', () => {
  it('tells what can be connected', async () => {
    const scopes = [{ scope: 'repo', description: 'Read and write code', risk: 'high' }];
    const can = { refresh: true, narrow: false, revoke: true };
    platform.answer({ status: 200, json: { providers: [{ provider: 'github', name: 'GitHub', scopes, can }] } });
    expect(await platform.client().providers()).toEqual([{ provider: 'github', name: 'GitHub', scopes, can }]);
    expect(platform.seen[0]).toMatchObject({ method: 'GET', path: '/providers' });
    expect(platform.seen[0]?.headers['content-type']).toBeUndefined();
  });
});

describe('a client', () => {
  it('serves many calls at once without mixing them', async () => {
    platform.answer(handOut());
    const client = platform.client();
    await Promise.all(Array.from({ length: 50 }, (_, index) => client.exchange(`user-${index}`, 'github')));
    const users = platform.seen.map((one) => (one.body as { user_id: string }).user_id);
    expect(new Set(users).size).toBe(50);
  });
});
