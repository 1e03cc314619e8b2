import { createHash } from 'node:crypto';
import { publicId } from '#libs/kernel';
import { Browser, type Page } from '../../integration/connecting/support/browser.js';
import { ConnectWorld } from '../../integration/connecting/support/connect-world.js';
import { Journey } from '../../integration/connecting/support/journey.js';

let world: ConnectWorld;
let journey: Journey;

beforeAll(async () => {
  world = await ConnectWorld.start('callback');
  journey = new Journey(world, await world.server());
}, 60_000);

afterAll(async () => {
  await world?.stop();
});

const spent = () => world.witness({ event: 'code_spent' });

/** Somebody who is about to come back from GitHub. */
async function atTheDoor(subject: string): Promise<{ id: string; browser: Browser; callback: URL }> {
  const link = await journey.open({ subject });
  const browser = new Browser();
  const consent = await journey.visit(browser, link, 'ada');
  const { url } = await journey.allowAtGithub(browser, consent, { stopAtCallback: true });
  return { id: link.id, browser, callback: url };
}

async function statusOf(id: string): Promise<string> {
  return (await world.reading.execute({ serverId: journey.server.id, id })).status;
}

function changed(url: URL, change: (url: URL) => void): URL {
  const copy = new URL(url);
  change(copy);
  return copy;
}

function expectRefused(page: Page): void {
  expect(page.status).toBe(403);
  expect(page.html).toContain('We could not match this answer');
}

describe('the way back from a provider', () => {
  it('is used up by its first use: the same answer a second time is refused (R6)', async () => {
    const { browser, callback, id } = await atTheDoor('reuse');
    expect((await browser.open(callback)).html).toContain('One more step');
    expectRefused(await browser.open(callback));
    expect(await statusOf(id)).toBe('held');
  });

  it('refuses the answer of one flow at the address of another registration, and ends that flow (mix-up, R1)', async () => {
    const before = (await spent()).length;
    const { browser, callback, id } = await atTheDoor('mix-up');
    const elsewhere = changed(callback, (url) => {
      url.pathname = `/callback/${publicId('registration', world.registrations.notion)}`;
    });
    expectRefused(await browser.open(elsewhere));
    expectRefused(await browser.open(callback));
    expect(await statusOf(id)).toBe('failed');
    expect(await spent()).toHaveLength(before);
    expect(await world.events('connect.callback')).toContainEqual(
      expect.objectContaining({ connect_session_id: id, outcome: 'denied', reason: 'other_registration' }),
    );
  });

  it("refuses an attacker's code with no state of this browser (request forgery, R3)", async () => {
    const attacker = await atTheDoor('forger');
    const victim = await atTheDoor('forged');
    const forged = changed(attacker.callback, (url) => url.searchParams.set('state', 'A'.repeat(43)));
    expectRefused(await victim.browser.open(forged));
    expect(await statusOf(victim.id)).toBe('authorizing');
  });

  it("ends a flow whose state turns up in another person's browser (R3, R6)", async () => {
    const attacker = await atTheDoor('swap-1');
    const victim = await atTheDoor('swap-2');
    expectRefused(await victim.browser.open(attacker.callback));
    expect(await statusOf(attacker.id)).toBe('failed');
    expect((await victim.browser.open(victim.callback)).html).toContain('One more step');
  });

  it('refuses an answer in a browser in which nobody is signed in', async () => {
    const { callback, id } = await atTheDoor('nobody');
    expectRefused(await new Browser().open(callback));
    expect(await statusOf(id)).toBe('failed');
  });

  it('keeps two flows of one browser apart, whichever comes back first', async () => {
    const link1 = await journey.open({ subject: 'tab-1' });
    const link2 = await journey.open({ subject: 'tab-2' });
    const browser = new Browser();
    const tab1 = await journey.allowAtGithub(browser, await journey.visit(browser, link1, 'ada'), {
      stopAtCallback: true,
    });
    const tab2 = await journey.allowAtGithub(browser, await journey.visit(browser, link2, 'ada'), {
      stopAtCallback: true,
    });
    const second = await browser.open(tab2.url);
    const first = await browser.open(tab1.url);
    expect(second.url.pathname).toBe(`/connect/sessions/${publicId('connectSession', link2.id)}`);
    expect(first.url.pathname).toBe(`/connect/sessions/${publicId('connectSession', link1.id)}`);
  });

  it('believes an error only with a state that is ours', async () => {
    const { browser, callback, id } = await atTheDoor('error');
    const forged = changed(callback, (url) => {
      url.search = `?error=access_denied&error_description=Call+0800+now&state=${'B'.repeat(43)}`;
    });
    const page = await browser.open(forged);
    expectRefused(page);
    expect(page.html).not.toContain('0800');
    expect(await statusOf(id)).toBe('authorizing');

    const honest = changed(callback, (url) => {
      const state = url.searchParams.get('state');
      url.search = `?error=access_denied&error_description=Call+0800+now&state=${state}`;
    });
    const denied = await browser.open(honest);
    expect(denied.html).toContain('You did not allow it');
    expect(denied.html).not.toContain('0800');
    expect(await statusOf(id)).toBe('denied');
  });

  it.each([
    ['no state', (url: URL) => url.searchParams.delete('state'), 403],
    ['two states', (url: URL) => url.searchParams.append('state', 'x'), 403],
    ['a state that is too long', (url: URL) => url.searchParams.set('state', 'x'.repeat(5_000)), 403],
    ['no code', (url: URL) => url.searchParams.delete('code'), 400],
    ['two codes', (url: URL) => url.searchParams.append('code', 'x'), 400],
    ['a code of 9 000 characters', (url: URL) => url.searchParams.set('code', 'x'.repeat(9_000)), 400],
    ['a code with a line break', (url: URL) => url.searchParams.set('code', 'x\ny'), 400],
    ['code and error at once', (url: URL) => url.searchParams.set('error', 'access_denied'), 400],
  ])('refuses %s and spends nothing (R15)', async (name, change, status) => {
    const before = (await spent()).length;
    const { browser, callback } = await atTheDoor(`r15 ${name}`);
    expect((await browser.open(changed(callback, change))).status).toBe(status);
    expect(await spent()).toHaveLength(before);
  });

  it('answers no other method than GET (R15)', async () => {
    const { browser, callback } = await atTheDoor('post');
    const response = await browser.request(callback, { method: 'POST', body: new URLSearchParams(callback.search) });
    expect(response.status).toBe(405);
  });
});

describe('the way out to a provider', () => {
  it('begins only after the consent: no state exists before, and it is never the same twice (R6)', async () => {
    const link = await journey.open({ subject: 'state' });
    const browser = new Browser();
    const consent = await journey.visit(browser, link, 'ada');
    const read = () =>
      world.database.query<{ state_hash: Buffer | null; verifier_sealed: Buffer | null }>(
        'SELECT state_hash, verifier_sealed FROM connect_sessions WHERE id = $1',
        [link.id],
      );
    expect((await read())[0]).toEqual({ state_hash: null, verifier_sealed: null });
    const out = await browser.press(consent, 'decision=allow', { until: (url) => url.origin === world.sandbox.url });
    const state = out.url.searchParams.get('state') ?? '';
    expect(Buffer.from(state, 'base64url')).toHaveLength(32);
    const [row] = await read();
    expect(row?.state_hash).toEqual(createHash('sha256').update(state).digest());
    expect(row?.verifier_sealed?.length).toBeGreaterThan(60);
  });

  it('always carries a PKCE challenge, and asks for exactly the scopes that were shown (R7, R10)', async () => {
    const link = await journey.open({ subject: 'pkce', scopes: ['repo', 'read:user'] });
    const browser = new Browser();
    const consent = await journey.visit(browser, link, 'ada');
    const shown = [...consent.html.matchAll(/<code>([a-z:]+)<\/code>/g)].map((match) => match[1]);
    const out = await browser.press(consent, 'decision=allow', { until: (url) => url.origin === world.sandbox.url });
    expect(out.url.searchParams.get('code_challenge_method')).toBe('S256');
    expect(out.url.searchParams.get('code_challenge')).toMatch(/^[A-Za-z0-9_-]{43}$/);
    expect(out.url.searchParams.get('prompt')).toBe('select_account');
    expect(out.url.searchParams.get('redirect_uri')).toBe(
      `${world.url}/callback/${publicId('registration', world.registrations.github)}`,
    );
    // Asks for tokens that end; it is no power of its own.
    const asked = out.url.searchParams
      .get('scope')
      ?.split(' ')
      .filter((scope) => scope !== 'offline_access');
    expect(new Set(asked)).toEqual(new Set(shown));
  });

  it('does not take a code or an error in its own address for an answer', async () => {
    const link = await journey.open({ subject: 'start' });
    const browser = new Browser();
    const consent = await journey.visit(browser, link, 'ada');
    const withCode = { ...consent, html: consent.html.replace('/decision"', '/decision?code=evil&amp;error=x"') };
    const out = await browser.press(withCode, 'decision=allow', { until: (url) => url.origin === world.sandbox.url });
    expect(out.url.pathname).toBe('/github/login/oauth/authorize');
  });
});
