import { SweepConnectSessions } from '#libs/connecting';
import { newId } from '#libs/kernel';
import { Browser } from './support/browser.js';
import { ConnectWorld } from './support/connect-world.js';
import { Journey, newBinding } from './support/journey.js';

let world: ConnectWorld;
let journey: Journey;

beforeAll(async () => {
  world = await ConnectWorld.start('sweep');
  journey = new Journey(world, await world.server());
}, 60_000);

afterAll(async () => {
  await world?.stop();
});

const overdue = (id: string) =>
  world.database.query(`UPDATE connect_sessions SET expires_at = now() - interval '2 minutes' WHERE id = $1`, [id]);

const row = async (id: string) =>
  (
    await world.database.query<Record<string, unknown>>(
      'SELECT status, failure, code_sealed, tokens_sealed, typed_code_sealed FROM connect_sessions WHERE id = $1',
      [id],
    )
  )[0];

const wiped = { code_sealed: null, tokens_sealed: null, typed_code_sealed: null };

describe('sweeping connect sessions that nobody finished', () => {
  it('forgets a code that was held too long, once, however many sweep at the same time', async () => {
    const link = await journey.open();
    const browser = new Browser();
    await journey.allowAtGithub(browser, await journey.visit(browser, link, 'ada'));
    await overdue(link.id);
    const sweep = new SweepConnectSessions(world.base);
    const counts = await Promise.all([sweep.execute(10), sweep.execute(10), sweep.execute(10)]);
    expect(counts.reduce((sum, count) => sum + count, 0)).toBe(1);
    expect(await row(link.id)).toEqual({ status: 'failed', failure: 'expired', ...wiped });
    const rows = (await world.events('connect.failed')).filter((event) => event['connect_session_id'] === link.id);
    expect(rows).toHaveLength(1);
  });

  it('hands tokens over for revocation when the person never said whether they meant that account', async () => {
    const first = await journey.connect('ada', { subject: 'ada' });
    const link = await journey.open({ subject: 'ada', kind: 'reconnect', renewsConsentId: first.consentId });
    const consent = await journey.visit(first.browser, link, 'ada');
    await journey.allowAtGithub(first.browser, consent, { login: 'kenji-mori' });
    await overdue(link.id);
    expect(await new SweepConnectSessions(world.base).execute(10)).toBe(1);
    expect(await row(link.id)).toEqual({ status: 'failed', failure: 'expired', ...wiped });
    const waiting = await world.database.query<{ label: string }>(
      `SELECT c.account_label AS label FROM upstream_revocations r
         JOIN grants g ON g.id = r.grant_id JOIN connections c ON c.id = g.connection_id WHERE r.status = 'pending'`,
    );
    expect(waiting).toEqual([{ label: 'kenji-mori' }]);
  });

  it('hands them over though the registration was disabled meanwhile', async () => {
    const { nonce, binding } = newBinding();
    const link = await journey.open({ subject: 'kenji', binding });
    const browser = new Browser();
    const consent = await journey.visit(browser, link, 'kenji');
    const back = await journey.allowAtGithub(browser, consent, { login: 'kenji-mori' });
    await world.fault({ endpoint: 'github.user', kind: 'status', times: 1 });
    const completing = world.completing.execute({
      serverId: journey.server.id,
      id: link.id,
      subject: 'kenji',
      completionCode: back.url.searchParams.get('completion_code') ?? '',
      bindingNonce: nonce,
    });
    await expect(completing).rejects.toMatchObject({ code: 'temporarily_unavailable' });
    await overdue(link.id);
    const disable = 'UPDATE registrations SET disabled_at = $2 WHERE id = $1';
    await world.operator.database.query(disable, [world.registrations.github, new Date()]);
    expect(await new SweepConnectSessions(world.base).execute(10)).toBe(1);
    await world.operator.database.query(disable, [world.registrations.github, null]);
    const waiting = await world.database.query(
      `SELECT 1 FROM upstream_revocations r JOIN grants g ON g.id = r.grant_id JOIN connections c ON c.id = g.connection_id
        WHERE r.status = 'pending' AND c.account_key = 'unknown:' || $1`,
      [link.id],
    );
    expect(waiting).toHaveLength(1);
  });

  it('leaves alone what is not overdue', async () => {
    const link = await journey.open();
    await new SweepConnectSessions(world.base).execute(10);
    expect((await row(link.id))?.['status']).toBe('open');
  });
});

describe('keys that cannot be had (F19)', () => {
  it('stop a connection before the person is sent anywhere', async () => {
    const own = new Journey(world, await world.server('Own keys'));
    const { organizationId } = own.server;
    await world.operator.database.query(
      `INSERT INTO registrations (id, organization_id, provider, client_id, client_secret_sealed, operator_cap)
       VALUES ($1, $2, 'github', 'own', '\\x00', '{read:user}')`,
      [newId(), organizationId],
    );
    await world.operator.database.query(
      `INSERT INTO branch_keys (organization_id, version, wrapped, state) VALUES ($1, 1, '\\x00', 'active')`,
      [organizationId],
    );
    await expect(own.open()).rejects.toMatchObject({ code: 'temporarily_unavailable' });
    expect(await world.database.query('SELECT 1 FROM connect_sessions WHERE server_id = $1', [own.server.id])).toEqual(
      [],
    );
  });
});
