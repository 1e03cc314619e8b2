import { Secret } from '#libs/kernel';
import { builtIn, FakeProvider, now, reply } from './fixtures/fake-provider.js';

const github = builtIn('github');
const tokens = {
  access_token: 'gho_new',
  token_type: 'bearer',
  scope: 'repo,gist',
  expires_in: 28_800,
  refresh_token: 'ghr_new',
  refresh_token_expires_in: 15_897_600,
};

describe('GitHub OAuth App', () => {
  let provider: FakeProvider;
  beforeEach(async () => {
    provider = await FakeProvider.start();
  });
  afterEach(() => provider.close());

  const spend = () =>
    provider.client().spendCode(github, provider.registration('github'), {
      code: new Secret('code-1'),
      codeVerifier: new Secret('verifier-1'),
      requestedScopes: ['repo', 'offline_access'],
    });

  it('describes the redirect: account picker, PKCE, scopes with spaces', () => {
    const redirect = provider.client().authorizeEndpoint(github, provider.registration('github'));
    expect(redirect).toEqual({
      url: `${provider.origin}/web/login/oauth/authorize`,
      params: { prompt: 'select_account' },
      pkce: 'S256',
      scopeParameter: 'scope',
      scopeSeparator: ' ',
    });
  });

  it('spends a code with the credentials and the verifier in a form, and asks for JSON (R7)', async () => {
    provider.answers(tokens);
    const set = await spend();
    const [call] = provider.received;
    expect(call).toMatchObject({ method: 'POST', path: '/web/login/oauth/access_token' });
    expect(call?.headers).toMatchObject({
      accept: 'application/json',
      'content-type': 'application/x-www-form-urlencoded',
      'user-agent': 'token-exchanger-test',
    });
    expect(call?.headers).not.toHaveProperty('authorization');
    expect(Object.fromEntries(new URLSearchParams(call?.body))).toEqual({
      grant_type: 'authorization_code',
      code: 'code-1',
      code_verifier: 'verifier-1',
      redirect_uri: 'http://localhost:4000/connect/callback/reg_1',
      client_id: 'app-1',
      client_secret: 'canary-client:secret',
    });
    expect(set.accessToken.reveal()).toBe('gho_new');
    expect(set.refreshToken?.reveal()).toBe('ghr_new');
    expect(set).toMatchObject({
      scopes: ['repo', 'gist'],
      scopesInferred: false,
      accessExpiresAt: new Date(now + 28_800_000),
      refreshExpiresAt: new Date(now + 15_897_600_000),
    });
  });

  it('keeps a code error that came with status 200, as the refusal it is', async () => {
    provider.answers({ error: 'bad_verification_code', error_description: 'canary', error_uri: '/docs' });
    const error: unknown = await spend().catch((e: unknown) => e);
    expect(error).toMatchObject({
      class: 'reconnect',
      outcome: 'rejected',
      code: 'bad_verification_code',
      status: 200,
    });
    expect(String(error) + JSON.stringify(error)).not.toContain('canary');
  });

  it('sends nothing until the refresh is sent, and then the refresh token once', async () => {
    provider.answers(tokens);
    const refresh = await provider.client().openRefresh(github, provider.registration('github'));
    expect(provider.received).toEqual([]);
    const order: string[] = [];
    const set = await refresh.send(new Secret('ghr_old'), {
      beforeSend: () => order.push(`received ${provider.received.length}`),
      scopes: ['gist'],
    });
    expect(order).toEqual(['received 0']);
    expect(Object.fromEntries(new URLSearchParams(provider.received[0]?.body))).toEqual({
      grant_type: 'refresh_token',
      refresh_token: 'ghr_old',
      client_id: 'app-1',
      client_secret: 'canary-client:secret',
    });
    expect(set.refreshToken?.reveal()).toBe('ghr_new');
    await expect(refresh.send(new Secret('ghr_old'))).rejects.toThrow('once');
  });

  it('tells the loser of a refresh race from a wrong client secret (F12)', async () => {
    provider.answers({ error: 'bad_refresh_token' }, { error: 'incorrect_client_credentials' });
    const client = provider.client();
    const refresh = async () =>
      (await client.openRefresh(github, provider.registration('github'))).send(new Secret('x'));
    await expect(refresh()).rejects.toMatchObject({ class: 'reconnect', outcome: 'rejected' });
    await expect(refresh()).rejects.toMatchObject({ class: 'operator', outcome: 'rejected' });
  });

  it('deletes exactly one access token, with Basic credentials and a JSON body', async () => {
    provider.answers(reply(204, ''));
    const registration = provider.registration('github');
    const given = { accessToken: new Secret('gho_x'), refreshToken: new Secret('ghr_x') };
    expect(await provider.client().revoke(github, registration, given)).toEqual({ outcome: 'revoked' });
    expect(provider.received).toHaveLength(1);
    expect(provider.received[0]).toMatchObject({ method: 'DELETE', path: '/api/applications/app-1/token' });
    expect(JSON.parse(provider.received[0]?.body ?? '')).toEqual({ access_token: 'gho_x' });
    const basic = Buffer.from('app-1:canary-client%3Asecret').toString('base64');
    expect(provider.received[0]?.headers.authorization).toBe(`Basic ${basic}`);
  });

  it.each([
    [reply(422, { message: 'Validation Failed' }), { outcome: 'failed', class: 'transient' }],
    [reply(401, { message: 'Bad credentials' }), { outcome: 'failed', class: 'operator' }],
    [reply(503, 'down'), { outcome: 'failed', class: 'transient' }],
    [reply(429, '{}', { 'retry-after': '7' }), { outcome: 'failed', class: 'transient', retryAfterMs: 7000 }],
  ])('reads the answer to a revocation', async (answer, expected) => {
    provider.answers(answer);
    const given = { accessToken: new Secret('gho_x') };
    expect(await provider.client().revoke(github, provider.registration('github'), given)).toMatchObject(expected);
  });

  it.each([
    ['does not work either', reply(401, { message: 'Bad credentials' }), { outcome: 'revoked' }],
    ['works', reply(200, { id: 1 }), { outcome: 'failed', class: 'operator', code: 'revocation_not_found' }],
    ['may work', reply(502, ''), { outcome: 'failed', class: 'transient' }],
  ])('believes "no such token" only if it %s (P4)', async (_name, probe, expected) => {
    provider.answers(reply(404, { message: 'Not Found' }), probe);
    const given = { accessToken: new Secret('gho_x') };
    expect(await provider.client().revoke(github, provider.registration('github'), given)).toMatchObject(expected);
  });

  it('cannot revoke with a refresh token alone', async () => {
    const given = { refreshToken: new Secret('ghr_x') };
    const result = await provider.client().revoke(github, provider.registration('github'), given);
    expect(result).toEqual({ outcome: 'unsupported' });
    expect(provider.received).toEqual([]);
  });

  it('knows an account by its number and shows its login, cleaned', async () => {
    provider.answers({ id: 583231, login: 'octo\u202ecat\n', avatar_url: 'https://avatars.example/u/1' });
    const found = { accessToken: new Secret('gho_x'), metadata: {} };
    const account = await provider.client().identify(github, provider.registration('github'), found);
    expect(account).toEqual({ key: '583231', label: 'octocat', avatarUrl: 'https://avatars.example/u/1' });
    expect(provider.received[0]?.headers.authorization).toBe('Bearer gho_x');
    expect(provider.received[0]?.path).toBe('/api/user');
  });

  it('asks again when a token some milliseconds old is not known everywhere yet', async () => {
    const notYet = reply(401, { message: 'Bad credentials' });
    provider.answers(notYet, notYet, { id: 1, login: 'a' }, notYet, notYet, notYet);
    const found = { accessToken: new Secret('gho_x'), metadata: {} };
    const identify = () => provider.client().identify(github, provider.registration('github'), found);
    expect((await identify()).key).toBe('1');
    await expect(identify()).rejects.toMatchObject({ class: 'reconnect', outcome: 'rejected', status: 401 });
  });

  it.each([
    ['alive', reply(200, { id: 1 })],
    ['dead', reply(401, { message: 'Bad credentials' })],
    ['unknown', reply(401, '<html>gateway</html>')],
    ['unknown', reply(403, { message: 'rate limit' }, { 'x-ratelimit-remaining': '0' })],
    ['unknown', reply(404, { message: 'Not Found' })],
    ['unknown', reply(429, {})],
    ['unknown', reply(502, {})],
    ['unknown', reply(200, '<html>')],
  ])('probes: %s', async (life, answer) => {
    provider.answers(answer);
    expect(await provider.client().probe(github, provider.registration('github'), new Secret('gho_x'))).toBe(life);
  });

  it('probes unknown when nobody answers', async () => {
    const { registration, client } = { registration: provider.registration('github'), client: provider.client() };
    await provider.close();
    expect(await client.probe(github, registration, new Secret('gho_x'))).toBe('unknown');
    provider = await FakeProvider.start();
  });

  it('reads a rate limit on 403 from its own headers', async () => {
    const reset = String(now / 1000 + 90);
    const headers = { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': reset, date: new Date(now).toUTCString() };
    provider.answers(reply(403, { message: 'limit' }, headers));
    await expect(spend()).rejects.toMatchObject({ class: 'transient', outcome: 'rejected', retryAfterMs: 90_000 });
  });
});
