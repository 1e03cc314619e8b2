import type { Uuid } from '#libs/kernel';
import { listDueGrants, listUnsettledGrants, passGate } from '#libs/persistence';
import { Stage } from './stage.js';

let stage: Stage;

beforeAll(async () => {
  stage = await Stage.set('expired');
}, 60_000);

afterAll(async () => {
  await stage.clear();
});

async function expire(consentId: Uuid): Promise<void> {
  await stage.world.hand.database.query(`UPDATE consents SET expires_at = now() WHERE id = $1`, [consentId]);
}

describe('a consent whose time is over', () => {
  it('is ended, in batches, with the grants that rested on it alone', async () => {
    const people = [await stage.connected(), await stage.connected(), await stage.connected()];
    for (const { consentId } of people) await expire(consentId);
    const lasting = await stage.connected();
    expect(await stage.revocations.endExpired(2)).toBe(2);
    expect(await stage.revocations.endExpired(2)).toBe(1);
    expect(await stage.revocations.endExpired(2)).toBe(0);
    for (const { grant } of people) {
      expect(await stage.world.events(grant.id)).toEqual(['consent.ended:expired', 'connection.ended:expired']);
      const queued = await stage.world.hand.database.query(
        'SELECT status FROM upstream_revocations WHERE grant_id = $1',
        [grant.id],
      );
      expect(queued).toEqual([{ status: 'pending' }]);
    }
    expect(await stage.world.row(lasting.grant.id)).toMatchObject({ status: 'active' });
  });

  it('leaves a shared grant to those who may still use it', async () => {
    const { grant, consentId } = await stage.connected({ serverId: null });
    await stage.world.consent(grant, 'still-me', { serverId: await stage.world.addServer() });
    await expire(consentId);
    expect(await stage.revocations.endExpired(10)).toBe(1);
    expect(await stage.world.row(grant.id)).toMatchObject({ status: 'active' });
    expect(await stage.world.events(grant.id)).toEqual(['consent.ended:expired']);
  });

  it('holds up no hand-out when there is none', async () => {
    await stage.world.hand.database.transaction(async (tx) => {
      await passGate(tx);
      expect(await stage.revocations.endExpired(10)).toBe(0);
    });
  });

  it('does not keep its grant alive: it is not due, and not refreshed (P3)', async () => {
    const { database } = stage.world.hand;
    const { grant, consentId } = await stage.connected({ expiresInS: -60 });
    const listed = async () => {
      const rows = [...(await listDueGrants(database, 100)), ...(await listUnsettledGrants(database, 100))];
      return rows.some(({ id }) => id === grant.id);
    };
    for (const due of ['refresh_due_at = now()', 'refresh_due_at = NULL', `refresh_state = 'indeterminate'`]) {
      await database.query(`UPDATE grants SET ${due} WHERE id = $1`, [grant.id]);
      await database.query('UPDATE consents SET expires_at = NULL WHERE id = $1', [consentId]);
      expect(await listed()).toBe(true);
      await expire(consentId);
      expect(await listed()).toBe(false);
    }
    const before = stage.provider.spends.length;
    expect(await stage.replica.refresh(grant.id)).toMatchObject({ kind: 'unavailable', reason: 'no_consent' });
    expect(stage.provider.spends).toHaveLength(before);
  });
});
