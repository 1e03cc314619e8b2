import type { Browser, Page } from 'playwright-core';
import { desktop, fitsItsWindow, launchChromium, openPerson, phone, picture } from '../support/chromium.js';
import { Standalone } from '../support/standalone.js';

let product: Standalone;
let browser: Browser;

beforeAll(async () => {
  product = await Standalone.spawn();
  await product.says('Press Ctrl-C to stop.');
  browser = await launchChromium();
}, 90_000);

afterAll(async () => {
  await browser?.close();
  await product?.stop();
}, 30_000);

/** From Notes to the consent page, signed in as `who`. */
async function toConsent(page: Page, notesPerson: string, provider: string, who: string): Promise<void> {
  await page.goto(product.at.notes);
  await page.getByRole('button', { name: notesPerson }).click();
  await page.getByRole('button', { name: `Connect ${provider}` }).click();
  await page.waitForURL(/\/signin\//);
  await page.getByRole('button', { name: who }).click();
  await page.waitForURL(/\/connect\//);
}

async function exchange(userId: string, provider: string): Promise<{ status: number; body: Record<string, unknown> }> {
  const { serverKey } = await product.keys();
  const response = await fetch(`${product.at.exchange}/token/exchange`, {
    method: 'POST',
    headers: { authorization: `Bearer ${serverKey}`, 'content-type': 'application/json' },
    body: JSON.stringify({ user_id: userId, provider }),
  });
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
}

describe.each([
  { device: 'desktop', viewport: desktop, notesPerson: 'Mia', userId: 'notes-1', who: 'Ada Lindqvist' },
  { device: 'phone', viewport: phone, notesPerson: 'Tom', userId: 'notes-2', who: 'Grace Okafor' },
])('the journey of a newcomer on a $device', ({ device, viewport, notesPerson, userId, who }) => {
  it('connects GitHub, sees the repositories, cuts Notes off, and then Notes gets nothing', async () => {
    const { context, page, complaints } = await openPerson(browser, viewport);
    const look = async (name: string): Promise<void> => {
      await picture(page, `${device}-${name}`);
      expect({ name, fits: await fitsItsWindow(page) }).toEqual({ name, fits: true });
    };
    await page.goto(product.at.notes);
    await look('1-notes');
    await toConsent(page, notesPerson, 'GitHub', who);
    await page.getByText('Read and change all your repositories').waitFor();
    await page.getByText(who).first().waitFor();
    await look('2-consent');
    await page.getByRole('button', { name: 'Allow' }).click();
    await page.waitForURL(/\/github\/login\/oauth\/authorize/);
    await look('3-github');
    await page.getByRole('button', { name: /^Authorize/ }).click();
    await page.getByText('ada-lindqvist/tide-tables').waitFor();
    await look('4-connected');

    const handedOut = await exchange(userId, 'github');
    expect(handedOut).toMatchObject({ status: 200, body: { token_type: 'Bearer', scope: 'repo' } });

    await page.goto(`${product.at.connections}/account`);
    await page.getByText('Notes got a token').first().waitFor();
    await look('5-account');
    await page.getByRole('button', { name: 'Cut off' }).click();
    await page.waitForLoadState();
    await look('6-cut-off');
    expect(await exchange(userId, 'github')).toMatchObject({ status: 400, body: { error: 'interaction_required' } });
    const dead = await fetch(`${product.at.sandbox}/github-api/user`, {
      headers: { authorization: `Bearer ${String(handedOut.body['access_token'])}` },
    });
    expect(dead.status).toBe(401);
    expect(complaints).toEqual([]);
    await context.close();
  }, 60_000);
});

describe('what people do besides', () => {
  it('connects Notion with its page picker', async () => {
    const { context, page, complaints } = await openPerson(browser);
    await toConsent(page, 'Mia', 'Notion', 'Ada Lindqvist');
    await page.getByRole('button', { name: 'Allow' }).click();
    await page.waitForURL(/\/notion\//);
    await picture(page, 'notion-picker');
    await page.getByRole('button', { name: 'Select pages' }).click();
    await page.getByRole('button', { name: 'Allow access' }).waitFor();
    await picture(page, 'notion-pages');
    await page.getByRole('button', { name: 'Allow access' }).click();
    await page.waitForURL(`${product.at.notes}/**`);
    await picture(page, 'notion-connected');
    expect(await exchange('notes-1', 'notion')).toMatchObject({ status: 200, body: { scope: 'read' } });
    expect(complaints).toEqual([]);
    await context.close();
  }, 60_000);

  it('says no, and is believed: the server hears so and nothing is connected', async () => {
    const { context, page } = await openPerson(browser);
    await toConsent(page, 'Tom', 'Notion', 'Grace Okafor');
    await page.getByRole('button', { name: 'Deny' }).click();
    await page.waitForURL(`${product.at.notes}/**`);
    await picture(page, 'denied');
    expect((await exchange('notes-2', 'notion')).status).not.toBe(200);
    await context.close();
  }, 60_000);

  it('turns away a second person who opens the same link (P6)', async () => {
    const victim = await openPerson(browser);
    const attacker = await openPerson(browser);
    await toConsent(attacker.page, 'Tom', 'GitHub', 'Grace Okafor');
    expect(await attacker.page.getByRole('button', { name: 'Allow' }).count()).toBe(1);
    await victim.page.goto(attacker.page.url());
    await victim.page.getByRole('button', { name: 'Ada Lindqvist' }).click();
    await victim.page.waitForURL(/\/connect\//);
    await picture(victim.page, 'other-persons-link');
    expect(await victim.page.getByRole('button', { name: 'Allow' }).count()).toBe(0);
    await Promise.all([victim.context.close(), attacker.context.close()]);
  }, 60_000);

  it('gets a page that says what happened for a link that does not exist', async () => {
    const { context, page } = await openPerson(browser);
    await page.goto(`${product.at.connections}/connect/there-is-no-such-link-0000000000000000000000`);
    if (page.url().includes('/signin/')) await page.getByRole('button', { name: 'Ada Lindqvist' }).click();
    await page.waitForURL(/\/connect\//);
    await picture(page, 'unknown-link');
    expect(await page.getByRole('heading', { level: 1 }).count()).toBe(1);
    expect(await page.getByRole('button', { name: 'Allow' }).count()).toBe(0);
    await context.close();
  }, 60_000);
});
