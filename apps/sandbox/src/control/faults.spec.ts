import { Fixture, oauthApp } from '../testing/fixture.js';
import { connectNotion, refreshNotion } from '../testing/notion-moves.js';

let sandbox: Fixture;
beforeEach(async () => {
  sandbox = await Fixture.start();
});
afterEach(() => sandbox.close());

const fault = (spec: Record<string, unknown>): Promise<any> => sandbox.control('/faults', spec);
const refresh = (refresh_token: string): Promise<any> =>
  sandbox.githubToken({ ...oauthApp, grant_type: 'refresh_token', refresh_token });

describe('faults', () => {
  it('strike the next N calls of one endpoint and are gone then', async () => {
    const { access_token } = await sandbox.connectGithub(oauthApp, 'repo');
    await fault({ endpoint: 'github.user', kind: 'status', status: 502, times: 2, body: { message: 'down' } });
    const answers: unknown[] = [];
    for (let n = 0; n < 3; n++) answers.push((await sandbox.githubApi('/user', access_token)).status);
    expect(answers).toEqual([502, 502, 200]);
    expect((await sandbox.githubApi('/user/repos', access_token)).status).toBe(200);
    expect((await sandbox.control('/faults', {}, 'GET')).faults).toEqual([]);
  });

  it('can answer HTML, text with headers, and 429 with Retry-After', async () => {
    await fault({ endpoint: 'github.user', kind: 'html', status: 200 });
    await fault({
      endpoint: 'github.user',
      kind: 'status',
      status: 403,
      body: 'no',
      headers: { 'x-ratelimit-remaining': '0' },
    });
    await fault({ endpoint: 'github.user', kind: 'rate_limited', retry_after: 7 });
    const html = await sandbox.githubApi('/user', 'x');
    expect([html.status, html.headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8']);
    const text = await sandbox.githubApi('/user', 'x');
    expect([text.status, await text.text(), text.headers.get('x-ratelimit-remaining')]).toEqual([403, 'no', '0']);
    const slow = await sandbox.githubApi('/user', 'x');
    expect([slow.status, slow.headers.get('retry-after')]).toEqual([429, '7']);
  });

  it('cut before acting: the refresh token is still good', async () => {
    const first = await sandbox.connectGithub(oauthApp, 'repo');
    await fault({ endpoint: 'github.token', kind: 'cut' });
    await expect(refresh(first.refresh_token)).rejects.toThrow();
    expect(await refresh(first.refresh_token)).toHaveProperty('access_token');
  });

  it.each(['cut', 'status', 'html', 'rate_limited'])(
    '%s after acting: the refresh token is spent and the answer lost',
    async (kind) => {
      const first = await sandbox.connectGithub(oauthApp, 'repo');
      await fault({ endpoint: 'github.token', kind, after_acting: true });
      const answer = await refresh(first.refresh_token).catch(() => 'lost');
      expect(JSON.stringify(answer)).not.toContain('gho_');
      expect(await refresh(first.refresh_token)).toMatchObject({ error: 'bad_refresh_token' });
      expect(await sandbox.witness({ event: 'refresh_token_spent', outcome: 'accepted' })).toHaveLength(1);
    },
  );

  it('timeout never answers, before or after acting', async () => {
    const first = await sandbox.connectGithub(oauthApp, 'repo');
    const hang = (): Promise<unknown> =>
      fetch(`${sandbox.url}/github/login/oauth/access_token`, {
        method: 'POST',
        body: new URLSearchParams({ ...oauthApp, grant_type: 'refresh_token', refresh_token: first.refresh_token }),
        signal: AbortSignal.timeout(150),
      });
    await fault({ endpoint: 'github.token', kind: 'timeout' });
    await expect(hang()).rejects.toThrow(/timeout/);
    expect(await sandbox.witness({ event: 'refresh_token_spent' })).toHaveLength(0);
    await fault({ endpoint: 'github.token', kind: 'timeout', after_acting: true });
    await expect(hang()).rejects.toThrow(/timeout/);
    expect(await sandbox.witness({ event: 'refresh_token_spent' })).toHaveLength(1);
  });

  it('delay waits and then answers as usual', async () => {
    const { access_token } = await sandbox.connectGithub(oauthApp, 'repo');
    for (const after_acting of [false, true]) {
      await fault({ endpoint: 'github.user', kind: 'delay', delay_ms: 120, after_acting });
      const start = performance.now();
      expect((await sandbox.githubApi('/user', access_token)).status).toBe(200);
      expect(performance.now() - start).toBeGreaterThan(110);
    }
  });

  it('can wait for one grant type only', async () => {
    await fault({ endpoint: 'github.token', kind: 'status', grant_type: 'refresh_token' });
    await fault({
      endpoint: 'notion.token',
      kind: 'status',
      grant_type: 'refresh_token',
      status: 500,
      body: { error: 'internal_server_error' },
    });
    const github = await sandbox.connectGithub(oauthApp, 'repo');
    const notion = await connectNotion(sandbox);
    expect(await refresh(github.refresh_token)).toEqual({});
    expect(await refreshNotion(sandbox, notion.refresh_token)).toEqual({ error: 'internal_server_error' });
    expect(await refreshNotion(sandbox, notion.refresh_token)).toHaveProperty('access_token');
  });

  it('reach the sign-in service too', async () => {
    await fault({ endpoint: 'signin.any', kind: 'status', status: 503 });
    const discovery = `${sandbox.url}/signin/.well-known/openid-configuration`;
    expect([(await fetch(discovery)).status, (await fetch(discovery)).status]).toEqual([503, 200]);
  });

  it('are listed and removed', async () => {
    const { id } = await fault({ endpoint: 'github.user', kind: 'cut', times: 5 });
    await fault({ endpoint: 'github.token', kind: 'cut' });
    expect((await sandbox.control('', {}, 'GET')).faults).toHaveLength(2);
    await sandbox.control(`/faults/${id}`, {}, 'DELETE');
    expect((await sandbox.control('/faults', {}, 'GET')).faults).toMatchObject([{ endpoint: 'github.token', left: 1 }]);
    await sandbox.control('/faults', {}, 'DELETE');
    expect((await sandbox.control('/faults', {}, 'GET')).faults).toEqual([]);
  });

  it('refuse an unknown endpoint or field, and anything but JSON', async () => {
    await expect(fault({ endpoint: 'github.tokens', kind: 'cut' })).rejects.toThrow(/400/);
    await expect(fault({ endpoint: 'github.token', kind: 'cut', afterActing: true })).rejects.toThrow(/400/);
    const form = await fetch(`${sandbox.url}/control/faults`, {
      method: 'POST',
      body: new URLSearchParams({ kind: 'cut' }),
    });
    expect(form.status).toBe(415);
  });
});
