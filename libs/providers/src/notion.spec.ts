import { Secret } from '#libs/kernel';
import { builtIn, FakeProvider, reply } from './fixtures/fake-provider.js';

const notion = builtIn('notion');
const tokens = {
  access_token: 'ntn_new',
  token_type: 'bearer',
  refresh_token: 'nrt_new',
  bot_id: 'bot-1',
  workspace_id: 'ws-1',
  workspace_name: 'Analytical Engines',
  workspace_icon: null,
  owner: { type: 'user', user: { object: 'user', id: 'user-1', name: 'Ada', avatar_url: null } },
  duplicated_template_id: null,
  request_id: 'r',
};

describe('Notion', () => {
  let provider: FakeProvider;
  beforeEach(async () => {
    provider = await FakeProvider.start();
  });
  afterEach(() => provider.close());

  const spend = (params = {}) => {
    const registration = provider.registration('notion', { params: { api: provider.origin, ...params } });
    return provider.client().spendCode(notion, registration, { code: new Secret('code-1'), requestedScopes: ['read'] });
  };
  const refresh = async () =>
    (await provider.client().openRefresh(notion, provider.registration('notion'))).send(new Secret('nrt_old'));

  it('describes the redirect: owner, and no scope parameter', () => {
    const redirect = provider.client().authorizeEndpoint(notion, provider.registration('notion'));
    expect(redirect).toMatchObject({ params: { owner: 'user' }, scopeParameter: undefined });
  });

  it('spends a code as JSON with Basic credentials and keeps what identifies the connection', async () => {
    provider.answers(tokens);
    const set = await spend();
    const [call] = provider.received;
    expect(call?.path).toBe('/v1/oauth/token');
    expect(call?.headers).toMatchObject({ 'content-type': 'application/json', 'notion-version': '2025-09-03' });
    expect(call?.headers.authorization).toMatch(/^Basic /);
    expect(JSON.parse(call?.body ?? '')).toEqual({
      grant_type: 'authorization_code',
      code: 'code-1',
      redirect_uri: 'http://localhost:4000/connect/callback/reg_1',
    });
    expect(set).not.toHaveProperty('accessExpiresAt');
    expect(set.metadata).toEqual({
      bot_id: 'bot-1',
      workspace_id: 'ws-1',
      workspace_name: 'Analytical Engines',
      owner_user_id: 'user-1',
      owner_user_name: 'Ada',
    });
  });

  it('counts every capability of the integration as granted, whatever was asked (P2)', async () => {
    provider.answers(tokens, tokens);
    expect(await spend({ capabilities: 'read comments' })).toMatchObject({
      scopes: ['read', 'comments'],
      scopesInferred: true,
    });
    expect((await spend()).scopes).toEqual(['read', 'write', 'comments', 'users']);
  });

  it('names the connection from the token answer, without another call', async () => {
    provider.answers(tokens);
    const account = await provider.client().identify(notion, provider.registration('notion'), await spend());
    expect(account).toEqual({ key: 'ws-1:user-1', label: 'Analytical Engines' });
    expect(provider.received).toHaveLength(1);
  });

  it('names it by workspace and bot where the owner is the workspace', async () => {
    provider.answers({ ...tokens, owner: { type: 'workspace', workspace: true } });
    const account = await provider.client().identify(notion, provider.registration('notion'), await spend());
    expect(account.key).toBe('ws-1:bot-1');
  });

  it('asks who it is when the token answer did not say', async () => {
    const owner = { type: 'user', user: { id: 'user-1', name: 'Ada' } };
    provider.answers({
      object: 'user',
      id: 'bot-1',
      type: 'bot',
      bot: { owner, workspace_id: 'ws-1', workspace_name: null },
    });
    const found = { accessToken: new Secret('ntn_x'), metadata: {} };
    const account = await provider.client().identify(notion, provider.registration('notion'), found);
    expect(account).toEqual({ key: 'ws-1:user-1', label: 'Ada' });
    expect(provider.received[0]).toMatchObject({ path: '/v1/users/me' });
    expect(provider.received[0]?.headers).toMatchObject({ 'notion-version': '2025-09-03' });
  });

  it.each([
    ['short shape', { error: 'invalid_grant', request_id: 'r' }],
    ['long shape', { object: 'error', status: 400, code: 'invalid_grant', message: 'canary' }],
  ])('reads an error in its %s', async (_name, body) => {
    provider.answers(reply(400, body));
    await expect(refresh()).rejects.toMatchObject({ class: 'reconnect', outcome: 'rejected', code: 'invalid_grant' });
  });

  it.each([
    [401, { error: 'invalid_client' }, 'operator', 'rejected'],
    [403, { code: 'test_env_error' }, 'operator', 'rejected'],
    [409, { code: 'conflict_error' }, 'transient', 'rejected'],
    [429, { code: 'rate_limited' }, 'transient', 'rejected'],
    [500, { code: 'internal_server_error' }, 'transient', 'unknown'],
    [529, { code: 'service_overload' }, 'transient', 'unknown'],
  ])('classifies %i %j', async (status, body, errorClass, outcome) => {
    provider.answers(reply(status, body));
    await expect(refresh()).rejects.toMatchObject({ class: errorClass, outcome, status });
  });

  it('keeps the old refresh token when the new one is null (F9)', async () => {
    provider.answers({ ...tokens, refresh_token: null });
    expect(await refresh()).not.toHaveProperty('refreshToken');
  });

  it('revokes by the access token', async () => {
    provider.answers({ request_id: 'r' });
    const given = { accessToken: new Secret('ntn_x'), refreshToken: new Secret('nrt_x') };
    const result = await provider.client().revoke(notion, provider.registration('notion'), given);
    expect(result).toEqual({ outcome: 'revoked' });
    expect(provider.received[0]).toMatchObject({ path: '/v1/oauth/revoke', body: '{"token":"ntn_x"}' });
  });

  it.each([
    ['dead', reply(401, { object: 'error', status: 401, code: 'unauthorized', message: 'x' })],
    ['unknown', reply(401, { message: 'gateway' })],
    ['unknown', reply(403, { code: 'restricted_resource' })],
  ])('probes: %s', async (life, answer) => {
    provider.answers(answer);
    expect(await provider.client().probe(notion, provider.registration('notion'), new Secret('ntn_x'))).toBe(life);
  });
});
