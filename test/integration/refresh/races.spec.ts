import { setTimeout as sleep } from 'node:timers/promises';
import { freshDatabase, type FreshDatabase } from '../../support/database.js';
import { ScriptedProvider, usual } from './scripted-provider.js';
import { World, type App, type TestGrant } from './world.js';

let fresh: FreshDatabase;
let provider: ScriptedProvider;
let world: World;

beforeAll(async () => {
  fresh = await freshDatabase('races');
  provider = await ScriptedProvider.start({ accessTokenDiesOnRefresh: true, reuseRevokesFamily: true });
  world = await World.start(fresh, [provider.url]);
}, 60_000);

beforeEach(() => void (provider.spends.length = 0));

afterAll(async () => {
  await world.stop();
  await provider.close();
  await fresh.drop();
});

const app: App = { provider: 'scripted', clientId: 'one', clientSecret: 'one-secret', params: {} };
const replica = () => world.replica({ definitions: [provider.definition()] });
const newGrant = (): Promise<TestGrant> => world.usedGrant(app, provider.authorize());

describe('many callers for one grant', () => {
  it('F6: two replicas that race spend once, and both have the new pair (P3)', async () => {
    const [one, two] = [await replica(), await replica()];
    for (let round = 0; round < 5; round++) {
      provider.spends.length = 0;
      const grant = await newGrant();
      provider.next(async (call) => {
        await sleep(300);
        await usual(call);
      });
      const results = await Promise.all([one.refresh(grant.id), two.refresh(grant.id)]);
      expect(results).toEqual([
        { kind: 'fresh', generation: 2 },
        { kind: 'fresh', generation: 2 },
      ]);
      expect(provider.spends).toHaveLength(1);
    }
  });

  it('F22: a hundred callers on four replicas spend once (P3)', async () => {
    const replicas = [await replica(), await replica(), await replica(), await replica()];
    const grant = await newGrant();
    const calls = Array.from({ length: 100 }, (_, at) => replicas[at % 4]!.refresh(grant.id));
    const results = await Promise.all(calls);
    expect(new Set(results.map((result) => JSON.stringify(result)))).toEqual(
      new Set([JSON.stringify({ kind: 'fresh', generation: 2 })]),
    );
    expect(provider.spends).toHaveLength(1);
    expect(await world.events(grant.id)).toEqual(['token.refresh_started', 'token.refreshed']);
  });

  it('spends once for a generation that is called refused many times, by callers and by the worker alike', async () => {
    const one = await replica();
    const grant = await newGrant();
    const reasons = ['rejected', 'scheduled', 'expired', 'min_validity'] as const;
    await Promise.all(reasons.map((because) => one.refresh(grant.id, { because })));
    for (const because of reasons) expect(await one.refresh(grant.id, { because })).toMatchObject({ generation: 2 });
    expect(provider.spends).toHaveLength(1);
  });

  it('F12: believes the row before the provider, when a peer has won (P3)', async () => {
    const one = await replica();
    const grant = await newGrant();
    provider.next(async ({ refuse }) => {
      await world.hand.database.query('UPDATE grants SET generation = 2 WHERE id = $1', [grant.id]);
      refuse();
    });
    expect(await one.refresh(grant.id)).toEqual({ kind: 'fresh', generation: 2 });
    expect(await world.row(grant.id)).toMatchObject({ status: 'active', reauth_reason: null });
  });

  it('lets a caller go when he has waited enough, and finishes all the same', async () => {
    const one = await replica();
    const grant = await newGrant();
    provider.next(async (call) => {
      await sleep(500);
      await usual(call);
    });
    expect(await one.refresh(grant.id, { waitMs: 100 })).toMatchObject({ kind: 'unavailable', reason: 'busy' });
    expect(await one.refresh(grant.id)).toEqual({ kind: 'fresh', generation: 2 });
    expect(provider.spends).toHaveLength(1);
  });

  it('never calls a dead grant again', async () => {
    const one = await replica();
    const grant = await newGrant();
    provider.next(({ refuse }) => refuse());
    expect(await one.refresh(grant.id)).toEqual({ kind: 'needs_reauth', reason: 'invalid_grant' });
    provider.next(() => {
      throw new Error('the provider was called');
    });
    for (const because of ['expired', 'rejected', 'scheduled'] as const) {
      expect(await one.refresh(grant.id, { because })).toEqual({ kind: 'needs_reauth', reason: 'invalid_grant' });
    }
    expect((await world.events(grant.id)).filter((event) => event.startsWith('connection.'))).toEqual([
      'connection.needs_reauth:invalid_grant',
    ]);
  });
});
