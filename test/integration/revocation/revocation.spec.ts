import { setTimeout as sleep } from 'node:timers/promises';
import { newId, Secret, systemClock, systemRandom, type Uuid } from '#libs/kernel';
import { passGate } from '#libs/persistence';
import { Revocations } from '#libs/revocation';
import { silentLogger } from '#libs/telemetry';
import { freshDatabase, type FreshDatabase } from '../../support/database.js';
import type { Replica } from '../refresh/replica.js';
import { json, ScriptedProvider, usual } from '../refresh/scripted-provider.js';
import { World, type App, type TestGrant, type TokenAnswer } from '../refresh/world.js';

let fresh: FreshDatabase;
let provider: ScriptedProvider;
let world: World;
let replica: Replica;
let revocations: Revocations;

const app: App = { provider: 'scripted', clientId: 'one', clientSecret: 'one-secret', params: {} };
const server = { actor: 'server' } as const;
const user = { actor: 'user' } as const;
const done = { revoked: true, upstream: 'revoked' };

beforeAll(async () => {
  fresh = await freshDatabase('revocation');
  provider = await ScriptedProvider.start({ accessTokenDiesOnRefresh: true });
  world = await World.start(fresh.appUrl, [provider.url]);
  replica = await world.replica({ definitions: [provider.definition()] });
  revocations = make(replica);
});

afterAll(async () => {
  await revocations.close();
  await world.stop();
  await provider.close();
  await fresh.drop();
});

function make(at: Replica, inlineMs?: number): Revocations {
  return new Revocations({
    ...at,
    clock: systemClock,
    random: systemRandom,
    logger: silentLogger,
    redirectUri: () => 'http://localhost:4000/callback',
    ...(inlineMs !== undefined && { inlineMs }),
  });
}

let people = 0;

/** A living grant with one consent of a new person. */
async function connected(
  more: { readonly expiresInS?: number; readonly serverId?: Uuid | null; readonly userId?: Uuid } = {},
): Promise<{ grant: TestGrant; answer: TokenAnswer; subject: string; consentId: Uuid }> {
  const answer = provider.authorize();
  const grant = await world.grant(app, answer, { expiresInS: 3600, ...more });
  const subject = `person-${++people}`;
  return { grant, answer, subject, consentId: await world.consent(grant, subject) };
}

const give = (subject: string) => ({ serverId: world.serverId, subject, provider: 'scripted' });

describe('a server that gives up its access', () => {
  it('has the grant revoked here and at the provider, its tokens forgotten, and gets the same answer again', async () => {
    const { grant, answer, subject } = await connected();
    expect(await revocations.giveUpAccess(give(subject), server)).toEqual(done);
    expect(provider.isAlive(answer.access_token)).toBe(false);
    const wiped = { status: 'revoked', access_token_sealed: null, refresh_token_sealed: null };
    expect(await world.row(grant.id)).toMatchObject(wiped);
    expect(await revocations.giveUpAccess(give(subject), server)).toEqual(done);
    expect(await world.events(grant.id)).toEqual([
      'consent.ended:server_gave_up',
      'connection.ended:server_gave_up',
      'upstream.revoked',
    ]);
  });

  it('is answered alike for a person that it never had', async () => {
    expect(await revocations.giveUpAccess(give('nobody'), server)).toEqual(done);
  });

  it('leaves a shared grant to those who still use it, and says until when the token lives (P4)', async () => {
    const other = await world.addServer();
    const { grant, answer, subject } = await connected({ serverId: null });
    await world.consent(grant, 'also-me', { serverId: other });
    const expected = { revoked: true, upstream: 'unsupported', tokenLivesUntil: expect.any(Date) };
    expect(await revocations.giveUpAccess(give(subject), server)).toEqual(expected);
    expect(provider.isAlive(answer.access_token)).toBe(true);
    const last = { serverId: other, subject: 'also-me', provider: 'scripted' };
    expect(await revocations.giveUpAccess(last, server)).toEqual(done);
    expect(provider.isAlive(answer.access_token)).toBe(false);
  });
});

describe('a revocation that the provider does not take at once', () => {
  it('is effective here, is pending, says until when the token lives, and is tried again (P4)', async () => {
    const { grant, answer, subject } = await connected();
    provider.revokeStatus = 502;
    const pending = { revoked: true, upstream: 'pending', tokenLivesUntil: expect.any(Date) };
    expect(await revocations.giveUpAccess(give(subject), server)).toEqual(pending);
    expect(await revocations.giveUpAccess(give(subject), server)).toEqual(pending);
    expect(await world.row(grant.id)).toMatchObject({ status: 'revoked', access_token_sealed: expect.any(Buffer) });
    provider.revokeStatus = 200;
    const [row] = await world.hand.database.query<{ id: Uuid; in_future: boolean }>(
      `SELECT id, next_attempt_at > now() AS in_future FROM upstream_revocations WHERE grant_id = $1`,
      [grant.id],
    );
    expect(row).toMatchObject({ in_future: true });
    expect(await revocations.runUpstreamRevocation(row!.id, { waitMs: 5_000 })).toBe('revoked');
    expect(provider.isAlive(answer.access_token)).toBe(false);
    expect(await revocations.giveUpAccess(give(subject), server)).toEqual(done);
  });

  it('does not keep the caller waiting, and goes on behind his back (P4)', async () => {
    const impatient = make(replica, 200);
    const { answer, subject } = await connected();
    provider.revokeDelayMs = 800;
    const before = performance.now();
    expect(await impatient.giveUpAccess(give(subject), server)).toMatchObject({ upstream: 'pending' });
    expect(performance.now() - before).toBeLessThan(600);
    await impatient.close();
    provider.revokeDelayMs = 0;
    expect(provider.isAlive(answer.access_token)).toBe(false);
    expect(await revocations.giveUpAccess(give(subject), server)).toEqual(done);
  });

  it('is said to be unsupported where the provider offers no way', async () => {
    const { revocation: _, ...without } = provider.definition();
    const at = make(await world.replica({ definitions: [without] }));
    const { subject } = await connected();
    expect(await at.giveUpAccess(give(subject), server)).toMatchObject({ upstream: 'unsupported' });
    await at.close();
  });

  it('fetches a living token first, where ours has ended and the provider needs one', async () => {
    const { answer, subject } = await connected({ expiresInS: -60 });
    provider.revoked.length = 0;
    expect(await revocations.giveUpAccess(give(subject), server)).toEqual(done);
    expect(provider.revoked).toHaveLength(1);
    expect(provider.revoked).not.toContain(answer.access_token);
  });
});

describe('a revocation during a refresh (F24)', () => {
  it('discards the late pair, revokes it upstream and resurrects nothing (P4)', async () => {
    const { grant, subject } = await connected();
    let minted = '';
    provider.next(async (call) => {
      await sleep(400);
      const pair = call.rotate()!;
      minted = String(pair['access_token']);
      json(call.res, 200, pair);
    });
    const refresh = replica.refresh(grant.id, { because: 'rejected' });
    while ((await world.row(grant.id))['refresh_state'] !== 'spending') await sleep(10);
    const before = performance.now();
    const revoking = revocations.giveUpAccess(give(subject), server);
    while ((await world.row(grant.id))['status'] !== 'revoked') await sleep(10);
    expect(performance.now() - before).toBeLessThan(300);
    expect(await refresh).toEqual({ kind: 'needs_reauth', reason: 'revoked' });
    expect(await revoking).toEqual(done);
    expect(await world.row(grant.id)).toMatchObject({ status: 'revoked', generation: 1, access_token_sealed: null });
    const rows = await world.hand.database.query<{ id: Uuid }>(
      `SELECT id FROM upstream_revocations WHERE grant_id = $1 AND status = 'pending'`,
      [grant.id],
    );
    expect(rows).toHaveLength(1);
    expect(provider.isAlive(minted)).toBe(true);
    expect(await revocations.runUpstreamRevocation(rows[0]!.id, { waitMs: 5_000 })).toBe('revoked');
    expect(provider.isAlive(minted)).toBe(false);
    expect(await world.events(grant.id)).toContain('token.late_reply:revoked_meanwhile');
  });

  it('begins no refresh after its commit', async () => {
    const { grant, subject } = await connected();
    await revocations.giveUpAccess(give(subject), server);
    const before = provider.spends.length;
    expect(await replica.refresh(grant.id)).toEqual({ kind: 'needs_reauth', reason: 'revoked' });
    expect(provider.spends).toHaveLength(before);
  });

  it('waits for flushes that have decided already, and not for refreshes (P4)', async () => {
    const { grant, subject } = await connected();
    let committed = false;
    await world.hand.database.transaction(async (tx) => {
      await passGate(tx);
      const revoking = revocations.giveUpAccess(give(subject), server).then(() => (committed = true));
      await sleep(300);
      expect(committed).toBe(false);
      expect(await world.hand.database.query('SELECT status FROM grants WHERE id = $1', [grant.id])).toEqual([
        { status: 'active' },
      ]);
      setTimeout(() => void revoking, 0);
    });
    while (!committed) await sleep(20);
    expect(await world.row(grant.id)).toMatchObject({ status: 'revoked' });
  });
});

describe('a token that is to be killed', () => {
  const kill = (token: string) => revocations.killToken({ serverId: world.serverId, token: new Secret(token) }, server);

  it('ends with its grant, when it is the one in force', async () => {
    const { grant, answer } = await connected();
    expect(await kill(answer.access_token)).toEqual(done);
    expect(provider.isAlive(answer.access_token)).toBe(false);
    expect(await world.row(grant.id)).toMatchObject({ status: 'revoked' });
    expect(await kill(answer.access_token)).toEqual(done);
  });

  it('is answered like a dead one when it is nobody’s, or another server’s, and nothing happens', async () => {
    const { grant, answer } = await connected({ serverId: await world.addServer() });
    expect(await kill('never seen')).toEqual(done);
    expect(await kill(answer.access_token)).toEqual(done);
    expect(await world.row(grant.id)).toMatchObject({ status: 'active' });
    expect(provider.isAlive(answer.access_token)).toBe(true);
  });

  async function handOut(grant: TestGrant): Promise<void> {
    await world.hand.database.query(
      `INSERT INTO audit_events (id, kind, outcome, actor, server_id, grant_id, generation, token_fingerprint)
       SELECT $1, 'token.exchange', 'allowed', 'server', $2, id, generation, access_fingerprint FROM grants WHERE id = $3`,
      [newId(), world.serverId, grant.id],
    );
  }

  it('is refused on a shared grant', async () => {
    const { grant, answer } = await connected({ serverId: null });
    await handOut(grant);
    await expect(kill(answer.access_token)).rejects.toMatchObject({ code: 'conflict' });
    expect(await world.row(grant.id)).toMatchObject({ status: 'active' });
  });

  it('dies alone when a refresh has replaced it', async () => {
    const { grant, answer } = await connected();
    await handOut(grant);
    provider.next(usual);
    expect(await replica.refresh(grant.id, { because: 'rejected' })).toMatchObject({ kind: 'fresh' });
    provider.revoked.length = 0;
    expect(await kill(answer.access_token)).toEqual(done);
    expect(provider.revoked).toEqual([answer.access_token]);
    expect(await world.row(grant.id)).toMatchObject({ status: 'active', generation: 2 });
  });
});

describe('a person', () => {
  it('cuts off one server and keeps the other, each with its own grant', async () => {
    const first = await connected();
    const other = await world.addServer();
    const answer = provider.authorize();
    const second = await world.grant(app, answer, { expiresInS: 3600, serverId: other, userId: first.grant.userId });
    await world.consent(second, 'same-me', { serverId: other });
    const cut = { userId: first.grant.userId, consentId: first.consentId };
    expect(await revocations.endConsent(cut, user)).toEqual(done);
    expect(provider.isAlive(first.answer.access_token)).toBe(false);
    expect(provider.isAlive(answer.access_token)).toBe(true);
    expect(await world.row(second.id)).toMatchObject({ status: 'active' });
    expect(await revocations.endConsent(cut, user)).toEqual(done);
  });

  it('cannot end what belongs to somebody else', async () => {
    const { grant, consentId } = await connected();
    const stranger = newId();
    await revocations.endConsent({ userId: stranger, consentId }, user);
    const refused = { code: 'not_found' };
    const { connectionId } = grant;
    await expect(revocations.disconnect({ userId: stranger, connectionId }, user)).rejects.toMatchObject(refused);
    expect(await world.row(grant.id)).toMatchObject({ status: 'active' });
  });

  it('unlinks a name: its consents end and it is free', async () => {
    const { grant, subject } = await connected();
    const { database } = world.hand;
    const [row] = await database.query<{ id: Uuid }>('SELECT id FROM subjects WHERE external_id = $1', [subject]);
    const { userId } = grant;
    expect(await revocations.unlinkSubject({ userId, subjectId: row!.id }, user)).toEqual(done);
    const [after] = await database.query('SELECT user_id FROM subjects WHERE id = $1', [row!.id]);
    expect(after).toEqual({ user_id: null });
    expect(await world.row(grant.id)).toMatchObject({ status: 'revoked' });
  });

  it('disconnects an account: everything under it ends, also what no server uses any more', async () => {
    const { grant, answer } = await connected();
    const lonely = provider.authorize();
    const unused = await world.grant(app, lonely, { expiresInS: 3600, userId: grant.userId });
    const { userId } = grant;
    expect(await revocations.disconnect({ userId, connectionId: grant.connectionId }, user)).toEqual(done);
    expect(await revocations.disconnect({ userId, connectionId: unused.connectionId }, user)).toEqual(done);
    for (const token of [answer, lonely]) expect(provider.isAlive(token.access_token)).toBe(false);
    expect(await revocations.disconnect({ userId, connectionId: grant.connectionId }, user)).toEqual(done);
    const ended = await world.hand.database.query('SELECT 1 FROM connections WHERE user_id = $1 AND ended_at IS NULL', [
      userId,
    ]);
    expect(ended).toEqual([]);
  });
});
