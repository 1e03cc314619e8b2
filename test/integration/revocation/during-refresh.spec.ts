import { setTimeout as sleep } from 'node:timers/promises';
import type { Uuid } from '#libs/kernel';
import { passGate } from '#libs/persistence';
import { json } from '../refresh/scripted-provider.js';
import { done, server, Stage } from './stage.js';

let stage: Stage;

beforeAll(async () => {
  stage = await Stage.set('during_refresh');
}, 60_000);

afterAll(async () => {
  await stage.clear();
});

describe('a revocation during a refresh (F24)', () => {
  it('discards the late pair, revokes it upstream and resurrects nothing (P4)', async () => {
    const { grant, subject } = await stage.connected();
    let minted = '';
    stage.provider.next(async (call) => {
      await sleep(400);
      const pair = call.rotate()!;
      minted = String(pair['access_token']);
      json(call.res, 200, pair);
    });
    const refresh = stage.replica.refresh(grant.id, { because: 'rejected' });
    while ((await stage.world.row(grant.id))['refresh_state'] !== 'spending') await sleep(10);
    const before = performance.now();
    const revoking = stage.revocations.giveUpAccess(stage.access(subject), server);
    while ((await stage.world.row(grant.id))['status'] !== 'revoked') await sleep(10);
    expect(performance.now() - before).toBeLessThan(300);
    expect(await refresh).toEqual({ kind: 'needs_reauth', reason: 'revoked' });
    expect(await revoking).toEqual(done);
    expect(await stage.world.row(grant.id)).toMatchObject({
      status: 'revoked',
      generation: 1,
      access_token_sealed: null,
    });
    const rows = await stage.world.hand.database.query<{ id: Uuid }>(
      `SELECT id FROM upstream_revocations WHERE grant_id = $1 AND status = 'pending'`,
      [grant.id],
    );
    expect(rows).toHaveLength(1);
    expect(stage.provider.isAlive(minted)).toBe(true);
    expect(await stage.revocations.runUpstreamRevocation(rows[0]!.id, { waitMs: 5_000 })).toBe('revoked');
    expect(stage.provider.isAlive(minted)).toBe(false);
    expect(await stage.world.events(grant.id)).toContain('token.late_reply:revoked_meanwhile');
  });

  it('begins no refresh after its commit', async () => {
    const { grant, subject } = await stage.connected();
    await stage.revocations.giveUpAccess(stage.access(subject), server);
    const before = stage.provider.spends.length;
    expect(await stage.replica.refresh(grant.id)).toEqual({ kind: 'needs_reauth', reason: 'revoked' });
    expect(stage.provider.spends).toHaveLength(before);
  });

  it('waits for flushes that have decided already, and not for refreshes (P4)', async () => {
    const { grant, subject } = await stage.connected();
    let committed = false;
    await stage.world.hand.database.transaction(async (tx) => {
      await passGate(tx);
      const revoking = stage.revocations.giveUpAccess(stage.access(subject), server).then(() => (committed = true));
      await sleep(300);
      expect(committed).toBe(false);
      expect(await stage.world.hand.database.query('SELECT status FROM grants WHERE id = $1', [grant.id])).toEqual([
        { status: 'active' },
      ]);
      setTimeout(() => void revoking, 0);
    });
    while (!committed) await sleep(20);
    expect(await stage.world.row(grant.id)).toMatchObject({ status: 'revoked' });
  });
});
