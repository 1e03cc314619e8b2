import { Browser } from './support/browser.js';
import { ConnectWorld } from './support/connect-world.js';
import { Journey, newBinding } from './support/journey.js';

let world: ConnectWorld;

beforeAll(async () => {
  world = await ConnectWorld.start('notion');
}, 60_000);

afterAll(async () => {
  await world?.stop();
});

const notion = { provider: 'notion' } as const;
const spent = async () => (await world.witness({ event: 'code_spent' })).length;

describe('a provider whose grants are shared', () => {
  it('offers the workspace that is connected already, and needs no journey to the provider for it', async () => {
    const browser = new Browser();
    const first = new Journey(world, await world.server('First'));
    await first.connect('ada', notion, browser);
    const before = await spent();

    const second = new Journey(world, await world.server('Second'));
    const { nonce, binding } = newBinding();
    const link = await second.open({ ...notion, binding });
    const consent = await second.visit(browser, link, 'ada');
    expect(consent.html).toContain('Already connected');
    const back = await browser.press(consent, 'decision=allow', { until: (url) => url.port === '4999' });
    expect(back.url.port).toBe('4999');
    // Held like any other answer: the subject of the second server is not proven yet (P6).
    expect(await world.database.query('SELECT 1 FROM consents WHERE server_id = $1', [second.server.id])).toEqual([]);
    await world.completing.execute({
      serverId: second.server.id,
      id: link.id,
      subject: 'user-1',
      completionCode: back.url.searchParams.get('completion_code') ?? '',
      bindingNonce: nonce,
    });
    expect(await spent()).toBe(before);
    const rows = await world.database.query<{ grant_id: string }>('SELECT DISTINCT grant_id FROM consents');
    expect(rows).toHaveLength(1);
    const [grant] = await world.database.query<{ server_id: string | null }>('SELECT server_id FROM grants');
    expect(grant?.server_id).toBeNull();
  });

  it("does not offer one person's workspace to another", async () => {
    const other = new Journey(world, await world.server('Third'));
    const consent = await other.visit(new Browser(), await other.open(notion), 'grace');
    expect(consent.status).toBe(200);
    expect(consent.html).not.toContain('Already connected');
  });

  it("refuses an account that is not the person's own, whatever the form says", async () => {
    const [row] = await world.database.query<{ id: string }>('SELECT id FROM connections LIMIT 1');
    const other = new Journey(world, await world.server('Fourth'));
    const browser = new Browser();
    const consent = await other.visit(browser, await other.open(notion), 'grace');
    const account = `con_${row?.id.replaceAll('-', '')}`;
    const page = await browser.press(consent, 'decision=allow', { change: { account } });
    expect(page.status).toBe(409);
  });

  it('lets all servers follow to the new grant when the workspace is connected anew, and revokes nothing there', async () => {
    const browser = new Browser();
    const first = new Journey(world, await world.server('Fifth'));
    const { consentId } = await first.connect('ada', notion, browser);
    await first.connect('ada', { ...notion, kind: 'reconnect', renewsConsentId: consentId }, browser);
    const live = await world.database.query<{ id: string }>(`SELECT id FROM grants WHERE status = 'active'`);
    expect(live).toHaveLength(1);
    const rows = await world.database.query<{ grant_id: string }>('SELECT DISTINCT grant_id FROM consents');
    expect(rows).toEqual([{ grant_id: live[0]?.id }]);
    expect(await world.database.query('SELECT 1 FROM upstream_revocations')).toEqual([]);
  });
});
