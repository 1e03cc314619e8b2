import { mkdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { chromium, type Browser, type BrowserContext, type Page } from 'playwright-core';

const shots = fileURLToPath(new URL('../../test-output/screenshots/', import.meta.url));

// A closed network: without these, the browser keeps asking its maker's servers.
const quiet = [
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** The real browser of the machine. */
export function launchChromium(): Promise<Browser> {
  const executablePath = process.env['TEST_CHROMIUM'] || '/usr/bin/chromium';
  return chromium.launch({ executablePath, args: quiet });
}

export const desktop = { width: 1100, height: 850 };
export const phone = { width: 375, height: 740 };

/** One person's browser: cookies of its own, and everything that the pages complain about. */
export async function openPerson(
  browser: Browser,
  viewport = desktop,
): Promise<{ context: BrowserContext; page: Page; complaints: string[] }> {
  const context = await browser.newContext({ viewport });
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(error.message));
  return { context, page, complaints };
}

/** Keeps a picture of the whole page as output of the run. */
export async function picture(page: Page, name: string): Promise<void> {
  mkdirSync(shots, { recursive: true });
  await page.screenshot({ path: `${shots}${name}.png`, fullPage: true });
}

/** Nothing is wider than the window, so nobody has to scroll sideways. */
export async function fitsItsWindow(page: Page): Promise<boolean> {
  return await page.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth);
}
