import { Fixture, challengeOf, basic, settings } from '../testing/fixture.js';
import { hidden, TestBrowser } from '../testing/browser.js';

const redirect = settings.signIn.redirectUris[0]!;
const verifier = 'v'.repeat(43);

let sandbox: Fixture;
const printed: unknown[] = [];
const realConsole = { ...console };

beforeAll(async () => {
  const keep = (...args: unknown[]): void => void printed.push(args);
  Object.assign(console, { log: keep, info: keep, warn: keep, error: keep });
  sandbox = await Fixture.start();
});
afterAll(async () => {
  await sandbox.close();
  Object.assign(console, realConsole);
});

function authorizeUrl(more: Record<string, string> = {}): string {
  const query = new URLSearchParams({
    client_id: settings.signIn.clientId,
    redirect_uri: redirect,
    response_type: 'code',
    scope: 'openid profile email',
    state: 'st',
    nonce: 'no',
    code_challenge: challengeOf(verifier),
    code_challenge_method: 'S256',
    ...more,
  });
  return `${sandbox.url}/signin/auth?${query}`;
}

async function signInAs(sub: string, browser = new TestBrowser()): Promise<URL> {
  const page = await browser.follow(authorizeUrl(), sandbox.url);
  if (page instanceof URL) return page;
  expect(page.html).toContain('Who are you today?');
  const action = /action="([^"]+)"/.exec(page.html)![1]!;
  const left = await browser.follow(sandbox.url + action, sandbox.url, new URLSearchParams({ sub }));
  if (!(left instanceof URL)) throw new Error(`the sign-in answered ${left.status}`);
  return left;
}

async function spend(code: string): Promise<any> {
  const response = await fetch(`${sandbox.url}/signin/token`, {
    method: 'POST',
    headers: { authorization: basic(settings.signIn.clientId, settings.signIn.clientSecret) },
    body: new URLSearchParams({
      grant_type: 'authorization_code',
      code,
      redirect_uri: redirect,
      code_verifier: verifier,
    }),
  });
  return response.json();
}

function claims(idToken: string): Record<string, unknown> {
  return JSON.parse(Buffer.from(idToken.split('.')[1]!, 'base64url').toString()) as Record<string, unknown>;
}

describe('sandbox sign-in', () => {
  it('publishes its issuer with the path', async () => {
    const metadata: any = await (await fetch(`${sandbox.url}/signin/.well-known/openid-configuration`)).json();
    expect(metadata.issuer).toBe(`${sandbox.url}/signin`);
    expect(metadata.token_endpoint).toBe(`${sandbox.url}/signin/token`);
    expect(metadata.code_challenge_methods_supported).toEqual(['S256']);
  });

  it('lets one be a person with one click, and tells the client who: sub, name, email', async () => {
    const back = await signInAs('person-grace');
    expect(back.href.startsWith(redirect)).toBe(true);
    expect(back.searchParams.get('state')).toBe('st');
    const tokens = await spend(back.searchParams.get('code')!);
    const expected = { sub: 'person-grace', name: 'Grace Okafor', email: 'grace@harbour.example' };
    expect(claims(tokens.id_token)).toMatchObject({ ...expected, nonce: 'no' });
    const userinfo = await fetch(`${sandbox.url}/signin/me`, {
      headers: { authorization: `Bearer ${tokens.access_token}` },
    });
    expect(await userinfo.json()).toMatchObject(expected);
  });

  it('remembers the person in the same browser and asks a new browser', async () => {
    const browser = new TestBrowser();
    await signInAs('person-kenji', browser);
    const again = await browser.follow(authorizeUrl(), sandbox.url);
    expect(again).toBeInstanceOf(URL);
    expect(await new TestBrowser().follow(authorizeUrl(), sandbox.url)).not.toBeInstanceOf(URL);
    expect(await browser.follow(authorizeUrl({ prompt: 'login' }), sandbox.url)).not.toBeInstanceOf(URL);
  });

  it('lets another person sign in where the first one is still remembered', async () => {
    const browser = new TestBrowser();
    await signInAs('person-ada', browser);
    const page = await browser.follow(authorizeUrl({ prompt: 'login' }), sandbox.url);
    if (page instanceof URL) throw new Error('nobody was asked for');
    const action = /action="([^"]+)"/.exec(page.html)![1]!;
    const grace = new URLSearchParams({ sub: 'person-grace' });
    // A page that sends itself off: the first person is signed out before the second one comes in.
    const between = await browser.follow(sandbox.url + action, sandbox.url, grace);
    if (between instanceof URL) throw new Error('the first person was not signed out');
    const form = new URLSearchParams({ xsrf: hidden(between.html, 'xsrf'), logout: 'yes' });
    const back = await browser.follow(`${sandbox.url}/signin/session/end/confirm`, sandbox.url, form);
    if (!(back instanceof URL)) throw new Error(`the sign-in answered ${back.status}: ${back.html}`);
    expect(claims((await spend(back.searchParams.get('code')!)).id_token)['sub']).toBe('person-grace');
  });

  it('signs out and goes back to the client', async () => {
    const browser = new TestBrowser();
    const back = await signInAs('person-ada', browser);
    const { id_token } = await spend(back.searchParams.get('code')!);
    const query = new URLSearchParams({
      id_token_hint: id_token,
      post_logout_redirect_uri: settings.signIn.postLogoutRedirectUris[0]!,
    });
    const page = await browser.follow(`${sandbox.url}/signin/session/end?${query}`, sandbox.url);
    if (page instanceof URL) throw new Error('no question was asked');
    const xsrf = /name="xsrf" value="([^"]+)"/.exec(page.html)![1]!;
    const form = new URLSearchParams({ xsrf, logout: 'yes' });
    const left = await browser.follow(`${sandbox.url}/signin/session/end/confirm`, sandbox.url, form);
    expect(left).toEqual(new URL('http://localhost:4999/'));
    expect(await browser.follow(authorizeUrl(), sandbox.url)).not.toBeInstanceOf(URL);
  });

  it('refuses an answer to a sign-in that is over, and a person whom nobody knows', async () => {
    expect((await new TestBrowser().open(`${sandbox.url}/signin/interaction/gone`)).status).toBe(400);
    const form = new URLSearchParams({ sub: 'person-nobody' });
    expect((await new TestBrowser().open(`${sandbox.url}/signin/interaction/gone`, form)).status).toBe(400);
  });

  it('spends a code once', async () => {
    const code = (await signInAs('person-ada')).searchParams.get('code')!;
    expect(await spend(code)).toHaveProperty('id_token');
    expect(await spend(code)).toMatchObject({ error: 'invalid_grant' });
  });

  it('prints nothing', () => {
    expect(printed).toEqual([]);
  });
});
