import { Browser } from './support/browser.js';
import { ConnectWorld } from './support/connect-world.js';
import { Journey, newBinding } from './support/journey.js';

let world: ConnectWorld;

beforeAll(async () => {
  world = await ConnectWorld.start('ten_grants');
}, 60_000);

afterAll(async () => {
  await world?.stop();
});

describe("the provider's limit of ten authorizations for one account and scope set (P3)", () => {
  it('stops the eleventh before the person is sent away, and a place that is given up is free again', async () => {
    const browser = new Browser();
    for (let i = 1; i <= 10; i += 1) {
      const journey = new Journey(world, await world.server(`Server ${i}`));
      await journey.connect('ada', { subject: 'ada' }, browser);
    }
    const eleventh = new Journey(world, await world.server('Eleventh'));
    const link = await eleventh.open();
    const consent = await eleventh.visit(browser, link, 'ada');
    const stopped = await browser.press(consent, 'decision=allow');
    expect(stopped.status).toBe(409);
    expect(stopped.html).toContain('Too many servers use this account');
    expect(stopped.html).toContain('Server 10');
    expect(stopped.html).toContain('href="/account"');
    expect(await world.witness({ event: 'token_evicted' })).toEqual([]);

    const account = await browser.open(`${world.url}/account`);
    const done = await browser.press(account, 'Cut off');
    expect(done.html).toContain('The tool is cut off');
    const again = await eleventh.visit(browser, link, 'ada');
    const back = await eleventh.allowAtGithub(browser, again);
    expect(back.html).toContain('One more step');
    expect(await world.witness({ event: 'token_evicted' })).toEqual([]);
  }, 60_000);

  it('does not count another scope set', async () => {
    const browser = new Browser();
    const journey = new Journey(world, await world.server('Twelfth'));
    const consent = await journey.visit(browser, await journey.open({ scopes: ['repo'] }), 'ada');
    const page = await journey.allowAtGithub(browser, consent);
    expect(page.html).toContain('One more step');
  });

  it('counts by the account, whoever here uses it, and gives back the token that came in beyond the limit', async () => {
    const kenji = new Browser();
    for (let i = 1; i <= 10; i += 1)
      await new Journey(world, await world.server(`Of Kenji ${i}`)).connect('kenji', { subject: 'kenji' }, kenji);
    const journey = new Journey(world, await world.server('Of Grace'));
    const grace = new Browser();
    const { nonce, binding } = newBinding();
    const link = await journey.open({ binding });
    const back = await journey.allowAtGithub(grace, await journey.visit(grace, link, 'grace'), { login: 'kenji-mori' });
    const completing = world.completing.execute({
      serverId: journey.server.id,
      id: link.id,
      subject: 'user-1',
      completionCode: back.url.searchParams.get('completion_code') ?? '',
      bindingNonce: nonce,
    });
    await expect(completing).rejects.toMatchObject({
      code: 'conflict',
      message: expect.stringContaining('cuts one off'),
    });
    const view = await world.reading.execute({ serverId: journey.server.id, id: link.id });
    expect(view).toMatchObject({ status: 'failed', failure: 'too_many_grants' });
    const rows = await world.database.query(
      `SELECT g.status, r.status AS upstream FROM grants g LEFT JOIN upstream_revocations r ON r.grant_id = g.id
        WHERE g.server_id = $1`,
      [journey.server.id],
    );
    expect(rows).toEqual([{ status: 'revoked', upstream: 'pending' }]);

    const stopped = await grace.press(await journey.visit(grace, await journey.open(), 'grace'), 'decision=allow');
    expect(stopped.status).toBe(409);
    expect(stopped.html).toContain('kenji-mori is used 11 times');
    expect(stopped.html).not.toContain('Of Kenji');
  }, 60_000);
});
