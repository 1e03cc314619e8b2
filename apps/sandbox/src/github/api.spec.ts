import { Fixture, githubApp, oauthApp } from '../testing/fixture.js';

let sandbox: Fixture;
beforeAll(async () => {
  sandbox = await Fixture.start();
});
afterAll(() => sandbox.close());

async function repos(token: string, query = ''): Promise<{ names: string[]; headers: Headers }> {
  const response = await sandbox.githubApi(`/user/repos${query}`, token);
  const list = (await response.json()) as { full_name: string }[];
  return { names: list.map((repo) => repo.full_name), headers: response.headers };
}

describe('GitHub API', () => {
  it('GET /user tells who, with the scopes in the headers', async () => {
    const { access_token } = await sandbox.connectGithub(oauthApp, 'repo user');
    const response = await sandbox.githubApi('/user', access_token);
    expect(response.headers.get('x-oauth-scopes')).toBe('repo, user');
    expect(response.headers.has('x-accepted-oauth-scopes')).toBe(true);
    expect(await response.json()).toMatchObject({
      login: 'ada-lindqvist',
      id: 70_010_001,
      type: 'User',
      two_factor_authentication: true,
    });
  });

  it('GET /user without the scope user shows the public part', async () => {
    const { access_token } = await sandbox.connectGithub(oauthApp, 'gist', { account: 'gokafor' });
    const user = await (await sandbox.githubApi('/user', access_token)).json();
    expect(user).toMatchObject({ login: 'gokafor', email: null });
    expect(user).not.toHaveProperty('plan');
  });

  it('GET /user/repos shows private ones with repo only', async () => {
    const all = await repos((await sandbox.connectGithub(oauthApp, 'repo')).access_token);
    const open = await repos((await sandbox.connectGithub(oauthApp, 'public_repo')).access_token);
    const none = await repos((await sandbox.connectGithub(oauthApp, 'gist')).access_token);
    expect(all.names).toContain('ada-lindqvist/studio-books');
    expect(all.headers.get('x-accepted-oauth-scopes')).toContain('repo');
    expect(open.names).toEqual(['ada-lindqvist/tide-tables', 'ada-lindqvist/letterpress']);
    expect(none.names).toEqual(open.names);
  });

  it('GET /user/repos pages and filters', async () => {
    const { access_token } = await sandbox.connectGithub(oauthApp, 'repo');
    const first = await repos(access_token, '?per_page=3');
    expect(first.names).toHaveLength(3);
    expect(first.headers.get('link')).toContain('rel="next"');
    expect((await repos(access_token, '?per_page=3&page=2')).names).toHaveLength(1);
    expect((await repos(access_token, '?visibility=private')).names).toHaveLength(2);
  });

  it('says 401 Bad credentials for a wrong token, 401 without one, 403 without a User-Agent', async () => {
    const bad = await sandbox.githubApi('/user', 'gho_wrong');
    expect(bad.status).toBe(401);
    expect(await bad.json()).toMatchObject({ message: 'Bad credentials', status: '401' });
    expect((await fetch(`${sandbox.url}/github-api/user`)).status).toBe(401);
    expect((await fetch(`${sandbox.url}/github-api/user`, { headers: { 'user-agent': '' } })).status).toBe(403);
  });

  it('is also where GitHub Enterprise has it, and names no scopes for a GitHub App', async () => {
    const { access_token } = await sandbox.connectGithub(githubApp);
    const response = await fetch(`${sandbox.url}/github/api/v3/user`, {
      headers: { authorization: `token ${access_token}` },
    });
    expect(response.status).toBe(200);
    expect(response.headers.has('x-oauth-scopes')).toBe(false);
    expect(response.headers.has('x-accepted-github-permissions')).toBe(true);
  });
});

describe('the page of a repository', () => {
  it('is there for a public one, and a private one looks like none', async () => {
    const page = await fetch(`${sandbox.url}/github/ada-lindqvist/tide-tables`);
    expect([page.status, (await page.text()).includes('High and low water')]).toEqual([200, true]);
    for (const name of ['studio-books', 'no-such-repository'])
      expect((await fetch(`${sandbox.url}/github/ada-lindqvist/${name}`)).status).toBe(404);
  });
});
