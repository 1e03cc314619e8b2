import type { Uuid } from '#libs/kernel';
import { json, losesAnswer } from '../refresh/scripted-provider.js';
import { done, revocationsAt, server, Stage } from './stage.js';

let stage: Stage;

beforeAll(async () => {
  stage = await Stage.set('lost_pair');
}, 60_000);

afterAll(async () => {
  await stage.clear();
});

async function queued(grantId: Uuid): Promise<Uuid> {
  const rows = await stage.world.hand.database.query<{ id: Uuid }>(
    'SELECT id FROM upstream_revocations WHERE grant_id = $1',
    [grantId],
  );
  return rows[0]!.id;
}

describe('a pair that is fetched only to be revoked', () => {
  it('is not called revoked when its answer was lost: it may live (P4)', async () => {
    const { grant, subject } = await stage.connected({ expiresInS: -60 });
    stage.provider.next(losesAnswer);
    expect(await stage.revocations.giveUpAccess(stage.access(subject), server)).toMatchObject({ upstream: 'pending' });
    expect(await stage.world.row(grant.id)).toMatchObject({ refresh_state: 'indeterminate', lease_id: null });
    expect(await stage.revocations.runUpstreamRevocation(await queued(grant.id), { waitMs: 5_000 })).toBe('failed');
    expect(await stage.world.events(grant.id)).toContain('upstream.failed:outcome_unknown');
    expect(await stage.revocations.giveUpAccess(stage.access(subject), server)).toMatchObject({
      upstream: 'unsupported',
    });
  });

  it('is not called revoked when whoever fetched it died on the way (P4)', async () => {
    const { grant, subject } = await stage.connected({ expiresInS: -60 });
    let marked: unknown;
    stage.provider.next(async (call) => {
      marked = (await stage.world.row(grant.id))['refresh_state'];
      await losesAnswer(call);
    });
    await stage.revocations.giveUpAccess(stage.access(subject), server);
    expect(marked).toBe('spending');
    await stage.world.hand.database.query(
      `UPDATE grants SET refresh_state = 'spending', indeterminate_since = NULL, lease_id = gen_random_uuid(),
              lease_until = now() - interval '1 second' WHERE id = $1`,
      [grant.id],
    );
    expect(await stage.revocations.runUpstreamRevocation(await queued(grant.id), { waitMs: 5_000 })).toBe('failed');
  });

  it('counts as revoked when the provider refused clearly, at first for now and then for good', async () => {
    const { grant, subject } = await stage.connected({ expiresInS: -60 });
    stage.provider.next(
      ({ refuse }) => refuse('slow_down'),
      ({ refuse }) => refuse('invalid_grant'),
    );
    expect(await stage.revocations.giveUpAccess(stage.access(subject), server)).toMatchObject({ upstream: 'pending' });
    expect(await stage.revocations.runUpstreamRevocation(await queued(grant.id), { waitMs: 5_000 })).toBe('revoked');
  });

  it('is kept however long the database takes, and then revoked', async () => {
    const impatient = revocationsAt(stage.replica, 200);
    const { grant, subject } = await stage.connected({ expiresInS: -60 });
    let minted = '';
    let locking: Promise<void> | undefined;
    stage.provider.next(async (call) => {
      const id = await queued(grant.id);
      await new Promise<void>((locked) => {
        // Longer than a statement waits for a lock.
        locking = stage.world.hand.database.transaction(async (tx) => {
          await tx.query('SELECT 1 FROM upstream_revocations WHERE id = $1 FOR UPDATE', [id]);
          locked();
          await tx.query('SELECT pg_sleep(3)');
        });
      });
      const pair = call.rotate()!;
      minted = String(pair['access_token']);
      json(call.res, 200, pair);
    });
    expect(await impatient.giveUpAccess(stage.access(subject), server)).toMatchObject({ upstream: 'pending' });
    await impatient.close();
    await locking;
    expect(stage.provider.isAlive(minted)).toBe(false);
    expect(stage.provider.revoked).toContain(minted);
    expect(await stage.revocations.giveUpAccess(stage.access(subject), server)).toEqual(done);
  });
});
