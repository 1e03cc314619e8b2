import { newId } from '#libs/kernel';
import { Browser } from './support/browser.js';
import { ConnectWorld } from './support/connect-world.js';
import { Journey } from './support/journey.js';

let world: ConnectWorld;
let journey: Journey;

beforeAll(async () => {
  world = await ConnectWorld.start('account');
  journey = new Journey(world, await world.server());
}, 60_000);

afterAll(async () => {
  await world?.stop();
});

describe("a person's own page (R16)", () => {
  it('shows accounts, who may use them and for what, and what happened lately', async () => {
    const { browser } = await journey.connect('ada', { subject: 'shown' });
    const { html } = await browser.open(`${world.url}/account`);
    for (const words of [
      'ada-lindqvist',
      'Notes',
      'Notes Inc.',
      'Read your profile',
      'knows you as <code>shown</code>',
    ])
      expect(html).toContain(words);
    expect(html).toContain('You allowed Notes to use GitHub');
  });

  it("cuts off one server: its consent ends and its token dies at the provider, the person's others go on", async () => {
    const { browser } = await journey.connect('grace', { subject: 'grace' });
    const other = new Journey(world, await world.server('Other'));
    await other.connect('grace', { subject: 'grace' }, browser);
    await browser.press(await browser.open(`${world.url}/account`), 'Cut off');
    const rows = await world.database.query<{ name: string }>(
      `SELECT s.name FROM consents c JOIN servers s ON s.id = c.server_id JOIN users u ON u.id = c.user_id
        WHERE c.ended_at IS NULL AND u.display_name = 'Grace Okafor'`,
    );
    expect(rows).toEqual([{ name: 'Other' }]);
    expect(await world.witness({ event: 'token_revoked' })).toHaveLength(1);
  });

  it('unlinks a name, which another person may then take', async () => {
    const { browser } = await journey.connect('kenji', { subject: 'given-up' });
    await browser.press(await browser.open(`${world.url}/account`), 'Unlink');
    const { consentId } = await journey.connect('grace', { subject: 'given-up' });
    expect(consentId).toBeDefined();
  });

  it('disconnects an account', async () => {
    const { browser } = await journey.connect('kenji', { subject: 'kenji' });
    const done = await browser.press(await browser.open(`${world.url}/account`), 'Disconnect this account');
    expect(done.html).toContain('The account is disconnected');
    expect((await browser.open(`${world.url}/account`)).html).toContain('Nothing is connected');
  });

  it("does not act on another person's things", async () => {
    const { consentId } = await journey.connect('ada', { subject: 'safe' });
    const stranger = new Browser();
    const page = await journey.signIn(stranger, await stranger.open(`${world.url}/account`), 'kenji');
    const csrf = /name="csrf" value="([^"]+)"/.exec(
      (await stranger.open(`${world.url}/account`)).html.split('/account/').at(-1) ?? page.html,
    );
    const id = `cns_${consentId.replaceAll('-', '')}`;
    const body = new URLSearchParams({ csrf: csrf?.[1] ?? '', id });
    await stranger.request(`${world.url}/account/end-consent`, { method: 'POST', body });
    const [row] = await world.database.query<{ ended_at: Date | null }>('SELECT ended_at FROM consents WHERE id = $1', [
      consentId,
    ]);
    expect(row?.ended_at).toBeNull();
  });

  it('lets a tool ask again that was told no, and that is recorded (P1)', async () => {
    await journey.connect('ada', { subject: 'asked' });
    const browser = new Browser();
    const consent = await journey.visit(browser, await journey.open({ subject: 'asked' }), 'ada');
    await browser.press(consent, 'decision=deny', { until: (url) => url.port === '4999' });
    const account = await browser.open(`${world.url}/account`);
    for (const id of ['\0 github', `${newId()} git\0hub`, `${newId()} github`, newId()])
      expect((await browser.press(account, 'Let it ask again', { change: { id } })).status).toBeLessThan(500);
    expect(await world.events('refusal.lifted')).toHaveLength(0);
    await browser.press(account, 'Let it ask again');
    expect(await world.events('refusal.lifted')).toEqual([
      expect.objectContaining({ actor: 'user', server_id: journey.server.id, provider: 'github', outcome: 'allowed' }),
    ]);
    await browser.press(account, 'Let it ask again');
    expect(await world.events('refusal.lifted')).toHaveLength(1);
  });

  it('signs out, and the cookie of before means nothing', async () => {
    const { browser } = await journey.connect('ada', { subject: 'out' });
    const before = await browser.jar.getCookieString(world.url);
    await browser.press(await browser.open(`${world.url}/account`), 'Sign out');
    const response = await fetch(`${world.url}/account`, { headers: { cookie: before }, redirect: 'manual' });
    expect(response.status).toBe(303);
    expect(await world.events('session.signed_out')).not.toHaveLength(0);
  });
});

describe('the connections app', () => {
  it('says that it lives and is ready, and where nothing is', async () => {
    expect((await fetch(`${world.url}/health/live`)).status).toBe(200);
    expect((await fetch(`${world.url}/health/ready`)).status).toBe(200);
    const nowhere = await fetch(`${world.url}/nowhere`, { headers: { accept: 'text/html' } });
    expect(nowhere.status).toBe(404);
  });

  it('refuses a sign-in answer that was not asked for in this browser', async () => {
    const page = await new Browser().open(`${world.url}/signin/callback?code=x&state=${'s'.repeat(43)}`);
    expect(page.status).toBe(400);
    expect(page.html).toContain('not begun in this browser');
  });

  it('sends its style sheet with the type and a long life', async () => {
    const { html } = await new Browser().open(world.url);
    const path = /href="(\/style-[0-9a-f]+\.css)"/.exec(html)?.[1] ?? '';
    const style = await fetch(world.url + path);
    expect(style.headers.get('content-type')).toContain('text/css');
    expect(style.headers.get('cache-control')).toContain('immutable');
  });
});
