import { adapters, failing, next, start, type Running } from './edge.fixture.js';

/** What a browser sends when somebody follows a link. */
const browser = { accept: 'text/html,application/xhtml+xml;q=0.9,*/*;q=0.8' };

describe.each(adapters)('an app for people on %s', (name) => {
  let running: Running;
  beforeAll(async () => {
    running = await start(name, { pages: true, forms: true });
  });
  afterAll(() => running.app.close());

  it('shows a browser a page instead of JSON, with everything escaped', async () => {
    next.error = failing('access_denied');
    Object.assign(next.error as object, { description: '<script>alert(1)</script>' });
    const response = await fetch(`${running.url}/fail`, { headers: browser });
    expect(response.status).toBe(403);
    expect(response.headers.get('content-type')).toContain('text/html');
    expect(response.headers.get('content-security-policy')).toMatch(/^default-src 'none'; style-src 'sha256-/);
    const page = await response.text();
    expect(page).toContain('&lt;script&gt;');
    expect(page).not.toContain('<script');
    expect(page).toContain(response.headers.get('x-request-id'));
  });

  it('answers a program in JSON all the same', async () => {
    const response = await fetch(`${running.url}/nothing`, { headers: { accept: '*/*' } });
    expect(await response.json()).toMatchObject({ error: 'not_found' });
  });

  it('reads a form, and checks it like JSON', async () => {
    const post = (body: string) => fetch(`${running.url}/greet`, { method: 'POST', body: new URLSearchParams(body) });
    expect(await (await post('user_id=u')).json()).toEqual({ greeted: 'u' });
    expect((await post('user_id=u&user_id=v')).status).toBe(400);
    expect((await post('user_id=u&__proto__[x]=1')).status).toBe(400);
    expect((await post(`user_id=${'u'.repeat(70_000)}`)).status).toBe(413);
  });
});
