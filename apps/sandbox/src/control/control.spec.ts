import { Fixture, longLived, oauthApp } from '../testing/fixture.js';
import { connectNotion, notionApi, refreshNotion } from '../testing/notion-moves.js';

let sandbox: Fixture;
beforeEach(async () => {
  sandbox = await Fixture.start();
});
afterEach(() => sandbox.close());

const github = async (token: string): Promise<number> => (await sandbox.githubApi('/user', token)).status;
const notion = async (token: string): Promise<number> => (await notionApi(sandbox, '/users/me', token)).status;

describe('control of GitHub', () => {
  it('expires access tokens now, also long-lived ones, and leaves refresh tokens alone', async () => {
    const ada = await sandbox.connectGithub(oauthApp, 'repo');
    const grace = await sandbox.connectGithub(longLived, 'repo', { account: 'gokafor' });
    expect(await sandbox.control('/github/expire', { account: 'gokafor' })).toEqual({ expired: 1 });
    expect([await github(ada.access_token), await github(grace.access_token)]).toEqual([200, 401]);
    await sandbox.control('/github/expire', {});
    expect(await github(ada.access_token)).toBe(401);
    const body = { ...oauthApp, grant_type: 'refresh_token', refresh_token: ada.refresh_token };
    expect(await sandbox.githubToken(body)).toHaveProperty('access_token');
  });

  it('revokes as the person would', async () => {
    const ada = await sandbox.connectGithub(oauthApp, 'repo');
    const body = { client_id: oauthApp.client_id, account: 'ada-lindqvist' };
    expect(await sandbox.control('/github/revoke', body)).toEqual({ revoked: 1 });
    expect(await github(ada.access_token)).toBe(401);
    const spend = { ...oauthApp, grant_type: 'refresh_token', refresh_token: ada.refresh_token };
    expect(await sandbox.githubToken(spend)).toMatchObject({ error: 'bad_refresh_token' });
    expect(await sandbox.witness({ event: 'grant_revoked' })).toMatchObject([
      { reason: 'person', account: 'ada-lindqvist' },
    ]);
  });

  it('registers an app while running', async () => {
    const app = { client_id: 'late', client_secret: 'late-secret-1234567' };
    const spec = {
      clientId: app.client_id,
      clientSecret: app.client_secret,
      redirectUris: ['http://localhost:4999/callback/github'],
    };
    await sandbox.control('/github/apps', spec, 'PUT');
    expect(await sandbox.connectGithub(app, 'gist')).toMatchObject({ scope: 'gist' });
  });

  it('refuses unknown switches, accounts and clients', async () => {
    await expect(sandbox.control('/github/switches', { replica_lag: 1 }, 'PATCH')).rejects.toThrow(/400/);
    await expect(sandbox.control('/github/expire', { account: 'nobody' })).rejects.toThrow(/400/);
    await expect(sandbox.control('/github/expire', { client_id: 'nobody' })).rejects.toThrow(/404/);
    await expect(sandbox.control('/notion/expire', { client_id: 'nobody' })).rejects.toThrow(/404/);
    await expect(
      sandbox.control('/github/revoke', { client_id: oauthApp.client_id, account: 'nobody' }),
    ).rejects.toThrow(/400/);
    await expect(sandbox.control('/github/revoke', { client_id: 'nobody', account: 'gokafor' })).rejects.toThrow(/404/);
  });
});

describe('control of Notion', () => {
  it('expires access tokens now, of one account or of all', async () => {
    const studio = await connectNotion(sandbox, { seat: 'ada@studio' });
    const harbour = await connectNotion(sandbox, { seat: 'ada@harbour' });
    expect(await sandbox.control('/notion/expire', { account: 'ada@studio' })).toEqual({ expired: 1 });
    expect([await notion(studio.access_token), await notion(harbour.access_token)]).toEqual([401, 200]);
    expect(await refreshNotion(sandbox, studio.refresh_token)).toHaveProperty('access_token');
  });

  it('revokes as the person would', async () => {
    const answer = await connectNotion(sandbox);
    await sandbox.control('/notion/revoke', { client_id: 'notion-one', account: 'ada@studio' });
    expect(await notion(answer.access_token)).toBe(401);
    expect(await refreshNotion(sandbox, answer.refresh_token)).toMatchObject({ error: 'invalid_grant' });
    await expect(sandbox.control('/notion/revoke', { client_id: 'notion-one', account: 'ada@studio' })).rejects.toThrow(
      /404/,
    );
  });

  it('lists tokens by fingerprint', async () => {
    const answer = await connectNotion(sandbox);
    const { tokens } = await sandbox.control('/notion/tokens', {}, 'GET');
    expect(tokens).toMatchObject([
      { account: 'ada@studio', generation: 1, access_alive: true, refresh_alive: true, bot_id: answer.bot_id },
    ]);
    expect(JSON.stringify(tokens)).not.toContain(answer.access_token);
  });
});

describe('the sandbox as a whole', () => {
  it('puts the clock forward and never back', async () => {
    expect(await sandbox.control('/clock', { advance_seconds: 3600 })).toMatchObject({ ahead_seconds: 3600 });
    await expect(sandbox.control('/clock', { advance_seconds: -1 })).rejects.toThrow(/400/);
    expect(await sandbox.control('/clock', {}, 'GET')).toMatchObject({ ahead_seconds: 3600 });
  });

  it('two in one process know nothing of each other', async () => {
    const other = await Fixture.start();
    const { access_token } = await sandbox.connectGithub(oauthApp, 'repo');
    await other.control('/clock', { advance_seconds: 10 });
    expect((await other.githubApi('/user', access_token)).status).toBe(401);
    expect(await other.witness()).toEqual([]);
    expect(await sandbox.control('/clock', {}, 'GET')).toMatchObject({ ahead_seconds: 0 });
    await other.close();
  });

  it('takes its time from the clock that it is given', async () => {
    const stopped = await Fixture.start({ clock: { now: () => new Date('2030-01-01T00:00:00Z'), monotonic: () => 0 } });
    await stopped.connectGithub(oauthApp, 'repo');
    expect(await stopped.witness()).toMatchObject([{ at: '2030-01-01T00:00:00.000Z' }]);
    await stopped.control('/clock', { advance_seconds: 60 });
    expect((await stopped.githubApi('/user', 'x')).headers.get('date')).toBe('Tue, 01 Jan 2030 00:01:00 GMT');
    await stopped.close();
  });

  it('closes although a call hangs', async () => {
    const hanging = await Fixture.start();
    await hanging.control('/faults', { endpoint: 'github.user', kind: 'timeout' });
    const call = hanging.githubApi('/user', 'x').catch(() => 'cut');
    await new Promise((resolve) => setTimeout(resolve, 50));
    await hanging.close();
    expect(await call).toBe('cut');
  });

  it('filters the witness log and refuses unknown filters', async () => {
    await sandbox.connectGithub(oauthApp, 'repo');
    await connectNotion(sandbox);
    expect(await sandbox.witness({ provider: 'notion' })).toHaveLength(1);
    expect(await sandbox.witness({ account: 'ada-lindqvist' })).toHaveLength(1);
    expect(await sandbox.witness({ after: '1' })).toMatchObject([{ seq: 2 }]);
    expect((await fetch(`${sandbox.url}/witness?token=x`)).status).toBe(400);
    expect((await fetch(`${sandbox.url}/witness`, { method: 'DELETE' })).status).toBe(404);
  });
});
