import { Fixture, basic, callback, challengeOf, githubApp, longLived, oauthApp, sha256 } from '../testing/fixture.js';

let sandbox: Fixture;
beforeEach(async () => {
  sandbox = await Fixture.start();
});
afterEach(() => sandbox.close());

const verifier = 'verifier-'.repeat(6);

async function code(app = oauthApp, more: Record<string, string> = {}): Promise<string> {
  const back = await sandbox.authorizeGithub({ client_id: app.client_id, scope: 'repo gist', ...more });
  return back.searchParams.get('code')!;
}

function post(headers: Record<string, string>, body: string | URLSearchParams, query = ''): Promise<Response> {
  return fetch(`${sandbox.url}/github/login/oauth/access_token${query}`, { method: 'POST', headers, body });
}

describe('GitHub token endpoint, code', () => {
  it('gives an expiring pair with the documented names and lifetimes', async () => {
    const answer = await sandbox.connectGithub(oauthApp, 'repo gist public_repo');
    expect(answer).toEqual({
      access_token: expect.stringMatching(/^gho_[A-Za-z0-9]{36}$/),
      expires_in: 28_800,
      refresh_token: expect.stringMatching(/^ghr_[A-Za-z0-9]{76}$/),
      refresh_token_expires_in: 15_897_600,
      scope: 'repo,gist',
      token_type: 'bearer',
    });
  });

  it('gives a long-lived token alone, unless offline_access was asked for', async () => {
    expect(Object.keys(await sandbox.connectGithub(longLived, 'gist')).sort()).toEqual([
      'access_token',
      'scope',
      'token_type',
    ]);
    const offline = await sandbox.connectGithub(longLived, 'gist offline_access');
    expect(offline).toMatchObject({ scope: 'gist', expires_in: 28_800, refresh_token: expect.stringMatching(/^ghr_/) });
  });

  it.each([
    [undefined, 'application/x-www-form-urlencoded'],
    ['*/*', 'application/x-www-form-urlencoded'],
    ['application/json', 'application/json'],
    ['application/xml', 'application/xml'],
  ])('Accept: %s is answered as %s', async (accept, type) => {
    const body = new URLSearchParams({ ...oauthApp, code: await code() });
    const response = await post(accept === undefined ? {} : { accept }, body);
    expect(response.headers.get('content-type')).toContain(type);
    const text = await response.text();
    expect(text).toMatch(/gho_/);
    if (type.endsWith('urlencoded')) expect(new URLSearchParams(text).get('scope')).toBe('repo,gist');
    if (type.endsWith('xml')) expect(text).toContain('<OAuth><access_token>gho_');
  });

  it('takes credentials as form, JSON or query, but not as Basic', async () => {
    const json = { accept: 'application/json', 'content-type': 'application/json' };
    expect(await (await post(json, JSON.stringify({ ...oauthApp, code: await code() }))).json()).toHaveProperty(
      'access_token',
    );
    const query = `?${new URLSearchParams({ ...oauthApp, code: await code() })}`;
    expect(await (await post({ accept: 'application/json' }, '', query)).json()).toHaveProperty('access_token');
    const authorization = basic(oauthApp.client_id, oauthApp.client_secret);
    const response = await post(
      { accept: 'application/json', authorization },
      new URLSearchParams({ code: await code() }),
    );
    expect(await response.json()).toMatchObject({ error: 'incorrect_client_credentials' });
  });

  it('answers every error with 200 and error, error_description, error_uri', async () => {
    const response = await post({ accept: 'application/json' }, new URLSearchParams({ ...oauthApp, code: 'wrong' }));
    expect(response.status).toBe(200);
    expect(await response.json()).toEqual({
      error: 'bad_verification_code',
      error_description: expect.any(String),
      error_uri: expect.any(String),
    });
    const form = new URLSearchParams(
      await (await post({}, new URLSearchParams({ ...oauthApp, code: 'wrong' }))).text(),
    );
    expect(form.get('error')).toBe('bad_verification_code');
  });

  it('spends a code once and within ten minutes', async () => {
    const once = await code();
    expect(await sandbox.githubToken({ ...oauthApp, code: once })).toHaveProperty('access_token');
    expect(await sandbox.githubToken({ ...oauthApp, code: once })).toMatchObject({ error: 'bad_verification_code' });
    const late = await code();
    await sandbox.control('/clock', { advance_seconds: 600 });
    expect(await sandbox.githubToken({ ...oauthApp, code: late })).toMatchObject({ error: 'bad_verification_code' });
    expect((await sandbox.witness({ outcome: 'refused' })).map((entry) => entry.reason)).toEqual([
      'already_spent',
      'expired',
    ]);
  });

  it('checks the PKCE verifier, by S256 alone', async () => {
    const pkce = { code_challenge: challengeOf(verifier), code_challenge_method: 'S256' };
    const good = { ...oauthApp, code: await code(oauthApp, pkce), code_verifier: verifier };
    expect(await sandbox.githubToken(good)).toHaveProperty('access_token');
    for (const wrong of [{}, { code_verifier: 'other' }, { code_verifier: challengeOf(verifier) }]) {
      const answer = await sandbox.githubToken({ ...oauthApp, code: await code(oauthApp, pkce), ...wrong });
      expect(answer).toMatchObject({ error: 'bad_verification_code' });
    }
  });

  it('compares the redirect_uri and the app, without burning the code', async () => {
    const one = await code();
    const mismatch = await sandbox.githubToken({ ...oauthApp, code: one, redirect_uri: `${callback}/other` });
    expect(mismatch).toMatchObject({ error: 'redirect_uri_mismatch' });
    expect(await sandbox.githubToken({ ...longLived, code: one })).toMatchObject({ error: 'bad_verification_code' });
    expect(await sandbox.githubToken({ ...oauthApp, client_secret: 'wrong', code: one })).toMatchObject({
      error: 'incorrect_client_credentials',
    });
    expect(await sandbox.githubToken({ ...oauthApp, code: one, redirect_uri: callback })).toHaveProperty(
      'access_token',
    );
  });

  it('ends the oldest token with the eleventh of one person, app and set of scopes', async () => {
    const other = await sandbox.connectGithub(oauthApp, 'gist');
    const stranger = await sandbox.connectGithub(oauthApp, 'repo', { account: 'gokafor' });
    const tokens: string[] = [];
    for (let n = 1; n <= 11; n++) tokens.push((await sandbox.connectGithub(oauthApp, 'repo')).access_token);
    const alive = async (token: string): Promise<boolean> => (await sandbox.githubApi('/user', token)).status === 200;
    expect(await Promise.all(tokens.map(alive))).toEqual([false, ...Array<boolean>(10).fill(true)]);
    expect(await Promise.all([other.access_token, stranger.access_token].map(alive))).toEqual([true, true]);
    const [evicted] = await sandbox.witness({ event: 'token_evicted' });
    expect(evicted).toMatchObject({ fingerprint: sha256(tokens[0]!), account: 'ada-lindqvist' });
  });

  it('witnesses the code and the pair by fingerprint only', async () => {
    const value = await code();
    const answer = await sandbox.githubToken({ ...oauthApp, code: value });
    const [entry] = await sandbox.witness({ event: 'code_spent', fingerprint: sha256(value) });
    expect(entry).toMatchObject({
      provider: 'github',
      outcome: 'accepted',
      client_id: oauthApp.client_id,
      account: 'ada-lindqvist',
      generation: 1,
      issued: { access: sha256(answer.access_token), refresh: sha256(answer.refresh_token) },
    });
    const everything = JSON.stringify([await sandbox.witness(), await sandbox.control('/github/tokens', {}, 'GET')]);
    for (const secret of [value, answer.access_token, answer.refresh_token]) expect(everything).not.toContain(secret);
  });

  it('answers a body that is no JSON with 400 and nothing of the inside', async () => {
    const response = await post({ 'content-type': 'application/json' }, '{"client_secret": "abc');
    expect(response.status).toBe(400);
    expect(await response.text()).not.toMatch(/abc|node_modules|SyntaxError/);
  });

  it('refuses a grant type that it does not have', async () => {
    expect(await sandbox.githubToken({ ...githubApp, grant_type: 'password' })).toMatchObject({
      error: 'unsupported_grant_type',
    });
  });
});
