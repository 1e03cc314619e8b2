import { setTimeout as sleep } from 'node:timers/promises';
import { Browser } from './support/browser.js';
import { ConnectWorld } from './support/connect-world.js';
import { Journey } from './support/journey.js';

let world: ConnectWorld;
let journey: Journey;

beforeAll(async () => {
  world = await ConnectWorld.start('sign_in');
  journey = new Journey(world, await world.server());
}, 60_000);

afterAll(async () => {
  await world?.stop();
});

describe('signing in', () => {
  it('is a page in plain words while the issuer is away, and works once it is back, without a restart', async () => {
    await world.fault({ endpoint: 'signin.any', kind: 'status', times: 1 });
    const browser = new Browser();
    const away = await browser.open(`${world.url}/account`);
    expect(away.status).toBe(503);
    expect(away.html).toContain('The sign-in service does not answer');
    expect((await fetch(`${world.url}/health/ready`)).status).toBe(200);
    await sleep(2_100);
    const page = await journey.signIn(browser, await browser.open(`${world.url}/account`), 'ada');
    expect(page.html).toContain('Your connections');
  });

  it('makes one person of two first sign-ins at the same moment', async () => {
    const browsers = [new Browser(), new Browser(), new Browser()];
    const pages = await Promise.all(browsers.map((browser) => browser.open(`${world.url}/account`)));
    await Promise.all(pages.map((page, i) => journey.signIn(browsers[i]!, page, 'grace')));
    const rows = await world.database.query(`SELECT 1 FROM users WHERE display_name = 'Grace Okafor'`);
    expect(rows).toHaveLength(1);
  });

  it('lets two tabs sign in at once, each back to where it was going', async () => {
    const browser = new Browser();
    const one = await browser.open(`${world.url}/account`);
    const link = await journey.open({ subject: 'tabs' });
    const two = await browser.open(link.connectUrl.reveal());
    expect((await browser.press(one, 'sub=person-kenji')).url.pathname).toBe('/account');
    expect((await browser.press(two, 'sub=person-kenji')).html).toContain('Let Notes use your GitHub account?');
  });

  it('refuses an answer of the issuer a second time, and one that began in another browser', async () => {
    const browser = new Browser();
    const page = await browser.open(`${world.url}/account`);
    const { url } = await browser.press(page, 'sub=person-ada', { until: (to) => to.origin === world.url });
    expect((await new Browser().open(url)).status).toBe(400);
    expect((await browser.open(url)).status).toBe(200);
    expect((await browser.open(url)).status).toBe(400);
  });

  it('ends after twelve hours, however busy the person was', async () => {
    const browser = new Browser();
    await journey.signIn(browser, await browser.open(`${world.url}/account`), 'kenji');
    await world.database.query(
      `UPDATE browser_sessions SET sess = jsonb_set(sess::jsonb, '{signedInAt}', to_jsonb((sess->>'signedInAt')::bigint - 43200001))`,
    );
    const page = await browser.open(`${world.url}/account`, { until: (url) => url.origin === world.sandbox.url });
    expect(page.url.origin).toBe(world.sandbox.url);
  });

  it('does not send anybody anywhere but to its own pages', async () => {
    const browser = new Browser();
    const page = await browser.open(`${world.url}/connect/${'A'.repeat(42)}%2f`, {
      until: (url) => url.origin === world.sandbox.url,
    });
    expect(page.status).toBe(404);
  });
});
