import { newId } from '#libs/kernel';
import {
  claimForRefresh,
  claimForRevocation,
  intendSpend,
  listUnsettledGrants,
  noteRefreshFailure,
  releaseHold,
  releaseLapsedClaims,
  type Hold,
} from '#libs/persistence';
import { freshDatabase, type FreshDatabase } from '../../support/database.js';
import { World, type TestGrant } from './world.js';

const leaseMs = 30_000;
const app = { provider: 'scripted', clientId: 'one', clientSecret: 'one-secret', params: {} };

let fresh: FreshDatabase;
let world: World;
let grant: TestGrant;

beforeAll(async () => {
  fresh = await freshDatabase('lease');
  world = await World.start(fresh, []);
}, 60_000);

beforeEach(async () => {
  grant = await world.usedGrant(app, { access_token: newId(), refresh_token: newId() });
});

afterAll(async () => {
  await world.stop();
  await fresh.drop();
});

const sql = () => world.hand.database;
const newHold = (): Hold => ({ grantId: grant.id, leaseId: newId() });

async function claimed(): Promise<Hold> {
  const hold = newHold();
  expect(await claimForRefresh(sql(), hold, leaseMs)).toBe(true);
  return hold;
}

describe('the lease of a grant', () => {
  it('goes to exactly one of many who want it at once', async () => {
    const claims = await Promise.all(Array.from({ length: 20 }, () => claimForRefresh(sql(), newHold(), leaseMs)));
    expect(claims.filter(Boolean)).toHaveLength(1);
  });

  it('is not taken from a holder, nor by a revocation, whatever state the grant is in', async () => {
    const hold = await claimed();
    expect(await claimForRefresh(sql(), newHold(), leaseMs)).toBe(false);
    expect(await intendSpend(sql(), hold, 1)).toBe(true);
    expect(await claimForRefresh(sql(), newHold(), leaseMs)).toBe(false);
    await sql().query(`UPDATE grants SET status = 'revoked', revoked_at = now() WHERE id = $1`, [grant.id]);
    expect(await claimForRevocation(sql(), newHold(), leaseMs)).toBe(false);
    await releaseHold(sql(), hold);
    expect(await claimForRevocation(sql(), newHold(), leaseMs)).toBe(true);
  });

  it('allows no intent after it ran out, was taken over, or for another generation', async () => {
    const hold = await claimed();
    expect(await intendSpend(sql(), hold, 2)).toBe(false);
    expect(await intendSpend(sql(), newHold(), 1)).toBe(false);
    await world.elapse(grant.id, { lease: true });
    expect(await intendSpend(sql(), hold, 1)).toBe(false);
  });

  it('that ran out over a spend leaves an unknown outcome, counted from the earliest moment it can have happened', async () => {
    const hold = await claimed();
    await intendSpend(sql(), hold, 1);
    await world.elapse(grant.id, { lease: true });
    expect((await listUnsettledGrants(sql(), 10)).map(({ id }) => id)).toContain(grant.id);
    const { lease_until } = await world.row(grant.id);
    await claimed();
    const row = await world.row(grant.id);
    expect(row).toMatchObject({ refresh_state: 'indeterminate' });
    expect((row['indeterminate_since'] as Date).getTime()).toBe((lease_until as Date).getTime() - leaseMs);
  });

  it('that ran out before any intent leaves nothing behind', async () => {
    await claimed();
    await world.elapse(grant.id, { lease: true });
    expect(await releaseLapsedClaims(sql())).toBeGreaterThanOrEqual(1);
    expect(await world.row(grant.id)).toMatchObject({
      refresh_state: 'idle',
      lease_id: null,
      indeterminate_since: null,
    });
  });

  it('given back after a call that did not leave keeps an earlier unknown outcome unknown', async () => {
    const failure = { reason: 'lost', retryInMs: 0, leaseMs };
    await noteRefreshFailure(sql(), await claimed(), { ...failure, unknown: true });
    const since = (await world.row(grant.id))['indeterminate_since'] as Date;
    const again = await claimed();
    await intendSpend(sql(), again, 1);
    await noteRefreshFailure(sql(), again, { ...failure, unknown: false });
    expect(await world.row(grant.id)).toMatchObject({ refresh_state: 'indeterminate', indeterminate_since: since });
  });

  it('is only given back by its holder', async () => {
    const hold = await claimed();
    await releaseHold(sql(), newHold());
    expect(await world.row(grant.id)).toMatchObject({ lease_id: hold.leaseId });
    expect(await noteRefreshFailure(sql(), newHold(), { reason: 'x', retryInMs: 0, leaseMs, unknown: true })).toBe(
      false,
    );
  });
});
