import { TestBrowser } from '../testing/browser.js';
import { Fixture, callback, challengeOf, githubApp, longLived, oauthApp } from '../testing/fixture.js';

let sandbox: Fixture;
beforeEach(async () => {
  sandbox = await Fixture.start();
});
afterEach(() => sandbox.close());

const client_id = oauthApp.client_id;

describe('GitHub authorize page', () => {
  it('sends code and state back, and nothing else', async () => {
    const back = await sandbox.authorizeGithub({ client_id, scope: 'repo', state: 'a b&c' });
    expect(back.origin + back.pathname).toBe(callback);
    expect([...back.searchParams.keys()]).toEqual(['code', 'state']);
    expect(back.searchParams.get('state')).toBe('a b&c');
  });

  it('shows app, scopes and accounts, escaped, in a page that no script may run in', async () => {
    const query = new URLSearchParams({ client_id, scope: 'repo gist', state: '"><script>' });
    const response = await fetch(`${sandbox.url}/github/login/oauth/authorize?${query}`);
    const html = await response.text();
    for (const word of [
      'Sandbox GitHub',
      'Test app',
      'ada-lindqvist',
      'gokafor',
      'kenji-mori',
      'value="repo"',
      'value="gist"',
    ]) {
      expect(html).toContain(word);
    }
    expect(html).not.toContain('<script>');
    expect(response.headers.get('content-security-policy')).toContain("default-src 'none'");
  });

  it('gives only the scopes that stayed ticked', async () => {
    expect((await sandbox.connectGithub(oauthApp, 'repo gist', { untick: ['repo'] })).scope).toBe('gist');
  });

  it('answers a cancel with access_denied, description, uri and state', async () => {
    const back = await sandbox.authorizeGithub({ client_id, scope: 'repo' }, { decision: 'cancel' });
    expect(Object.fromEntries(back.searchParams)).toMatchObject({ error: 'access_denied', state: 'st' });
    expect(back.searchParams.get('error_description')).toBeTruthy();
    expect(back.searchParams.get('error_uri')).toBeTruthy();
    expect(back.searchParams.has('code')).toBe(false);
  });

  it('never sends anything to an unregistered address', async () => {
    const back = await sandbox.authorizeGithub({ client_id, redirect_uri: 'https://evil.example/callback' });
    expect(back.origin + back.pathname).toBe(callback);
    expect(back.searchParams.get('error')).toBe('redirect_uri_mismatch');
  });

  it('shows 404 for an unknown app', async () => {
    expect((await fetch(`${sandbox.url}/github/login/oauth/authorize?client_id=nobody`)).status).toBe(404);
  });

  it.each([
    [{ code_challenge: challengeOf('v') }],
    [{ code_challenge_method: 'S256' }],
    [{ code_challenge: challengeOf('v'), code_challenge_method: 'plain' }],
    [{ code_challenge: 'short', code_challenge_method: 'S256' }],
  ])('refuses half or weak PKCE: %j', async (pkce) => {
    const back = await sandbox.authorizeGithub({ client_id, scope: 'repo', ...(pkce as Record<string, string>) });
    expect(back.searchParams.get('error')).toBe('invalid_request');
  });

  it('takes an answer once', async () => {
    const browser = new TestBrowser();
    const page = await browser.follow(
      `${sandbox.url}/github/login/oauth/authorize?client_id=${client_id}`,
      sandbox.url,
    );
    if (page instanceof URL) throw new Error('no page');
    const request = /name="request" value="([^"]+)"/.exec(page.html)![1]!;
    const form = new URLSearchParams({ request, account: 'gokafor', decision: 'authorize' });
    expect((await browser.open(`${sandbox.url}/github/login/oauth/authorize`, form)).status).toBe(302);
    expect((await browser.open(`${sandbox.url}/github/login/oauth/authorize`, form)).status).toBe(404);
  });

  it('without a scope: nothing the first time, the union of all earlier grants later', async () => {
    expect((await sandbox.connectGithub(oauthApp)).scope).toBe('');
    await sandbox.connectGithub(oauthApp, 'repo');
    await sandbox.connectGithub(oauthApp, 'gist public_repo');
    expect((await sandbox.connectGithub(oauthApp)).scope).toBe('repo,gist');
    expect((await sandbox.connectGithub(oauthApp, undefined, { account: 'gokafor' })).scope).toBe('');
    expect((await sandbox.connectGithub(longLived)).scope).toBe('');
  });

  it('asks a signed-in person only for something new, unless the account is to be picked', async () => {
    const browser = new TestBrowser();
    await sandbox.authorizeGithub({ client_id, scope: 'repo' }, {}, browser);
    const open = (scope: string, more = ''): Promise<unknown> =>
      browser.follow(
        `${sandbox.url}/github/login/oauth/authorize?client_id=${client_id}&scope=${scope}${more}`,
        sandbox.url,
      );
    expect(await open('public_repo')).toBeInstanceOf(URL);
    expect(await open('')).toBeInstanceOf(URL);
    expect(await open('gist')).not.toBeInstanceOf(URL);
    expect(await open('repo', '&prompt=select_account')).not.toBeInstanceOf(URL);
  });

  it('offers no scopes for a GitHub App', async () => {
    const answer = await sandbox.connectGithub(githubApp, 'repo');
    expect(answer.scope).toBe('');
    expect(answer.access_token).toMatch(/^ghu_/);
  });
});
