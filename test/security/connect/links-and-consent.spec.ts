import { Secret } from '#libs/kernel';
import { Browser } from '../../integration/connecting/support/browser.js';
import { ConnectWorld } from '../../integration/connecting/support/connect-world.js';
import { Journey } from '../../integration/connecting/support/journey.js';

let world: ConnectWorld;
let journey: Journey;

beforeAll(async () => {
  world = await ConnectWorld.start('links');
  journey = new Journey(world, await world.server());
}, 60_000);

afterAll(async () => {
  await world?.stop();
});

describe('a connect link (R5)', () => {
  it('holds nothing about anybody and signs nobody in', async () => {
    const link = await journey.open({ subject: 'ada@example.com' });
    const text = link.connectUrl.reveal().split('/').at(-1) ?? '';
    expect(Buffer.from(text, 'base64url')).toHaveLength(32);
    expect(Buffer.from(text, 'base64url').toString()).not.toContain('ada');
    const page = await new Browser().open(link.connectUrl.reveal());
    expect(page.url.pathname).toMatch(/^\/signin\/interaction\//);
  });

  it('is stored as a hash and sealed: the text itself is not in the database', async () => {
    const link = await journey.open({ subject: 'hashed' });
    const text = link.connectUrl.reveal().split('/').at(-1) ?? '';
    const rows = await world.database.query('SELECT * FROM connect_sessions WHERE id = $1', [link.id]);
    expect(JSON.stringify(rows)).not.toContain(text);
  });

  it('belongs to the first person who opens it', async () => {
    const link = await journey.open({ subject: 'first' });
    await journey.visit(new Browser(), link, 'ada');
    const stranger = new Browser();
    const second = await journey.visit(stranger, link, 'grace');
    for (let i = 0; i < 3; i += 1) await journey.visit(stranger, link, 'grace');
    expect(second.status).toBe(403);
    expect(second.html).toContain('This link is not yours');
    const rows = (await world.events('connect.link_opened')).filter((row) => row['connect_session_id'] === link.id);
    expect(rows.map((row) => row['reason'])).toEqual([null, 'other_person']);
  });

  it('belongs to one of many who open it at the same moment', async () => {
    const browsers = Array.from({ length: 8 }, () => new Browser());
    for (const browser of browsers) await journey.signIn(browser, await browser.open(`${world.url}/account`), 'ada');
    const link = await journey.open({ subject: 'race' });
    const pages = await Promise.all(browsers.map((browser) => browser.open(link.connectUrl.reveal())));
    expect(pages.filter((page) => page.status === 200)).toHaveLength(1);
  });

  it('belongs to the first browser too: the same person elsewhere is turned away', async () => {
    const link = await journey.open({ subject: 'browser' });
    await journey.visit(new Browser(), link, 'ada');
    const elsewhere = await journey.visit(new Browser(), link, 'ada');
    expect(elsewhere.html).toContain('This link was opened elsewhere');
  });

  it('can be looked at again in its browser until it is answered, and then no more', async () => {
    const link = await journey.open({ subject: 'again' });
    const browser = new Browser();
    await journey.visit(browser, link, 'ada');
    const consent = await journey.visit(browser, link, 'ada');
    expect(consent.status).toBe(200);
    await browser.press(consent, 'decision=deny', { until: (url) => url.port === '4999' });
    const after = await journey.visit(browser, link, 'ada');
    expect(after.status).toBe(410);
    expect(after.html).toContain('This link was used already');
  });

  it('dies after ten minutes at most', async () => {
    const link = await journey.open({ subject: 'late' });
    expect(link.expiresAt.getTime() - Date.now()).toBeLessThanOrEqual(600_000);
    await world.database.query(`UPDATE connect_sessions SET expires_at = now() - interval '1 second' WHERE id = $1`, [
      link.id,
    ]);
    const page = await journey.visit(new Browser(), link, 'ada');
    expect(page.status).toBe(410);
    expect(page.html).toContain('This link has expired');
  });

  it('lets somebody who was signed in as another person switch, and only then is it free again', async () => {
    const link = await journey.open({ subject: 'switch' });
    const browser = new Browser();
    const consent = await journey.visit(browser, link, 'ada');
    const signIn = await browser.press(consent, 'decision=switch');
    expect(browser.visited.at(-2)?.searchParams.get('prompt')).toBe('login');
    // The issuer still knows Ada in this browser; its page between the two sends itself off where scripts run.
    const between = await journey.signIn(browser, signIn, 'grace');
    const asGrace = await browser.press(between, 'Continue');
    expect(asGrace.status).toBe(200);
    expect(asGrace.html).toContain('Signed in as <b>Grace Okafor</b>');
  });
});

describe('the consent page (R10, R11, R12)', () => {
  it('names the person, the server, its owner and domain, the scopes, the way back and the time', async () => {
    const link = await journey.open({ subject: 'page', scopes: ['repo'] });
    const { html } = await journey.visit(new Browser(), link, 'ada');
    for (const words of [
      'Ada Lindqvist',
      'Notes',
      'Notes Inc.',
      'notes.example',
      'localhost:4999',
      '<code>repo</code>',
    ])
      expect(html).toContain(words);
    expect(html).toContain('Read and change all your repositories');
    expect(html).toContain('high risk');
    expect(html).toMatch(/works for (9|10) more minutes/);
  });

  it('runs no script, fits in no frame, tells nobody where it is, and is kept nowhere', async () => {
    const link = await journey.open({ subject: 'headers' });
    const { headers, html } = await journey.visit(new Browser(), link, 'ada');
    const policy = headers.get('content-security-policy') ?? '';
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("frame-ancestors 'none'");
    expect(policy).toContain(`form-action 'self' ${world.sandbox.url}`);
    expect(policy).not.toMatch(/script-src|unsafe/);
    expect(headers.get('referrer-policy')).toBe('no-referrer');
    expect(headers.get('cache-control')).toBe('no-store');
    expect(html).not.toContain('<script');
  });

  it.each<[string, { csrf?: string }, Record<string, string>]>([
    ['without the token', { csrf: '' }, {}],
    ["with a token of another person's session", { csrf: 'other' }, {}],
    ['from another site', {}, { origin: 'https://evil.example' }],
    ['from another site, as the browser says', {}, { origin: 'null', 'sec-fetch-site': 'cross-site' }],
    ['from a nameless origin', {}, { origin: 'null' }],
  ])('cannot be answered %s', async (name, fields, headers) => {
    const link = await journey.open({ subject: `csrf ${name}` });
    const browser = new Browser();
    const { html } = await journey.visit(browser, link, 'ada');
    const csrf = /name="csrf" value="([^"]+)"/.exec(html)?.[1] ?? '';
    const other = fields.csrf === 'other' ? await foreignToken() : undefined;
    const body = new URLSearchParams({ csrf, decision: 'allow', ...fields, ...(other && { csrf: other }) });
    const response = await browser.request(`${link.connectUrl.reveal()}/decision`, { method: 'POST', body, headers });
    expect(response.status).toBe(400);
    const view = await world.reading.execute({ serverId: journey.server.id, id: link.id });
    expect(view.status).toBe('open');
  });

  async function foreignToken(): Promise<string> {
    const link = await journey.open({ subject: 'foreign' });
    const { html } = await journey.visit(new Browser(), link, 'grace');
    return /name="csrf" value="([^"]+)"/.exec(html)?.[1] ?? '';
  }

  it('is asked for every server anew, whatever the provider remembers (R11)', async () => {
    const browser = new Browser();
    await journey.connect('ada', { subject: 'r11' }, browser);
    const second = new Journey(world, await world.server('Second'));
    const page = await second.visit(browser, await second.open({ subject: 'r11' }), 'ada');
    expect(page.html).toContain('Let Second use your GitHub account?');
  });

  it('marks what is allowed already and what is new', async () => {
    const browser = new Browser();
    const { consentId } = await journey.connect('ada', { subject: 'more', scopes: ['read:user'] }, browser);
    const link = await journey.open({
      subject: 'more',
      scopes: ['read:user', 'repo'],
      kind: 'consent',
      renewsConsentId: consentId,
    });
    const { html } = await journey.visit(browser, link, 'ada');
    expect(html).toMatch(/<code>repo<\/code>(?:(?!<li>).)*>new</);
    expect(html).toMatch(/<code>read:user<\/code>(?:(?!<li>).)*>allowed already</);
  });

  it('gives its cookie to this host alone, out of reach of scripts', async () => {
    const link = await journey.open({ subject: 'cookie' });
    const browser = new Browser();
    await journey.visit(browser, link, 'ada');
    const cookie = (await browser.jar.getCookies(world.url)).find(({ key }) => key === 'te_session');
    expect(cookie).toMatchObject({ httpOnly: true, sameSite: 'lax', path: '/', hostOnly: true });
  });

  it('keeps no secret in the row of a browser session', async () => {
    const rows = await world.database.query<{ sess: Record<string, unknown> }>('SELECT sess FROM browser_sessions');
    expect(rows.length).toBeGreaterThan(0);
    for (const { sess } of rows) expect(Object.keys(sess).sort()).toEqual(['cookie', 'signedInAt', 'userId']);
  });

  it('changes the id of the browser session at sign-in', async () => {
    const browser = new Browser();
    await browser.jar.setCookie('te_session=s%3Aplanted.signature; Path=/', world.url);
    await journey.visit(browser, await journey.open({ subject: 'planted' }), 'ada');
    const [cookie] = (await browser.jar.getCookies(world.url)).filter(({ key }) => key === 'te_session');
    expect(cookie?.value).not.toContain('planted');
  });

  it('shows markup in names as text', async () => {
    const nasty = new Journey(world, await world.server('<img src=x onerror=alert(1)>'));
    const { html } = await nasty.visit(new Browser(), await nasty.open(), 'ada');
    expect(html).not.toContain('<img');
    expect(html).toContain('&lt;img');
  });
});

describe('what is logged', () => {
  it('holds no link, state, code or token', async () => {
    const browser = new Browser();
    const link = await journey.open({ subject: 'canary' });
    const back = await journey.allowAtGithub(browser, await journey.visit(browser, link, 'ada'), {
      stopAtCallback: true,
    });
    await browser.open(back.url);
    const log = world.log.join('\n');
    const { searchParams } = back.url;
    const secrets = [link.connectUrl, new Secret(searchParams.get('code')!), new Secret(searchParams.get('state')!)];
    for (const secret of secrets) expect(log).not.toContain(secret.reveal().split('/').at(-1));
  });
});
