import { createHash } from 'node:crypto';
import { Browser, World } from './support/world.js';

let world: World;
let browser: Browser;
const { error: logError } = console;

beforeEach(async () => {
  console.error = () => undefined;
  world = await World.start();
  world.answers['/connections/query'] = () => ({ json: { connections: [] } });
  browser = new Browser(world.url);
});
afterEach(async () => {
  console.error = logError;
  await world.close();
});

const connection = (more: object = {}) => ({
  connection_id: 'cns_1',
  provider: 'github',
  account: { label: 'mia<codes>' },
  status: 'active',
  scope: 'repo',
  is_default: true,
  ...more,
});

function connected(): void {
  world.answers['/connections/query'] = () => ({ json: { connections: [connection()] } });
  world.answers['/token/exchange'] = ({ body }) => ({
    json: {
      access_token: body['rejected_exchange_id'] === undefined ? 'gho_old' : 'gho_new',
      token_type: 'Bearer',
      provider: 'github',
      scope: 'repo',
      connection_id: 'cns_1',
      exchange_id: 'exc_1',
    },
  });
}

const repos = [
  { full_name: 'mia/<script>alert(1)</script>', private: true, html_url: 'javascript:alert(1)' },
  { full_name: 'mia/site', private: false, html_url: 'https://github.com/mia/site' },
];

describe('home', () => {
  it('offers to connect what is not connected, and asks for no token', async () => {
    await browser.signIn();
    expect(browser.html).toContain('Connect GitHub');
    expect(browser.html).toContain('Connect Notion');
    expect(world.calls.map((call) => call.path)).toEqual(['/connections/query']);
  });

  it('shows repositories, escaped, and links to web addresses only', async () => {
    connected();
    world.answers['/github-api/user/repos'] = () => ({ json: repos });
    await browser.signIn();
    expect(browser.html).toContain('mia/&lt;script&gt;alert(1)&lt;/script&gt;');
    expect(browser.html).toContain('mia&lt;codes&gt;');
    expect(browser.html).toContain('href="https://github.com/mia/site"');
    expect(browser.html).not.toMatch(/<script|javascript:/);
    expect(browser.html).not.toContain('gho_');
  });

  it('gets another token when GitHub rejects the first', async () => {
    connected();
    world.answers['/github-api/user/repos'] = ({ authorization }) =>
      authorization === 'Bearer gho_new' ? { json: repos } : { status: 401, json: { message: 'Bad credentials' } };
    await browser.signIn();
    expect(browser.html).toContain('mia/site');
    const exchanges = world.calls.filter((call) => call.path === '/token/exchange');
    expect(exchanges.map((call) => call.body['rejected_exchange_id'])).toEqual([undefined, 'exc_1']);
  });

  it('offers to reconnect when the Token Exchanger wants the person', async () => {
    connected();
    world.answers['/token/exchange'] = () => ({ status: 400, json: { error: 'interaction_required' } });
    await browser.signIn();
    expect(browser.html).toContain('Reconnect GitHub');
  });

  it('shows the notes though the Token Exchanger is broken', async () => {
    world.answers['/connections/query'] = () => ({ status: 500, json: {} });
    await browser.signIn();
    expect(browser.html).toContain('Water the plants');
    expect(browser.html).toContain('cannot be reached right now');
  });
});

describe('connecting', () => {
  async function begin(): Promise<string> {
    const json = { id: 'cst_1', connect_url: 'http://localhost:4000/c/x?a=1&b=2', expires_in: 600, status: 'open' };
    world.answers['/connect/sessions'] = () => ({ status: 201, json });
    await browser.signIn();
    const response = await browser.post('/connect/github');
    expect(response.status).toBe(200);
    return browser.cookies.get('te_connect_cst_1') ?? '';
  }

  it('binds the session to this browser and leads on with a page, since form-action forbids a redirect', async () => {
    const nonce = await begin();
    const body = world.calls.at(-1)?.body;
    expect(body).toMatchObject({
      user_id: 'notes-1',
      provider: 'github',
      return_url: 'http://localhost:4020/connected',
      binding: createHash('sha256').update(nonce).digest('base64url'),
    });
    expect(browser.html).toContain('content="0; url=http://localhost:4000/c/x?a=1&amp;b=2"');
  });

  it('completes with the nonce of the browser and the person of the session', async () => {
    const nonce = await begin();
    world.answers['/connect/sessions/cst_1/complete'] = () => ({
      json: {
        id: 'cst_1',
        status: 'completed',
        provider: 'github',
        scope: 'repo',
        connection_id: 'cns_1',
        account: { label: 'mia' },
      },
    });
    const response = await browser.get('/connected?connect_session=cst_1&completion_code=abc');
    expect(response.headers.get('location')).toBe('/');
    expect(world.calls.at(-1)?.body).toEqual({ user_id: 'notes-1', completion_code: 'abc', binding_nonce: nonce });
    expect(browser.cookies.has('te_connect_cst_1')).toBe(false);
    await browser.get('/');
    expect(browser.html).toContain('Connected: mia at GitHub.');
    await browser.get('/');
    expect(browser.html).not.toContain('Connected: mia');
  });

  it('P6: connects nothing in a browser that did not begin', async () => {
    await begin();
    const other = new Browser(world.url);
    await other.signIn('notes-2');
    const before = world.calls.length;
    const response = await other.get('/connected?connect_session=cst_1&completion_code=abc');
    expect(response.status).toBe(400);
    expect(other.html).toContain('not the browser in which connecting began');
    expect(world.calls).toHaveLength(before);
  });

  it('takes a no for an answer', async () => {
    await begin();
    await browser.get('/connected?connect_session=cst_1&error=access_denied');
    expect(browser.html).toContain('You said no');
    expect(browser.cookies.has('te_connect_cst_1')).toBe(false);
  });

  it.each([
    [404, 'not_found', 409],
    [409, 'conflict', 409],
    [503, 'temporarily_unavailable', 503],
    [401, 'invalid_client', 502],
  ])('explains %i %s', async (status, error, shown) => {
    await begin();
    const json = { error, error_description: '<b>internal</b>', request_id: 'req_7', retry_after: 60 };
    world.answers['/connect/sessions/cst_1/complete'] = () => ({ status, json });
    const response = await browser.get('/connected?connect_session=cst_1&completion_code=abc');
    expect(response.status).toBe(shown);
    expect(browser.html).toContain('req_7');
    expect(browser.html).not.toContain('internal');
  });

  it('disconnects by giving up access', async () => {
    world.answers['/token/revoke'] = () => ({ json: { revoked: true, upstream: 'revoked' } });
    await browser.signIn();
    await browser.post('/disconnect/github', { connection: 'cns_1' });
    expect(world.calls.at(-1)?.body).toEqual({ user_id: 'notes-1', provider: 'github', connection_id: 'cns_1' });
    await browser.get('/');
    expect(browser.html).toContain('GitHub has revoked the token.');
  });
});

describe('forms and headers', () => {
  it.each(['/sign-out', '/notes', '/connect/github', '/disconnect/github'])(
    'refuses %s from another site',
    async (path) => {
      await browser.signIn();
      const before = world.calls.length;
      expect((await browser.post(path, { csrf: 'guess' })).status).toBe(403);
      expect(world.calls).toHaveLength(before);
    },
  );

  it('changes the session id when a person signs in', async () => {
    await browser.get('/');
    const before = browser.cookies.get('notes_session');
    await browser.post('/sign-in', { person: 'notes-1' });
    expect(browser.cookies.get('notes_session')).not.toBe(before);
  });

  it('keeps notes, escaped', async () => {
    await browser.signIn();
    await browser.post('/notes', { note: '<img src=x onerror=alert(1)>' });
    await browser.get('/');
    expect(browser.html).toContain('&lt;img src=x onerror=alert(1)&gt;');
  });

  it('allows no script, no frame and no foreign form, and caches no page', async () => {
    const response = await browser.get('/');
    const policy = response.headers.get('content-security-policy') ?? '';
    expect(policy.split('; ')).toEqual([
      "default-src 'none'",
      "style-src 'self'",
      "form-action 'self'",
      "base-uri 'none'",
      "frame-ancestors 'none'",
    ]);
    expect(response.headers.get('cache-control')).toBe('no-store');
    expect(browser.html).not.toMatch(/ style=|<script/);
  });

  it('is healthy, and says so when a page is missing', async () => {
    expect(await (await browser.get('/health')).json()).toEqual({ status: 'ok' });
    expect((await browser.get('/nothing')).status).toBe(404);
  });
});
