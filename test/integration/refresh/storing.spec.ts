import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { freshDatabase, type FreshDatabase } from '../../support/database.js';
import { ScriptedProvider, usual } from './scripted-provider.js';
import { World, type App, type TestGrant } from './world.js';

let fresh: FreshDatabase;
let provider: ScriptedProvider;
let world: World;
let owner: pg.Client;

beforeAll(async () => {
  fresh = await freshDatabase('storing');
  provider = await ScriptedProvider.start({ accessTokenDiesOnRefresh: true });
  world = await World.start(fresh, [provider.url]);
  owner = new pg.Client({ connectionString: fresh.migratorUrl });
  await owner.connect();
}, 60_000);

beforeEach(() => void (provider.spends.length = 0));

afterAll(async () => {
  await owner.end();
  await world.stop();
  await provider.close();
  await fresh.drop();
});

const app: App = { provider: 'scripted', clientId: 'one', clientSecret: 'one-secret', params: {} };
const replica = () => world.replica({ definitions: [provider.definition()] });
const newGrant = (): Promise<TestGrant> => world.usedGrant(app, provider.authorize());

describe('an answer that cannot be stored at once', () => {
  it('F4: is kept and stored when the database takes it again (P3)', async () => {
    const one = await replica();
    const grant = await newGrant();
    await owner.query(`
      CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'not now'; END $$;
      CREATE TRIGGER refuse BEFORE UPDATE OF generation ON grants FOR EACH ROW EXECUTE FUNCTION refuse()`);
    const result = one.refresh(grant.id);
    await sleep(700);
    expect(provider.spends).toHaveLength(1);
    expect(await world.row(grant.id)).toMatchObject({ generation: 1, refresh_state: 'spending' });
    await owner.query('DROP TRIGGER refuse ON grants; DROP FUNCTION refuse()');
    expect(await result).toEqual({ kind: 'fresh', generation: 2 });
    expect(provider.spends).toHaveLength(1);
    expect(provider.isAlive((await world.pair(grant, 'scripted')).access)).toBe(true);
  });

  it('survives the loss of every connection to the database (P3)', async () => {
    const one = await replica();
    const grant = await newGrant();
    provider.next(async (call) => {
      const cut = new pg.Client({ connectionString: fresh.superuserUrl });
      await cut.connect();
      await cut.query(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity
        WHERE datname = current_database() AND application_name = 'refresh-test'`);
      await cut.end();
      await usual(call);
    });
    expect(await one.refresh(grant.id)).toEqual({ kind: 'fresh', generation: 2 });
    expect(provider.spends).toHaveLength(1);
  });

  it('comes late and still wins over the verdict of a peer (P3)', async () => {
    const times = { deadlineMs: 600, leaseMs: 1_200, pollMs: 50 };
    let goOn = (): void => undefined;
    const held = new Promise<void>((resolve) => (goOn = resolve));
    const slow = await world.replica({
      definitions: [provider.definition()],
      times,
      steps: { entering: (step) => (step === 'persist' ? held : undefined) },
    });
    const grant = await newGrant();
    const late = slow.refresh(grant.id);
    await world.lapsed(grant.id);
    expect(provider.spends).toHaveLength(1);
    const peer = await world.replica({ definitions: [provider.definition()], times });
    expect(await peer.refresh(grant.id)).toEqual({ kind: 'needs_reauth', reason: 'reply_lost' });
    goOn();
    expect(await late).toEqual({ kind: 'fresh', generation: 2 });
    expect(await world.row(grant.id)).toMatchObject({ status: 'active', reauth_reason: null, generation: 2 });
    expect(provider.isAlive((await world.pair(grant, 'scripted')).access)).toBe(true);
    expect((await world.events(grant.id)).slice(-3).toSorted()).toEqual([
      'connection.recovered',
      'token.late_reply',
      'token.refreshed',
    ]);
  });

  it('is waited for when the process ends in an orderly way (F26)', async () => {
    const one = await replica();
    const grant = await newGrant();
    provider.next(async (call) => {
      await sleep(300);
      await usual(call);
    });
    const result = one.refresh(grant.id);
    while (provider.spends.length === 0 && (await world.row(grant.id))['refresh_state'] !== 'spending') await sleep(20);
    await one.refresher.close();
    expect(await world.row(grant.id)).toMatchObject({ generation: 2, refresh_state: 'idle' });
    expect(await result).toEqual({ kind: 'fresh', generation: 2 });
    expect(await one.refresh(grant.id, { knownGeneration: 2 })).toMatchObject({ reason: 'shutting_down' });
  });
});

describe('a spend that may not be begun', () => {
  it('F20: is not begun while the log cannot be written (P1, P3)', async () => {
    const one = await replica();
    const grant = await newGrant();
    await owner.query('REVOKE INSERT ON audit_events FROM te_app');
    expect(await one.refresh(grant.id)).toMatchObject({ kind: 'unavailable' });
    expect(provider.spends).toHaveLength(0);
    await owner.query('GRANT INSERT ON audit_events TO te_app');
    await world.elapse(grant.id, { lease: true });
    expect(await one.refresh(grant.id)).toEqual({ kind: 'fresh', generation: 2 });
    expect(provider.spends).toHaveLength(1);
  });

  it('F13: is not begun when the wall clock jumps under it, ahead or back (P3)', async () => {
    for (const jumpMs of [3_600_000, -3_600_000]) {
      provider.spends.length = 0;
      let offset = 0;
      const clock = { now: () => new Date(Date.now() + offset), monotonic: () => performance.now() };
      const jump = { entering: (step: string) => void (step === 'recheck' && (offset = jumpMs)) };
      const one = await world.replica({ definitions: [provider.definition()], steps: jump, clock });
      const grant = await newGrant();
      expect(await one.refresh(grant.id)).toEqual({ kind: 'fresh', generation: 2 });
      expect(provider.spends).toHaveLength(1);
      expect((await world.events(grant.id)).filter((event) => event === 'token.refresh_started')).toHaveLength(2);
    }
  });

  it('R45: is not begun with a token that was moved from another row, and the log says so', async () => {
    const one = await replica();
    const [grant, other] = [await newGrant(), await newGrant()];
    await world.hand.database.query(
      `UPDATE grants SET refresh_token_sealed = (SELECT refresh_token_sealed FROM grants WHERE id = $2) WHERE id = $1`,
      [grant.id, other.id],
    );
    expect(await one.refresh(grant.id)).toMatchObject({ kind: 'unavailable', reason: 'seal_broken' });
    expect(provider.spends).toHaveLength(0);
    expect(await world.events(grant.id)).toContain('crypto.seal_broken');
    expect(await world.row(grant.id)).toMatchObject({ status: 'active' });
  });
});
