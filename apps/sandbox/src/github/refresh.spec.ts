import { Fixture, githubApp, longLived, oauthApp, sha256 } from '../testing/fixture.js';

let sandbox: Fixture;
beforeEach(async () => {
  sandbox = await Fixture.start();
});
afterEach(() => sandbox.close());

function refresh(token: string, app = oauthApp, more: Record<string, string> = {}): Promise<any> {
  return sandbox.githubToken({ ...app, grant_type: 'refresh_token', refresh_token: token, ...more });
}

const status = async (token: string): Promise<number> => (await sandbox.githubApi('/user', token)).status;

describe('GitHub refresh', () => {
  it('is a hard rotation: the old refresh token and its access token die at once', async () => {
    const first = await sandbox.connectGithub(oauthApp, 'repo');
    const second = await refresh(first.refresh_token);
    expect(second).toMatchObject({ scope: 'repo', expires_in: 28_800, refresh_token_expires_in: 15_897_600 });
    expect(await status(first.access_token)).toBe(401);
    expect(await status(second.access_token)).toBe(200);
    expect(await refresh(first.refresh_token)).toMatchObject({ error: 'bad_refresh_token' });
    expect(await status(second.access_token)).toBe(200);
    expect(await refresh(second.refresh_token)).toHaveProperty('access_token');
  });

  it('lets exactly one of many racers win', async () => {
    const { refresh_token } = await sandbox.connectGithub(oauthApp, 'repo');
    const answers = await Promise.all(Array.from({ length: 20 }, () => refresh(refresh_token)));
    expect(answers.filter((answer) => answer.access_token)).toHaveLength(1);
    expect(await sandbox.witness({ event: 'refresh_token_spent', outcome: 'accepted' })).toHaveLength(1);
    const lost = await sandbox.witness({ event: 'refresh_token_spent', outcome: 'refused' });
    expect(lost).toHaveLength(19);
    expect(new Set(lost.map((entry) => entry.reason))).toEqual(new Set(['rotated']));
  });

  it('narrows nothing', async () => {
    const { refresh_token } = await sandbox.connectGithub(oauthApp, 'repo gist');
    expect((await refresh(refresh_token, oauthApp, { scope: 'gist' })).scope).toBe('repo,gist');
  });

  it('works for the app of the token only, and with its secret', async () => {
    const { refresh_token } = await sandbox.connectGithub(githubApp);
    expect(await refresh(refresh_token, oauthApp)).toMatchObject({ error: 'bad_refresh_token' });
    const wrong = { ...githubApp, client_secret: 'wrong' };
    expect(await refresh(refresh_token, wrong)).toMatchObject({ error: 'incorrect_client_credentials' });
    expect((await refresh(refresh_token, githubApp)).access_token).toMatch(/^ghu_/);
  });

  it('dies after 184 days; each refresh starts them anew', async () => {
    const first = await sandbox.connectGithub(oauthApp, 'repo');
    await sandbox.control('/clock', { advance_seconds: 15_897_599 });
    expect(await status(first.access_token)).toBe(401);
    const second = await refresh(first.refresh_token);
    await sandbox.control('/clock', { advance_seconds: 15_897_599 });
    const third = await refresh(second.refresh_token);
    await sandbox.control('/clock', { advance_seconds: 15_897_600 });
    expect(await refresh(third.refresh_token)).toMatchObject({ error: 'bad_refresh_token' });
  });

  it('an access token lives eight hours; a long-lived one longer', async () => {
    const short = await sandbox.connectGithub(oauthApp, 'repo');
    const long = await sandbox.connectGithub(longLived, 'repo');
    await sandbox.control('/clock', { advance_seconds: 28_799 });
    expect(await status(short.access_token)).toBe(200);
    await sandbox.control('/clock', { advance_seconds: 1 });
    expect(await status(short.access_token)).toBe(401);
    expect(await status(long.access_token)).toBe(200);
  });

  it('counts generations in the witness log', async () => {
    const first = await sandbox.connectGithub(oauthApp, 'repo');
    const second = await refresh(first.refresh_token);
    await refresh(second.refresh_token);
    const spent = await sandbox.witness({ event: 'refresh_token_spent' });
    expect(spent.map((entry) => entry.generation)).toEqual([1, 2]);
    expect(spent[0]).toMatchObject({
      fingerprint: sha256(first.refresh_token),
      issued: { refresh: sha256(second.refresh_token) },
    });
  });

  it('with replica lag, answers 401 to the new token for a moment', async () => {
    await sandbox.control('/github/switches', { replica_lag_ms: 60_000 }, 'PATCH');
    const first = await sandbox.connectGithub(oauthApp, 'repo');
    const second = await refresh(first.refresh_token);
    expect(await status(second.access_token)).toBe(401);
    await sandbox.control('/clock', { advance_seconds: 60 });
    expect(await status(second.access_token)).toBe(200);
  });
});
