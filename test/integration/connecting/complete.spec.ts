import { setTimeout as sleep } from 'node:timers/promises';
import { newId } from '#libs/kernel';
import type { CompleteRequest } from '#libs/connecting';
import { Browser } from './support/browser.js';
import { ConnectWorld } from './support/connect-world.js';
import { githubLogins, Journey, newBinding, type PersonName } from './support/journey.js';

let world: ConnectWorld;
let journey: Journey;

beforeAll(async () => {
  world = await ConnectWorld.start('complete');
}, 60_000);

afterAll(async () => {
  await world?.stop();
});

beforeEach(async () => {
  journey = new Journey(world, await world.server());
});

const spent = async () => (await world.witness({ event: 'code_spent' })).length;

const waitingRevocations = () =>
  world.database.query(
    `SELECT 1 FROM upstream_revocations r JOIN grants g ON g.id = r.grant_id AND g.status = 'revoked'
      WHERE g.server_id = $1 AND r.status = 'pending'`,
    [journey.server.id],
  );

/** Until another statement of this database waits for a lock. */
async function waitForBlocked(): Promise<void> {
  const blocked = `SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`;
  for (let i = 0; i < 200; i += 1) {
    if ((await world.database.query(blocked)).length > 0) return;
    await sleep(10);
  }
  throw new Error('nothing waits for a lock');
}

/** Everything is allowed and held; only the server's word is missing. */
async function held(person: PersonName = 'ada'): Promise<CompleteRequest> {
  const { nonce, binding } = newBinding();
  const link = await journey.open({ binding });
  const browser = new Browser();
  const back = await journey.allowAtGithub(browser, await journey.visit(browser, link, person), {
    login: githubLogins[person],
  });
  return {
    serverId: journey.server.id,
    id: link.id,
    subject: 'user-1',
    completionCode: back.url.searchParams.get('completion_code') ?? '',
    bindingNonce: nonce,
  };
}

describe('completing a connect session', () => {
  it('gives the same answer again and spends the code once', async () => {
    const request = await held();
    const before = await spent();
    const first = await world.completing.execute(request);
    expect(await world.completing.execute(request)).toEqual(first);
    expect(await spent()).toBe(before + 1);
  });

  it('spends the code once when ten calls come at the same time, and all have the same answer', async () => {
    const request = await held();
    // Slow enough that every call gets to the point at which it would spend.
    await world.fault({ endpoint: 'github.token', kind: 'delay', times: 1, delay_ms: 600 });
    const before = await spent();
    const results = await Promise.all(Array.from({ length: 10 }, () => world.completing.execute(request)));
    expect(new Set(results.map((result) => result.consentId)).size).toBe(1);
    expect(await spent()).toBe(before + 1);
    const rows = await world.database.query('SELECT 1 FROM consents WHERE server_id = $1', [journey.server.id]);
    expect(rows).toHaveLength(1);
  });

  it('writes down who was linked, what was connected and what was allowed, in the log too', async () => {
    const request = await held('kenji');
    const { consentId } = await world.completing.execute(request);
    const rows = await world.database.query<{ kind: string }>(
      'SELECT kind FROM audit_events WHERE connect_session_id = $1 ORDER BY kind',
      [request.id],
    );
    expect(rows.map((row) => row.kind)).toEqual([
      'connect.allowed',
      'connect.callback',
      'connect.completed',
      'connect.link_opened',
      'connect.session_opened',
      'connection.created',
      'consent.granted',
      'subject.linked',
    ]);
    const [consent] = await world.database.query<Record<string, unknown>>('SELECT * FROM consents WHERE id = $1', [
      consentId,
    ]);
    expect(consent).toMatchObject({ is_default: true, scopes: ['read:user'], expires_at: null, version: 1 });
    const [fixed] = await world.database.query<Record<string, unknown>>(
      'SELECT registration_id FROM subject_registrations WHERE subject_id = $1',
      [consent?.['subject_id']],
    );
    expect(fixed?.['registration_id']).toBe(world.registrations.github);
  });

  it('keeps no token in clear, and wipes what the session held', async () => {
    const request = await held();
    await world.completing.execute(request);
    const dump = JSON.stringify([
      await world.database.query('SELECT * FROM grants'),
      await world.database.query('SELECT * FROM connect_sessions'),
      await world.database.query('SELECT * FROM audit_events'),
    ]);
    expect(dump).not.toMatch(/gho_|ghr_|ghu_/);
    const [row] = await world.database.query(
      'SELECT code_sealed, verifier_sealed, tokens_sealed, token_facts, state_hash FROM connect_sessions WHERE id = $1',
      [request.id],
    );
    expect(row).toEqual({
      code_sealed: null,
      verifier_sealed: null,
      tokens_sealed: null,
      token_facts: null,
      state_hash: null,
    });
  });

  it("refuses after the code's life, and never sends the code", async () => {
    const request = await held();
    const before = await spent();
    await world.database.query(`UPDATE connect_sessions SET expires_at = now() - interval '1 second' WHERE id = $1`, [
      request.id,
    ]);
    await expect(world.completing.execute(request)).rejects.toMatchObject({ code: 'conflict' });
    expect(await spent()).toBe(before);
    expect((await world.reading.execute({ serverId: request.serverId, id: request.id })).status).toBe('expired');
  });

  it('holds a code no longer than the provider keeps it', async () => {
    const request = await held();
    const view = await world.reading.execute({ serverId: request.serverId, id: request.id });
    expect(view.expiresAt.getTime() - Date.now()).toBeLessThanOrEqual(600_000);
  });

  it('can be tried again when the provider turned the call away before it did anything', async () => {
    const request = await held();
    await world.fault({ endpoint: 'github.token', kind: 'rate_limited', times: 1 });
    await expect(world.completing.execute(request)).rejects.toMatchObject({ code: 'temporarily_unavailable' });
    expect((await world.completing.execute(request)).account).toBe('ada-lindqvist');
  });

  it('fails for good when nobody knows what became of the code, and stores nothing', async () => {
    const request = await held();
    await world.fault({ endpoint: 'github.token', kind: 'cut', times: 1, after_acting: true });
    await expect(world.completing.execute(request)).rejects.toMatchObject({ code: 'conflict' });
    const view = await world.reading.execute({ serverId: request.serverId, id: request.id });
    expect(view).toMatchObject({ status: 'failed', failure: 'outcome_unknown' });
    expect(await world.database.query('SELECT 1 FROM consents WHERE server_id = $1', [journey.server.id])).toEqual([]);
  });

  it('goes on from the tokens when the account could not be asked for at first: no second code, no lost token', async () => {
    const request = await held();
    const before = await spent();
    await world.fault({ endpoint: 'github.user', kind: 'status', times: 1 });
    await expect(world.completing.execute(request)).rejects.toMatchObject({ code: 'temporarily_unavailable' });
    const [row] = await world.database.query<{ tokens_sealed: Buffer | null; code_sealed: Buffer | null }>(
      'SELECT tokens_sealed, code_sealed FROM connect_sessions WHERE id = $1',
      [request.id],
    );
    expect(row?.tokens_sealed).not.toBeNull();
    expect(row?.code_sealed).toBeNull();
    expect((await world.completing.execute(request)).account).toBe('ada-lindqvist');
    expect(await spent()).toBe(before + 1);
  });

  it('hands tokens over for revocation when the wrong one comes after they were obtained', async () => {
    const request = await held();
    await world.fault({ endpoint: 'github.user', kind: 'status', times: 1 });
    await expect(world.completing.execute(request)).rejects.toMatchObject({ code: 'temporarily_unavailable' });
    const wrong = { ...request, bindingNonce: 'x' };
    await expect(world.completing.execute(wrong)).rejects.toMatchObject({ code: 'access_denied' });
    expect(await waitingRevocations()).toHaveLength(1);
  });

  it('loses no token that comes in while the session is being ended (P3)', async () => {
    const request = await held();
    await world.fault({ endpoint: 'github.user', kind: 'status', times: 1 });
    await expect(world.completing.execute(request)).rejects.toMatchObject({ code: 'temporarily_unavailable' });
    const set = 'UPDATE connect_sessions SET tokens_sealed = $2, token_facts = $3 WHERE id = $1';
    const [kept] = await world.database.query<{ tokens: Buffer; facts: object }>(
      'SELECT tokens_sealed AS tokens, token_facts AS facts FROM connect_sessions WHERE id = $1',
      [request.id],
    );
    await world.database.query(set, [request.id, null, null]);
    const refused = await world.database.transaction(async (tx) => {
      await tx.query(set, [request.id, kept?.tokens, JSON.stringify(kept?.facts)]);
      const wrong = world.completing.execute({ ...request, bindingNonce: 'x' });
      const outcome = Promise.allSettled([wrong]);
      await waitForBlocked();
      return { outcome };
    });
    expect(await refused.outcome).toMatchObject([{ status: 'rejected', reason: { code: 'access_denied' } }]);
    expect(await waitingRevocations()).toHaveLength(1);
    const [row] = await world.database.query(
      'SELECT status, tokens_sealed, token_facts FROM connect_sessions WHERE id = $1',
      [request.id],
    );
    expect(row).toEqual({ status: 'failed', tokens_sealed: null, token_facts: null });
  });

  it('says so when the person has not answered yet, and when they said no', async () => {
    const link = await journey.open();
    const request = { serverId: journey.server.id, id: link.id, subject: 'user-1', completionCode: 'x' };
    await expect(world.completing.execute(request)).rejects.toMatchObject({ code: 'conflict' });
    const browser = new Browser();
    const consent = await journey.visit(browser, link, 'ada');
    await browser.press(consent, 'decision=deny', { until: (url) => url.port === '4999' });
    await expect(world.completing.execute(request)).rejects.toMatchObject({ code: 'access_denied' });
    await expect(world.completing.execute({ ...request, id: newId() })).rejects.toMatchObject({ code: 'not_found' });
  });
});

describe('a person who is known to be the subject', () => {
  it('is connected at once, without a word of the server', async () => {
    const { browser } = await journey.connect('ada');
    const link = await journey.open({ scopes: ['repo'] });
    const page = await journey.allowAtGithub(browser, await journey.visit(browser, link, 'ada'));
    expect(page.html).toContain('GitHub is connected');
    expect((await world.reading.execute({ serverId: journey.server.id, id: link.id })).status).toBe('completed');
  });

  it('can try again on the page when the provider was away for a moment', async () => {
    const { browser } = await journey.connect('ada');
    const link = await journey.open();
    await world.fault({ endpoint: 'github.token', kind: 'rate_limited', times: 1 });
    const page = await journey.allowAtGithub(browser, await journey.visit(browser, link, 'ada'));
    expect(page.html).toContain('Not connected yet');
    expect((await browser.press(page, 'answer=retry')).html).toContain('GitHub is connected');
  });
});
