import { Fixture, githubApp, longLived, oauthApp, sha256 } from '../testing/fixture.js';

let sandbox: Fixture;
beforeEach(async () => {
  sandbox = await Fixture.start();
});
afterEach(() => sandbox.close());

const status = async (token: string): Promise<number> => (await sandbox.githubApi('/user', token)).status;
const refresh = (refresh_token: string): Promise<any> =>
  sandbox.githubToken({ ...oauthApp, grant_type: 'refresh_token', refresh_token });

describe('GitHub token administration', () => {
  it('checks a token', async () => {
    const { access_token } = await sandbox.connectGithub(oauthApp, 'repo gist');
    const response = await sandbox.administer(oauthApp, ['POST', 'token'], { access_token });
    expect(response.status).toBe(200);
    expect(await response.json()).toMatchObject({
      token: access_token,
      token_last_eight: access_token.slice(-8),
      scopes: ['repo', 'gist'],
      app: { client_id: oauthApp.client_id },
      user: { login: 'ada-lindqvist' },
      expires_at: expect.any(String),
    });
  });

  it('refuses wrong credentials, other apps, unknown tokens and missing ones', async () => {
    const { access_token } = await sandbox.connectGithub(oauthApp, 'repo');
    const check = async (app: typeof oauthApp, body: unknown): Promise<number> =>
      (await sandbox.administer(app, ['POST', 'token'], body)).status;
    expect(await check({ ...oauthApp, client_secret: 'wrong' }, { access_token })).toBe(401);
    expect(await check(longLived, { access_token })).toBe(404);
    expect(await check(oauthApp, { access_token: 'gho_wrong' })).toBe(404);
    expect(await check(oauthApp, {})).toBe(422);
    const bearer = { method: 'POST', headers: { authorization: `Bearer ${access_token}` } };
    expect((await fetch(`${sandbox.url}/github-api/applications/${oauthApp.client_id}/token`, bearer)).status).toBe(
      401,
    );
  });

  it('resets a token: the new one works, the old one does not', async () => {
    const { access_token } = await sandbox.connectGithub(oauthApp, 'repo');
    const answer: any = await (await sandbox.administer(oauthApp, ['PATCH', 'token'], { access_token })).json();
    expect(answer.token).toMatch(/^gho_/);
    expect(await status(access_token)).toBe(401);
    expect(await status(answer.token)).toBe(200);
  });

  it('deletes a token and no other; its refresh token lives on unless the switch says otherwise', async () => {
    const one = await sandbox.connectGithub(oauthApp, 'repo');
    const two = await sandbox.connectGithub(oauthApp, 'repo');
    const three = await sandbox.connectGithub(oauthApp, 'repo');
    const remove = (access_token: string): Promise<Response> =>
      sandbox.administer(oauthApp, ['DELETE', 'token'], { access_token });
    expect((await remove(one.access_token)).status).toBe(204);
    expect((await remove(one.access_token)).status).toBe(404);
    expect([await status(one.access_token), await status(two.access_token)]).toEqual([401, 200]);
    expect(await refresh(one.refresh_token)).toHaveProperty('access_token');
    await sandbox.control('/github/switches', { delete_token_kills_refresh: true }, 'PATCH');
    await remove(three.access_token);
    expect(await refresh(three.refresh_token)).toMatchObject({ error: 'bad_refresh_token' });
    const log = await sandbox.witness({ event: 'token_revoked' });
    expect(log.map((entry) => entry.outcome)).toEqual(['accepted', 'refused', 'accepted']);
    expect(log[0].fingerprint).toBe(sha256(one.access_token));
  });

  it('deletes a grant: all tokens of that person for that app, and what was remembered', async () => {
    const one = await sandbox.connectGithub(oauthApp, 'repo');
    const two = await sandbox.connectGithub(oauthApp, 'gist');
    const grace = await sandbox.connectGithub(oauthApp, 'gist', { account: 'gokafor' });
    const elsewhere = await sandbox.connectGithub(longLived, 'gist');
    const response = await sandbox.administer(oauthApp, ['DELETE', 'grant'], { access_token: two.access_token });
    expect(response.status).toBe(204);
    const tokens = [one, two, grace, elsewhere].map((answer) => status(answer.access_token));
    expect(await Promise.all(tokens)).toEqual([401, 401, 200, 200]);
    expect(await refresh(one.refresh_token)).toMatchObject({ error: 'bad_refresh_token' });
    expect((await sandbox.connectGithub(oauthApp)).scope).toBe('');
    expect(await sandbox.witness({ event: 'grant_revoked' })).toHaveLength(1);
  });

  it('scopes a GitHub App token to repositories, and an OAuth App token not at all', async () => {
    const { access_token } = await sandbox.connectGithub(githubApp);
    const ask = (body: Record<string, unknown>, app = githubApp): Promise<Response> =>
      sandbox.administer(app, ['POST', 'token/scoped'], { access_token, target: 'ada-lindqvist', ...body });
    const answer: any = await (await ask({ repositories: ['letterpress'] })).json();
    expect(answer).toMatchObject({
      token: expect.stringMatching(/^ghu_/),
      installation: { repository_selection: 'selected' },
    });
    const list = (await (await sandbox.githubApi('/user/repos', answer.token)).json()) as { name: string }[];
    expect(list.map((repo) => repo.name)).toEqual(['letterpress']);
    expect((await ask({ repositories: ['berth-planner'] })).status).toBe(422);
    expect((await ask({ repositories: [], repository_ids: [] })).status).toBe(422);
    expect((await ask({ target: 'gokafor' })).status).toBe(404);
    expect((await ask({ access_token: answer.token })).status).toBe(403);
    const oauth = await sandbox.connectGithub(oauthApp, 'repo');
    expect((await ask({ access_token: oauth.access_token }, oauthApp)).status).toBe(422);
  });
});
