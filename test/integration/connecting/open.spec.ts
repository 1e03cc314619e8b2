import { Browser } from './support/browser.js';
import { ConnectWorld, returnUrl } from './support/connect-world.js';
import { Journey } from './support/journey.js';

let world: ConnectWorld;
let journey: Journey;

beforeAll(async () => {
  world = await ConnectWorld.start('open');
}, 60_000);

afterAll(async () => {
  await world?.stop();
});

beforeEach(async () => {
  journey = new Journey(world, await world.server());
});

describe('opening a connect session', () => {
  it('asks for all that the caps allow when no scopes are named', async () => {
    const { id } = await journey.open({ scopes: undefined });
    const view = await world.reading.execute({ serverId: journey.server.id, id });
    expect([...view.scopes].sort()).toEqual(['read:user', 'repo']);
  });

  it.each([
    ['delete_repo', 'operator_cap'],
    ['gist', 'server_cap'],
  ])('refuses %s by %s, says what is missing, and records it', async (scope, deniedBy) => {
    const attempt = journey.open({ scopes: ['read:user', scope] });
    await expect(attempt).rejects.toMatchObject({
      code: 'access_denied',
      details: { denied_by: deniedBy, missing_scopes: [scope] },
    });
    expect(await world.events('connect.session_opened')).toContainEqual(
      expect.objectContaining({ outcome: 'denied', denied_by: deniedBy, server_id: journey.server.id }),
    );
  });

  it('offers only providers that are there', async () => {
    await expect(journey.open({ provider: 'gitlab' })).rejects.toMatchObject({ code: 'invalid_target' });
  });

  it.each(['http://localhost:4999/back', `${returnUrl}#x`, 'http://localhost:4999/OTHER', 'javascript:alert(1)'])(
    'refuses to return to %s, which is not registered to the letter',
    async (address) => {
      await expect(journey.open({ returnUrl: address })).rejects.toMatchObject({
        code: 'invalid_request',
        description: expect.stringContaining('return_url'),
      });
    },
  );

  it('refuses a binding that is no SHA-256', async () => {
    await expect(journey.open({ binding: Buffer.alloc(31) })).rejects.toMatchObject({ code: 'invalid_request' });
  });

  it('gives the same link for the same need while nobody has opened it, whoever asks at once', async () => {
    const need = { origin: 'interaction', binding: undefined } as const;
    const links = await Promise.all(Array.from({ length: 20 }, () => journey.open(need)));
    expect(new Set(links.map((link) => link.connectUrl.reveal())).size).toBe(1);
    const other = await journey.open({ ...need, scopes: ['repo'] });
    expect(other.id).not.toBe(links[0]?.id);
    await journey.visit(new Browser(), links[0]!, 'ada');
    expect((await journey.open(need)).id).not.toBe(links[0]?.id);
  });

  it('gives a link of its own to every call of the API', async () => {
    const [one, two] = [await journey.open(), await journey.open()];
    expect(one.id).not.toBe(two.id);
  });

  it("refuses to renew another subject's connection", async () => {
    const { consentId } = await journey.connect('ada', { subject: 'one' });
    const attempt = journey.open({ subject: 'two', kind: 'reconnect', renewsConsentId: consentId });
    await expect(attempt).rejects.toMatchObject({ code: 'not_found' });
  });
});

describe('a "no"', () => {
  async function refuse(): Promise<Browser> {
    const link = await journey.open();
    const browser = new Browser();
    const consent = await journey.visit(browser, link, 'ada');
    const back = await browser.press(consent, 'decision=deny', { until: (url) => url.port === '4999' });
    expect(back.url.searchParams.get('error')).toBe('access_denied');
    expect(back.url.searchParams.get('tab')).toBe('1');
    return browser;
  }

  it('goes back to the server, is recorded, and keeps the server from asking again', async () => {
    await journey.connect('ada');
    await refuse();
    const attempt = journey.open();
    await expect(attempt).rejects.toMatchObject({ code: 'access_denied', details: { denied_by: 'user_denied' } });
    expect(await world.events('connect.denied')).toContainEqual(
      expect.objectContaining({ server_id: journey.server.id, denied_by: 'user_denied' }),
    );
  });

  it('ends after a day', async () => {
    await journey.connect('ada');
    await refuse();
    const [row] = await world.database.query<{ hours: number }>(
      'SELECT extract(epoch FROM max(refused_until) - now())::float / 3600 AS hours FROM refusals',
    );
    expect(row?.hours).toBeGreaterThan(23.9);
    expect(row?.hours).toBeLessThanOrEqual(24);
    await world.database.query(`UPDATE refusals SET refused_until = now() - interval '1 second'`);
    await expect(journey.open()).resolves.toMatchObject({ status: 'open' });
  });

  it('can be taken back by the one who said it', async () => {
    await journey.connect('ada');
    const browser = await refuse();
    const account = await browser.open(`${world.url}/account`);
    expect(account.html).toContain('You said no');
    await browser.press(account, 'Let it ask again');
    await expect(journey.open()).resolves.toMatchObject({ status: 'open' });
  });

  it('of a stranger locks nobody else out, and keeps the stranger from being asked again', async () => {
    const stranger = await refuse();
    const link = await journey.open();
    const again = await journey.visit(stranger, link, 'ada');
    expect(again.status).toBe(403);
    expect(again.html).toContain('You said no to this');
    const { consentId } = await journey.connect('grace');
    expect(consentId).toBeDefined();
  });
});
