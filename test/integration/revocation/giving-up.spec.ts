import type { Uuid } from '#libs/kernel';
import { passGate } from '#libs/persistence';
import { done, revocationsAt, server, Stage } from './stage.js';

let stage: Stage;

beforeAll(async () => {
  stage = await Stage.set('giving_up');
}, 60_000);

afterAll(async () => {
  await stage.clear();
});

describe('a server that gives up its access', () => {
  it('has the grant revoked here and at the provider, its tokens forgotten, and gets the same answer again', async () => {
    const { grant, answer, subject } = await stage.connected();
    expect(await stage.revocations.giveUpAccess(stage.access(subject), server)).toEqual(done);
    expect(stage.provider.isAlive(answer.access_token)).toBe(false);
    const wiped = { status: 'revoked', access_token_sealed: null, refresh_token_sealed: null };
    expect(await stage.world.row(grant.id)).toMatchObject(wiped);
    expect(await stage.revocations.giveUpAccess(stage.access(subject), server)).toEqual(done);
    expect(await stage.world.events(grant.id)).toEqual([
      'consent.ended:server_gave_up',
      'connection.ended:server_gave_up',
      'upstream.revoked',
    ]);
  });

  it('is answered alike for a person that it never had', async () => {
    expect(await stage.revocations.giveUpAccess(stage.access('nobody'), server)).toEqual(done);
  });

  it('leaves a shared grant to those who still use it, and says until when the token lives (P4)', async () => {
    const other = await stage.world.addServer();
    const { grant, answer, subject } = await stage.connected({ serverId: null });
    await stage.world.consent(grant, 'also-me', { serverId: other });
    const expected = { revoked: true, upstream: 'unsupported', tokenLivesUntil: expect.any(Date) };
    expect(await stage.revocations.giveUpAccess(stage.access(subject), server)).toEqual(expected);
    expect(stage.provider.isAlive(answer.access_token)).toBe(true);
    expect(await stage.revocations.giveUpAccess(stage.access(subject), server)).toEqual(expected);
    const last = { serverId: other, subject: 'also-me', provider: 'scripted' };
    expect(await stage.revocations.giveUpAccess(last, server)).toEqual(done);
    expect(stage.provider.isAlive(answer.access_token)).toBe(false);
  });
});

describe('a server that gives up a shared grant again', () => {
  it('learns what became of the token once the others have gone too (P4)', async () => {
    const other = await stage.world.addServer();
    const { grant, subject } = await stage.connected({ serverId: null });
    await stage.world.consent(grant, 'the-other', { serverId: other });
    await stage.revocations.giveUpAccess(stage.access(subject), server);
    await stage.revocations.giveUpAccess({ serverId: other, subject: 'the-other', provider: 'scripted' }, server);
    expect(await stage.revocations.giveUpAccess(stage.access(subject), server)).toEqual(done);
  });

  it('is not told that a token died which a newer authorization only took the place of (P4)', async () => {
    const { grant, subject } = await stage.connected({ serverId: null });
    await stage.world.consent(grant, 'stays', { serverId: await stage.world.addServer() });
    await stage.revocations.giveUpAccess(stage.access(subject), server);
    // Superseded by a new authorization of the same account, which queues no revocation for a shared grant.
    await stage.world.hand.database.query(`UPDATE grants SET status = 'revoked', revoked_at = now() WHERE id = $1`, [
      grant.id,
    ]);
    const expected = { revoked: true, upstream: 'unsupported', tokenLivesUntil: expect.any(Date) };
    expect(await stage.revocations.giveUpAccess(stage.access(subject), server)).toEqual(expected);
  });

  it('holds up no hand-out when there is nothing to end', async () => {
    const { subject } = await stage.connected();
    await stage.revocations.giveUpAccess(stage.access(subject), server);
    await stage.world.hand.database.transaction(async (tx) => {
      await passGate(tx);
      expect(await stage.revocations.giveUpAccess(stage.access(subject), server)).toEqual(done);
      expect(await stage.revocations.giveUpAccess(stage.access('never-was'), server)).toEqual(done);
    });
    const noted = await stage.world.hand.database.query(
      `SELECT 1 FROM audit_events WHERE kind = 'token.revoke' AND reason = 'nothing_to_end'`,
    );
    expect(noted.length).toBeGreaterThanOrEqual(2);
  });
});

describe('a revocation that the provider does not take at once', () => {
  it('is effective here, is pending, says until when the token lives, and is tried again (P4)', async () => {
    const { grant, answer, subject } = await stage.connected();
    stage.provider.revokeStatus = 502;
    const pending = { revoked: true, upstream: 'pending', tokenLivesUntil: expect.any(Date) };
    expect(await stage.revocations.giveUpAccess(stage.access(subject), server)).toEqual(pending);
    expect(await stage.revocations.giveUpAccess(stage.access(subject), server)).toEqual(pending);
    expect(await stage.world.row(grant.id)).toMatchObject({
      status: 'revoked',
      access_token_sealed: expect.any(Buffer),
    });
    stage.provider.revokeStatus = 200;
    const [row] = await stage.world.hand.database.query<{ id: Uuid; in_future: boolean }>(
      `SELECT id, next_attempt_at > now() AS in_future FROM upstream_revocations WHERE grant_id = $1`,
      [grant.id],
    );
    expect(row).toMatchObject({ in_future: true });
    expect(await stage.revocations.runUpstreamRevocation(row!.id, { waitMs: 5_000 })).toBe('revoked');
    expect(stage.provider.isAlive(answer.access_token)).toBe(false);
    expect(await stage.revocations.giveUpAccess(stage.access(subject), server)).toEqual(done);
  });

  it('does not keep the caller waiting, and goes on behind his back (P4)', async () => {
    const impatient = revocationsAt(stage.replica, 200);
    const { answer, subject } = await stage.connected();
    stage.provider.revokeDelayMs = 800;
    const before = performance.now();
    expect(await impatient.giveUpAccess(stage.access(subject), server)).toMatchObject({ upstream: 'pending' });
    expect(performance.now() - before).toBeLessThan(600);
    await impatient.close();
    stage.provider.revokeDelayMs = 0;
    expect(stage.provider.isAlive(answer.access_token)).toBe(false);
    expect(await stage.revocations.giveUpAccess(stage.access(subject), server)).toEqual(done);
  });

  it('is said to be unsupported where the provider offers no way', async () => {
    const { revocation: _, ...without } = stage.provider.definition();
    const at = revocationsAt(await stage.world.replica({ definitions: [without] }));
    const { subject } = await stage.connected();
    expect(await at.giveUpAccess(stage.access(subject), server)).toMatchObject({ upstream: 'unsupported' });
    await at.close();
  });

  it('fetches a living token first, where ours has ended and the provider needs one', async () => {
    const { answer, subject } = await stage.connected({ expiresInS: -60 });
    stage.provider.revoked.length = 0;
    expect(await stage.revocations.giveUpAccess(stage.access(subject), server)).toEqual(done);
    expect(stage.provider.revoked).toHaveLength(1);
    expect(stage.provider.revoked).not.toContain(answer.access_token);
  });
});
