import { publicId } from '#libs/kernel';
import { Browser } from './support/browser.js';
import { ConnectWorld, returnUrl } from './support/connect-world.js';
import { Journey, newBinding } from './support/journey.js';

let world: ConnectWorld;

beforeAll(async () => {
  world = await ConnectWorld.start('connect');
}, 60_000);

afterAll(async () => {
  await world?.stop();
});

describe('connecting GitHub for one server', () => {
  it('goes from the link over sign-in, consent, provider and callback to a grant', async () => {
    const server = await world.server();
    const journey = new Journey(world, server);
    const browser = new Browser();
    const { nonce, binding } = newBinding();
    const link = await journey.open({ binding });
    const consent = await journey.visit(browser, link, 'ada');
    expect(consent.status).toBe(200);
    expect(consent.html).toContain('Let Notes use your GitHub account?');
    const back = await journey.allowAtGithub(browser, consent);
    expect(back.url.href).toMatch(/^http:\/\/localhost:4999\/back\?tab=1&/);
    expect(back.url.searchParams.get('connect_session')).toBe(publicId('connectSession', link.id));
    expect(await world.count('grants')).toBe(0);
    expect(await world.witness({ event: 'code_spent' })).toHaveLength(0);

    const done = await world.completing.execute({
      serverId: server.id,
      id: link.id,
      subject: 'user-1',
      completionCode: back.url.searchParams.get('completion_code') ?? '',
      bindingNonce: nonce,
    });
    expect(done).toMatchObject({ provider: 'github', scopes: ['read:user'], account: 'ada-lindqvist' });
    expect(await world.witness({ event: 'code_spent' })).toHaveLength(1);
    const [grant] = await world.database.query<Record<string, unknown>>(
      'SELECT status, scopes, server_id, generation, refresh_due_at FROM grants',
    );
    expect(grant).toMatchObject({ status: 'active', scopes: ['read:user'], server_id: server.id, generation: 1 });
    expect(returnUrl).toContain('tab=1');
  });
});
