import { Browser } from './support/browser.js';
import { ConnectWorld } from './support/connect-world.js';
import { Journey, newBinding } from './support/journey.js';

let world: ConnectWorld;
let journey: Journey;

beforeAll(async () => {
  world = await ConnectWorld.start('renew');
}, 60_000);

afterAll(async () => {
  await world?.stop();
});

beforeEach(async () => {
  // GitHub allows ten authorizations for an account, and this file makes more.
  await world.database.query(`UPDATE grants SET status = 'revoked', revoked_at = now() WHERE status <> 'revoked'`);
  await world.database.query(`UPDATE upstream_revocations SET status = 'revoked'`);
  journey = new Journey(world, await world.server());
});

interface GrantRow {
  id: string;
  status: string;
  scopes: string[];
}

const grants = () =>
  world.database.query<GrantRow>('SELECT id, status, scopes FROM grants WHERE server_id = $1 ORDER BY created_at', [
    journey.server.id,
  ]);

describe('renewing a connection', () => {
  it('keeps the id of the consent, replaces the grant, and has the old token revoked at the provider', async () => {
    const first = await journey.connect('ada');
    const again = await journey.connect('ada', { kind: 'reconnect', renewsConsentId: first.consentId }, first.browser);
    expect(again.consentId).toBe(first.consentId);
    const [old, current] = await grants();
    expect(old?.status).toBe('revoked');
    expect(current?.status).toBe('active');
    const revocations = await world.database.query<{ grant_id: string }>(
      'SELECT grant_id FROM upstream_revocations WHERE grant_id = $1',
      [old?.id],
    );
    expect(revocations).toHaveLength(1);
    const [consent] = await world.database.query<{ grant_id: string; version: number }>(
      'SELECT grant_id, version FROM consents WHERE id = $1',
      [first.consentId],
    );
    expect(consent).toEqual({ grant_id: current?.id, version: 2 });
  });

  it("leaves another server's grant of the same account alone", async () => {
    const first = await journey.connect('ada');
    const other = new Journey(world, await world.server('Other'));
    await other.connect('ada', {}, first.browser);
    expect((await grants()).map((grant) => grant.status)).toEqual(['active']);
    const rows = await world.database.query('SELECT DISTINCT connection_id FROM grants WHERE server_id = ANY($1)', [
      [journey.server.id, other.server.id],
    ]);
    expect(rows).toHaveLength(1);
  });

  it('stores the scopes as the provider returned them (R13)', async () => {
    const { nonce, binding } = newBinding();
    const link = await journey.open({ binding, scopes: ['repo', 'read:user'] });
    const browser = new Browser();
    const authorize = await browser.press(await journey.visit(browser, link, 'ada'), 'decision=allow');
    // At GitHub the person leaves only one of the two boxes ticked.
    const back = await browser.press(authorize, 'decision=authorize', {
      change: { account: 'ada-lindqvist', scope: 'read:user' },
      until: (url) => url.port === '4999',
    });
    await world.completing.execute({
      serverId: journey.server.id,
      id: link.id,
      subject: 'user-1',
      completionCode: back.url.searchParams.get('completion_code') ?? '',
      bindingNonce: nonce,
    });
    expect((await grants())[0]?.scopes).toEqual(['read:user']);
    const [consent] = await world.database.query<{ scopes: string[] }>(
      'SELECT scopes FROM consents WHERE server_id = $1',
      [journey.server.id],
    );
    expect(consent?.scopes.sort()).toEqual(['read:user', 'repo']);
  });

  it.each([
    ['days_30', 30 * 24],
    ['once', 1],
  ])('ends a consent for %s by itself', async (duration, hours) => {
    const { nonce, binding } = newBinding();
    const link = await journey.open({ binding });
    const browser = new Browser();
    const consent = await journey.visit(browser, link, 'ada');
    const back = await journey.allowAtGithub(browser, consent, { change: { duration } });
    const completionCode = back.url.searchParams.get('completion_code') ?? '';
    const request = {
      serverId: journey.server.id,
      id: link.id,
      subject: 'user-1',
      completionCode,
      bindingNonce: nonce,
    };
    const { consentId } = await world.completing.execute(request);
    const [row] = await world.database.query<{ hours: number }>(
      'SELECT extract(epoch FROM expires_at - now())::float / 3600 AS hours FROM consents WHERE id = $1',
      [consentId],
    );
    expect(row?.hours).toBeGreaterThan(hours - 0.1);
    expect(row?.hours).toBeLessThanOrEqual(hours);
  });
});

describe('signing in at the provider with another account than the one to renew (R14)', () => {
  async function other(binding?: Buffer) {
    const first = await journey.connect('ada');
    const link = await journey.open({ kind: 'reconnect', renewsConsentId: first.consentId, binding });
    const consent = await journey.visit(first.browser, link, 'ada');
    const page = await journey.allowAtGithub(first.browser, consent, { login: 'kenji-mori' });
    return { ...first, link, page };
  }

  it('asks first, and until then nothing is active', async () => {
    const { page, consentId, link } = await other();
    expect(page.html).toContain('That is another account');
    expect(page.html).toContain('kenji-mori');
    expect(page.html).toContain('ada-lindqvist');
    expect((await grants()).map((grant) => grant.status)).toEqual(['active']);
    const rows = await world.database.query<{ id: string }>('SELECT id FROM consents WHERE server_id = $1', [
      journey.server.id,
    ]);
    expect(rows.map((row) => row.id)).toEqual([consentId]);
    const request = { serverId: journey.server.id, id: link.id, subject: 'user-1', completionCode: 'none' };
    await expect(world.completing.execute(request)).rejects.toMatchObject({
      code: 'interaction_required',
      details: { interaction_uri: expect.stringContaining('/connect/sessions/cst_') },
    });
  });

  it('keeps both after a yes, and gives the server a code of its own to complete with', async () => {
    const { nonce, binding } = newBinding();
    const { page, browser, link } = await other(binding);
    const back = await browser.press(page, 'answer=keep_both', { until: (url) => url.port === '4999' });
    const done = await world.completing.execute({
      serverId: journey.server.id,
      id: link.id,
      subject: 'user-1',
      completionCode: back.url.searchParams.get('completion_code') ?? '',
      bindingNonce: nonce,
    });
    expect(done.account).toBe('kenji-mori');
    const rows = await world.database.query<{ is_default: boolean }>(
      'SELECT is_default FROM consents WHERE server_id = $1 ORDER BY granted_at',
      [journey.server.id],
    );
    expect(rows.map((row) => row.is_default)).toEqual([true, false]);
  });

  it('does not link anew whoever unlinked before the yes', async () => {
    const { page, browser } = await other();
    await browser.press(await browser.open(`${world.url}/account`), 'Unlink');
    await browser.press(page, 'answer=keep_both', { until: (url) => url.port === '4999' });
    const linked = await world.database.query('SELECT 1 FROM subjects WHERE server_id = $1 AND user_id IS NOT NULL', [
      journey.server.id,
    ]);
    expect(linked).toEqual([]);
    expect((await grants()).map((grant) => grant.status)).toEqual(['revoked']);
  });

  it('has the tokens revoked at the provider after a no', async () => {
    const { page, browser, link } = await other();
    const back = await browser.press(page, 'answer=cancel', { until: (url) => url.port === '4999' });
    expect(back.url.searchParams.get('error')).toBe('access_denied');
    expect((await grants()).map((grant) => grant.status)).toEqual(['active', 'revoked']);
    const waiting = await world.database.query(
      `SELECT 1 FROM upstream_revocations r JOIN grants g ON g.id = r.grant_id WHERE g.server_id = $1`,
      [journey.server.id],
    );
    expect(waiting).toHaveLength(1);
    expect((await world.reading.execute({ serverId: journey.server.id, id: link.id })).status).toBe('denied');
  });
});
